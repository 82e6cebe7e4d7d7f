// Estimates of sparse scenes after each layer, and errors in dB, all computed before.

function render({ model, el }) {
  const names = model.get("names"), ranks = model.get("ranks"), K = model.get("layers"), n = model.get("window");
  const M = names.length, S = ranks.length;
  const f = floats(model, "scenes"), all = floats(model, "estimates"), errors = floats(model, "errors"), q = floats(model, "quantiles");
  const { panels, controls, output } = frame(el, model.get("label"));
  const signal = axes(panels, { label: "The scene and its estimate", xlabel: "entry", ylabel: "value",
    xlim: [0, n - 1], ylim: [-3, 3], yticks: [-2, 0, 2], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const falling = axes(panels, { label: "The error in dB after each layer: this scene, and quantiles of all", xlabel: "layer",
    ylabel: "error (dB)", xlim: [1, K], ylim: [-100, 5], yticks: [-100, -75, -50, -25, 0], xticks: [1, 4, 8, 12, 16].filter((k) => k <= K) });
  const drawScene = curve(signal, "scene"), drawEstimate = curve(signal, "learned");
  const drawLow = curve(falling, "noise"), drawHigh = curve(falling, "noise"), drawMedian = curve(falling, "data");
  const drawOwn = curve(falling, "learned"), drawHere = curve(falling, "scene");
  key(panels, [["scene", "scene; this layer"], ["learned", "estimate; its error"], ["data", "median scene"], ["noise", "5 % and 95 % of the scenes"]]);
  slider(controls, model, "layer", { label: "layer", min: 1, max: K, step: 1 });
  slider(controls, model, "scene", { label: "scene, easy to hard", min: 1, max: S, step: 1, show: (i) => `${(100 * ranks[i - 1]).toFixed(1)} %` });
  slider(controls, model, "method", { label: "method", min: 1, max: M, step: 1, show: (m) => names[m - 1] });
  respond(model, ["layer", "scene", "method"], () => {
    const m = model.get("method") - 1, k = model.get("layer") - 1, i = model.get("scene") - 1;
    const at = ((m * K + k) * S + i) * n, level = (l) => q.subarray((l * M + m) * K, (l * M + m + 1) * K);
    const own = Float32Array.from({ length: K }, (_, j) => errors[(m * K + j) * S + i]);
    drawScene(f.subarray(i * n, (i + 1) * n));
    drawEstimate(all.subarray(at, at + n));
    const layer = (j) => j + 1;
    drawLow(level(0), layer);
    drawMedian(level(1), layer);
    drawHigh(level(2), layer);
    drawOwn(own, layer);
    drawHere([-100, 5], () => k + 1);
    output.textContent = `${names[m]}, layer ${k + 1}: error ${own[k].toFixed(1)} dB; `
      + `the median of all scenes is ${level(1)[k].toFixed(1)} dB, 95 % are below ${level(2)[k].toFixed(1)} dB.`;
  });
}

export default { render };
