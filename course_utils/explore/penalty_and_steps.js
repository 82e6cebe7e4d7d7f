// f = V phi(S) U' g with two filters: s / (s^2 + lambda), and k steps of Landweber.

/** s phi(s) of Tikhonov: the part of each coefficient that reaches the estimate. */
function tikhonov(s, lam) {
  return Float64Array.from(s, (s_i) => s_i ** 2 / (s_i ** 2 + lam));
}

/** s phi(s) of k steps: 1 - (1 - x)^k, without the loss of digits where x is tiny. */
function landweber(s, k) {
  const part = (x) => -Math.expm1(k * Math.log1p(-x));
  return Float64Array.from(s, (s_i, i) => (i ? part((s_i / s[0]) ** 2) : 1));
}

/** The signal and two estimates; what it returns draws the estimates. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The scene and its two estimates",
    ylim: [-0.5, 1.5],
    yticks: [0, 0.5, 1],
  });
  curve(plot, "scene")(f);
  return bothCurves(plot);
}

/** The parts of the coefficients; what it returns draws them. */
function partsPlot(panels, n) {
  const plot = axes(panels, {
    label: "The part of each coefficient that reaches the estimate",
    xlabel: "index i",
    ylabel: "s φ(s)",
    xlim: [1, n],
    ylim: [0, 1],
    xticks: [1, n / 4, n / 2, (3 * n) / 4, n],
    yticks: [0, 0.5, 1],
  });
  return bothCurves(plot, (i) => i + 1);
}

function bothCurves(plot, places) {
  const drawTikhonov = curve(plot, "classical");
  const drawLandweber = curve(plot, "learned");
  return (ofTikhonov, ofLandweber) => {
    drawTikhonov(ofTikhonov, places);
    drawLandweber(ofLandweber, places);
  };
}

function sliders(controls, model) {
  slider(controls, model, "log10_lam", {
    label: "price λ",
    min: -8,
    max: 1,
    step: 0.1,
    show: exponential,
  });
  slider(controls, model, "log10_k", {
    label: "steps k",
    min: 0,
    max: 6,
    step: 0.1,
    show: (log10_k) => `${Math.round(10 ** log10_k)}`,
  });
}

function render({ model, el }) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const c = floats(model, "c");
  const estimate = (parts) => synthesis(V, parts.map((part, i) => (part / s[i]) * c[i]));
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawEstimates = signalPlot(panels, f);
  const drawParts = partsPlot(panels, f.length);
  key(panels, [["scene", "scene f"], ["classical", "price λ"], ["learned", "k steps"]]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_k"], () => {
    const lam = 10 ** model.get("log10_lam");
    const k = Math.round(10 ** model.get("log10_k"));
    const parts = [tikhonov(s, lam), landweber(s, k)];
    const estimates = parts.map(estimate);
    drawParts(...parts);
    drawEstimates(...estimates);
    const errors = estimates.map((f_hat) => relativeError(f_hat, f).toPrecision(3));
    output.textContent =
      `relative error ${errors[0]} with the price ${lam.toExponential(1)}, ` +
      `${errors[1]} after ${k} steps.`;
  });
}

export default { render };
