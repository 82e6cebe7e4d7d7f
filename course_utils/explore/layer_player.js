// Estimates of sparse signals after each layer, and errors in dB, all computed before.

/** Numbers of Python by method, layer and signal, all counted from 0. */
async function storedOf(model) {
  const n = model.get("window");
  const K = model.get("layers");
  const M = model.get("names").length;
  const S = model.get("ranks").length;
  const signals = floats(model, "scenes");
  const estimates = await unpacked(model, "estimates");
  const errors = floats(model, "errors");
  const quantiles = floats(model, "quantiles");
  const place = (m, k, i) => (m * K + k) * S + i;
  const layers = Array.from({ length: K }, (_, k) => k);
  return {
    signal: (i) => signals.subarray(i * n, (i + 1) * n),
    estimate: (m, k, i) => estimates.subarray(place(m, k, i) * n, (place(m, k, i) + 1) * n),
    errors: (m, i) => layers.map((k) => errors[place(m, k, i)]),
    quantile: (level, m) =>
      quantiles.subarray((level * M + m) * K, (level * M + m + 1) * K),
  };
}

/** What Python stored for one setting. */
async function computation(model) {
  const stored = await storedOf(model);
  return ({ layer, scene, method }) => {
    const m = model.get("names").indexOf(method);
    const i = scene - 1;
    const [low, median, high] = [0, 1, 2].map((level) => stored.quantile(level, m));
    const f_k = stored.estimate(m, layer - 1, i);
    return { f: stored.signal(i), f_k, own: stored.errors(m, i), low, median, high };
  };
}

/** The signal and its estimate; what it returns draws both. */
function signalPlot(panels, n) {
  const plot = signalAxes(panels, n, {
    label: "The signal and its estimate",
    xlabel: "entry",
    ylim: [-3, 3],
    yticks: [-2, 0, 2],
  });
  const drawSignal = curve(plot, "scene");
  const drawEstimate = curve(plot, "learned");
  return (f, f_k) => {
    drawSignal(f);
    drawEstimate(f_k);
  };
}

/** The errors after each layer, and the present layer; what it returns draws them. */
function errorsPlot(panels, model) {
  const K = model.get("layers");
  const plot = axes(panels, {
    label: "The error in dB after each layer: this signal, and quantiles of all",
    xlabel: "layer",
    ylabel: "error (dB)",
    xlim: [1, K],
    ylim: [-100, 5],
    xticks: [1, 4, 8, 12, 16].filter((layer) => layer <= K),
    yticks: [-100, -75, -50, -25, 0],
  });
  const drawLow = curve(plot, "noise");
  const drawHigh = curve(plot, "noise");
  const drawMedian = curve(plot, "data");
  const drawOwn = curve(plot, "learned");
  const drawHere = upright(plot, "scene");
  dragAlong(plot, model, "layer", { min: 1, max: K, step: 1 });
  const layer = (k) => k + 1;
  return ({ own, low, median, high, k }) => {
    drawLow(low, layer);
    drawMedian(median, layer);
    drawHigh(high, layer);
    drawOwn(own, layer);
    drawHere(layer(k));
  };
}

function sliders(controls, model) {
  const names = model.get("names");
  const ranks = model.get("ranks");
  slider(controls, model, "layer", {
    label: "layer",
    min: 1,
    max: model.get("layers"),
    step: 1,
  });
  slider(controls, model, "scene", {
    label: "signal, easy to hard",
    min: 1,
    max: ranks.length,
    step: 1,
    show: (i) => `${(100 * ranks[i - 1]).toFixed(1)} %`,
  });
  choice(controls, controls, model, "method", { names });
}

async function render({ model, el }) {
  const names = model.get("names");
  const compute = await computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawSignal = signalPlot(panels, model.get("window"));
  const drawErrors = errorsPlot(panels, model);
  key(panels, [
    ["scene", "signal; this layer: drag it"],
    ["learned", "estimate; its error"],
    ["data", "median signal"],
    ["noise", "5 % and 95 % of the signals"],
  ]);
  sliders(controls, model);
  const own = names.at(-1); // the method by which the signals are ranked
  const last = compute({ layer: 1, scene: 1, method: own }).median.at(-1);
  respond(model, ["layer", "scene", "method"], (setting) => {
    const { f, f_k, ...errors } = compute(setting);
    const k = setting.layer - 1;
    const [here, median, high] = [errors.own, errors.median, errors.high].map((e) => e[k]);
    drawSignal(f, f_k);
    drawErrors({ ...errors, k });
    output.textContent =
      `${setting.method}, layer ${k + 1}: error ${signed(here, 1)} dB; ` +
      `the median of all signals is ${signed(median, 1)} dB, ` +
      `95 % are below ${signed(high, 1)} dB.`;
    if (setting.method === own && here > last + 20 && k === errors.own.length - 1) {
      reached("On this signal even the last layer is 20 dB worse than on the median one.");
    }
  });
}

export default { render };
