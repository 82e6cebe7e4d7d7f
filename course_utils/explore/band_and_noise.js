// The posterior of a signal, V and p known, under an assumed noise: its mean and its band.

// log2 of the told over the true sigma, for the curve of shares
const TOLD = Array.from({ length: 33 }, (_, i) => -4 + i / 4);

/** V (v s / sigma^2) c and the width z sqrt(v), with v = (s^2 / sigma^2 + 1 / p)^-1. */
function posteriorOf(model) {
  const n = model.get("size");
  const s = floats(model, "s");
  const p = floats(model, "p");
  const V = floats(model, "V");
  const sigma = model.get("sigma");
  return (told, c) => {
    const variance = (sigma * 2 ** told) ** 2;
    const mean = new Float32Array(n);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const v = 1 / (s[i] ** 2 / variance + 1 / p[i]);
      const weight = ((v * s[i]) / variance) * c[i];
      total += v;
      for (let x = 0; x < n; x++) mean[x] += weight * V[i * n + x];
    }
    // a convolution: the width is the same at every pixel
    return { mean, width: model.get("z") * Math.sqrt(total / n) };
  };
}

/** How many pixels of a signal lie in the band. */
function inside({ mean, width }, f) {
  return f.filter((value, x) => Math.abs(value - mean[x]) <= width).length;
}

/** The signal with its band; what it returns draws them. */
function signalPlot(panels, n) {
  const plot = signalAxes(panels, n, {
    label: "The scene, the posterior mean and its 90 percent band",
    ylim: [-1, 1],
    yticks: [-1, -0.5, 0, 0.5, 1],
  });
  const drawLow = curve(plot, "noise");
  const drawHigh = curve(plot, "noise");
  const drawSignal = curve(plot, "scene");
  const drawMean = curve(plot, "classical");
  return (f, { mean, width }) => {
    drawSignal(f);
    drawMean(mean);
    drawLow(mean.map((value) => value - width));
    drawHigh(mean.map((value) => value + width));
  };
}

/** The share of pixels inside the band over the assumed noise, with its two curves. */
function sharesPlot(panels) {
  const plot = axes(panels, {
    label: "The share of pixels inside the band, for every assumed noise",
    xlabel: "log₂ of told / true σ",
    ylabel: "inside",
    xlim: [-4, 4],
    ylim: [0, 1],
    xticks: [-4, -2, 0, 2, 4],
    yticks: [0, 0.5, 0.9, 1],
  });
  const drawShares = curve(plot, "classical");
  const drawHere = upright(plot, "data");
  return { drawShares: (shares) => drawShares(shares, (i) => TOLD[i]), drawHere };
}

function sliders(controls, model, count) {
  const sigma = model.get("sigma");
  slider(controls, model, "scene", { label: "scene", min: 1, max: count, step: 1 });
  slider(controls, model, "log2_told", {
    label: "told σ",
    min: -4,
    max: 4,
    step: 0.25,
    show: (told) => (sigma * 2 ** told).toPrecision(2),
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const signals = floats(model, "scenes");
  const coefficients = floats(model, "c");
  const posterior = posteriorOf(model);
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawSignal = signalPlot(panels, n);
  const { drawShares, drawHere } = sharesPlot(panels);
  key(panels, [["scene", "scene f"], ["classical", "mean"], ["noise", "90 % band"]]);
  sliders(controls, model, signals.length / n);
  let drawn = 0; // the signal whose curve of shares is drawn
  respond(model, ["scene", "log2_told"], () => {
    const number = model.get("scene");
    const told = model.get("log2_told");
    const f = signals.subarray((number - 1) * n, number * n);
    const c = coefficients.subarray((number - 1) * n, number * n);
    if (drawn !== number) drawShares(TOLD.map((t) => inside(posterior(t, c), f) / n));
    drawn = number;
    const now = posterior(told, c);
    drawSignal(f, now);
    drawHere(told);
    output.textContent = `${inside(now, f)} of ${n} pixels are inside the band, ` +
      `± ${now.width.toPrecision(2)}; nine tenths would be ${Math.round(0.9 * n)}.`;
  });
}

export default { render };
