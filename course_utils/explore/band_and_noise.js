// The posterior of a scene, V and p known, under the noise that one assumes: mean and band.

function render({ model, el }) {
  const n = model.get("size"), s = floats(model, "s"), p = floats(model, "p"), V = floats(model, "V");
  const scenes = floats(model, "scenes"), coefficients = floats(model, "c");
  const count = scenes.length / n, sigma = model.get("sigma"), z = model.get("z"), told = [];
  for (let t = -4; t <= 4; t += 0.25) told.push(t);
  const { panels, controls, output } = frame(el, model.get("label"));
  const picture = axes(panels, { label: "The scene, the posterior mean and its 90 percent band", xlabel: "pixel",
    ylabel: "value", xlim: [0, n - 1], ylim: [-1, 1], yticks: [-1, -0.5, 0, 0.5, 1], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const shares = axes(panels, { label: "The share of pixels inside the band, for every assumed noise", xlabel: "log₂ of told / true σ",
    ylabel: "inside", xlim: [-4, 4], ylim: [0, 1], yticks: [0, 0.5, 0.9, 1], xticks: [-4, -2, 0, 2, 4] });
  const drawLow = curve(picture, "noise"), drawHigh = curve(picture, "noise");
  const drawScene = curve(picture, "scene"), drawMean = curve(picture, "classical");
  const drawShares = curve(shares, "classical"), drawHere = curve(shares, "data");
  key(panels, [["scene", "scene f"], ["classical", "mean"], ["noise", "90 % band"]]);
  slider(controls, model, "scene", { label: "scene", min: 1, max: count, step: 1 });
  slider(controls, model, "log2_told", { label: "told σ", min: -4, max: 4, step: 0.25, show: (v) => (sigma * 2 ** v).toPrecision(2) });
  /** V (v s / sigma^2) c and the width z sqrt(v), with v = (s^2 / sigma^2 + 1 / p)^-1. */
  const posterior = (t, c) => {
    const noise = (sigma * 2 ** t) ** 2, mean = new Float32Array(n);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const v = 1 / (s[i] ** 2 / noise + 1 / p[i]), a = ((v * s[i]) / noise) * c[i];
      total += v;
      for (let x = 0; x < n; x++) mean[x] += a * V[i * n + x];
    }
    return { mean, width: z * Math.sqrt(total / n) }; // a convolution: the same at every pixel
  };
  const inside = ({ mean, width }, f) => f.filter((value, x) => Math.abs(value - mean[x]) <= width).length;
  let drawn = 0;
  respond(model, ["scene", "log2_told"], () => {
    const k = model.get("scene") - 1, t = model.get("log2_told");
    const f = scenes.subarray(k * n, (k + 1) * n), c = coefficients.subarray(k * n, (k + 1) * n);
    if (drawn !== k + 1) drawShares(told.map((x) => inside(posterior(x, c), f) / n), (i) => told[i]);
    drawn = k + 1;
    const now = posterior(t, c), hits = inside(now, f);
    drawScene(f);
    drawMean(now.mean);
    drawLow(now.mean.map((x) => x - now.width));
    drawHigh(now.mean.map((x) => x + now.width));
    drawHere([0, 1], () => t);
    output.textContent = `${hits} of ${n} pixels are inside the band, ± ${now.width.toPrecision(2)}; nine tenths would be ${Math.round(0.9 * n)}.`;
  });
}

export default { render };
