// f = V phi(S) U' g with two filters: s / (s^2 + lambda), and k steps of Landweber.

const LOW = -8; // log10 of the smallest and of the largest lambda
const HIGH = 1;

/** s phi(s) of Tikhonov: the part of each coefficient that reaches the estimate. */
function tikhonov(s, lam) {
  return s.map((s_i) => s_i ** 2 / (s_i ** 2 + lam));
}

/** s phi(s) of k steps: 1 - (1 - x)^k, without the loss of digits where x is tiny. */
function landweber(s, k) {
  return s.map((s_i) => -Math.expm1(k * Math.log1p(-((s_i / s[0]) ** 2))));
}

/** Both estimates, the parts of the coefficients that reach them, and their errors. */
function computation(model) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const c = floats(model, "c");
  const estimate = (parts) => synthesis(V, parts.map((part, i) => (part / s[i]) * c[i]));
  return ({ log10_lam, log10_k }) => {
    const parts = [tikhonov(s, 10 ** log10_lam), landweber(s, Math.round(10 ** log10_k))];
    const estimates = parts.map(estimate);
    const errors = estimates.map((f_hat) => relativeError(f_hat, f));
    return { parts, estimates, errors };
  };
}

/** The signal and two estimates; what it returns draws the estimates. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The signal and its two estimates",
    ylim: [-0.5, 1.5],
    yticks: [0, 0.5, 1],
  });
  curve(plot, "scene")(f);
  return bothCurves(plot);
}

/** The parts of the coefficients; what it returns draws them. To drag it sets lambda. */
function partsPlot(panels, model) {
  const s = floats(model, "s");
  const n = s.length;
  const plot = axes(panels, {
    label: "The part of each coefficient that reaches the estimate",
    xlabel: "index i",
    ylabel: "s φ(s)",
    xlim: [1, n],
    ylim: [0, 1],
    xticks: [1, n / 4, n / 2, (3 * n) / 4, n],
    yticks: [0, 0.5, 1],
  });
  // lambda = s_i^2 is where half of a coefficient reaches the estimate
  dragAlong(plot, model, "log10_lam", {
    min: LOW,
    max: HIGH,
    step: 0.1,
    from: (log10_lam) => Math.max(1, s.filter((s_i) => s_i ** 2 > 10 ** log10_lam).length),
    to: (x) => 2 * Math.log10(s[Math.round(x) - 1]),
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
    label: "regularisation λ",
    min: LOW,
    max: HIGH,
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
  const compute = computation(model);
  const start = model.get("log10_lam");
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = signalPlot(panels, floats(model, "scene"));
  const drawParts = partsPlot(panels, model);
  key(panels, [
    ["scene", "signal f"],
    ["classical", "Tikhonov with λ: drag its edge"],
    ["learned", "k steps"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_k"], (setting) => {
    const { parts, estimates, errors } = compute(setting);
    const lam = (10 ** setting.log10_lam).toExponential(1);
    const k = Math.round(10 ** setting.log10_k);
    drawParts(...parts);
    drawEstimates(...estimates);
    const gap = relativeError(estimates[1], estimates[0]);
    output.textContent = `relative error ${errors[0].toPrecision(3)} with λ = ${lam}, ` +
      `${errors[1].toPrecision(3)} after ${k} steps; ` +
      `the estimates differ by ${gap.toPrecision(2)}.`;
    if (Math.abs(setting.log10_lam - start) > 0.95 && gap < 0.05) {
      reached(`λ = ${lam} and ${k} steps give the same estimate to 5 %.`);
    }
  });
}

export default { render };
