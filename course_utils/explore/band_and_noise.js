// The posterior of a signal, V and p known, under an assumed noise: its mean and its band.

// log2 of the assumed over the true sigma, for the curve of shares
const TOLD = Array.from({ length: 33 }, (_, i) => -4 + i / 4);

/** V (v s / sigma^2) c and the width z sqrt(v), with v = (s^2 / sigma^2 + 1 / p)^-1. */
function posteriorOf(model) {
  const s = floats(model, "s");
  const p = floats(model, "p");
  const V = floats(model, "V");
  const sigma = model.get("sigma");
  const z = model.get("z");
  return (log2_told, c) => {
    const variance = (sigma * 2 ** log2_told) ** 2;
    const v = s.map((s_i, i) => 1 / (s_i ** 2 / variance + 1 / p[i]));
    const mean = synthesis(V, c.map((c_i, i) => ((v[i] * s[i]) / variance) * c_i));
    const total = v.reduce((sum, v_i) => sum + v_i, 0);
    // a convolution: the width is the same at every pixel
    return { mean, width: z * Math.sqrt(total / v.length) };
  };
}

/** One signal with its posterior, and the share inside its band for every assumed noise. */
function computation(model) {
  const n = model.get("size");
  const signals = floats(model, "scenes");
  const coefficients = floats(model, "c");
  const posterior = posteriorOf(model);
  let shares = [];
  let drawn = 0; // the signal to which the shares belong
  return ({ scene, log2_told }) => {
    const f = signals.subarray((scene - 1) * n, scene * n);
    const c = coefficients.subarray((scene - 1) * n, scene * n);
    if (drawn !== scene) shares = TOLD.map((t) => inside(posterior(t, c), f) / n);
    drawn = scene;
    const { mean, width } = posterior(log2_told, c);
    return { f, mean, width, shares, count: inside({ mean, width }, f) };
  };
}

/** How many pixels of a signal lie in the band. */
function inside({ mean, width }, f) {
  return f.filter((value, x) => Math.abs(value - mean[x]) <= width).length;
}

/** The signal with its band; what it returns draws them. */
function signalPlot(panels, n) {
  const plot = signalAxes(panels, n, {
    label: "The signal, the posterior mean and its 90 percent band",
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
function sharesPlot(panels, model) {
  const plot = axes(panels, {
    label: "The share of pixels inside the band, for every assumed noise",
    xlabel: "log₂ of assumed / true σ",
    ylabel: "inside",
    xlim: [-4, 4],
    ylim: [0, 1],
    xticks: [-4, -2, 0, 2, 4],
    yticks: [0, 0.5, 0.9, 1],
  });
  const drawShares = curve(plot, "classical");
  const drawHere = upright(plot, "data");
  dragAlong(plot, model, "log2_told", { min: -4, max: 4, step: 0.25 });
  return { drawShares: (shares) => drawShares(shares, (i) => TOLD[i]), drawHere };
}

function sliders(controls, model, count) {
  const sigma = model.get("sigma");
  slider(controls, model, "scene", { label: "signal", min: 1, max: count, step: 1 });
  slider(controls, model, "log2_told", {
    label: "assumed σ",
    min: -4,
    max: 4,
    step: 0.25,
    show: (told) => (sigma * 2 ** told).toPrecision(2),
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const start = model.get("scene");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawSignal = signalPlot(panels, n);
  const { drawShares, drawHere } = sharesPlot(panels, model);
  key(panels, [
    ["scene", "signal f"],
    ["classical", "mean; share inside"],
    ["noise", "90 % band"],
    ["data", "assumed σ: drag it"],
  ]);
  sliders(controls, model, floats(model, "scenes").length / n);
  respond(model, ["scene", "log2_told"], (setting) => {
    const { f, mean, width, shares, count } = compute(setting);
    drawShares(shares);
    drawSignal(f, { mean, width });
    drawHere(setting.log2_told);
    const wanted = Math.round(0.9 * n);
    output.textContent = `${count} of ${n} pixels are inside the band, ` +
      `± ${width.toPrecision(2)}; 90 % would be ${wanted}.`;
    if (
      setting.scene !== start && setting.log2_told && Math.abs(count - wanted) < 0.03 * n
    ) {
      const times = (2 ** setting.log2_told).toPrecision(2);
      reached(`At ${times} times the true σ this band covers 90 %.`);
    }
  });
}

export default { render };
