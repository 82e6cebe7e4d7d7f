// f = V phi(S) U' g with three filters: s / (s^2 + lambda), k steps of Landweber, and steps
// of conjugate gradients.

const LOW = -5; // log10 of the smallest and of the largest lambda
const HIGH = 1;
const LAST = 20; // steps of conjugate gradients
const CLOSE = 0.08; // the estimates agree

/** s phi(s) of Tikhonov: the part of each coefficient that reaches the estimate. */
function tikhonov(s, lam) {
  return s.map((s_i) => s_i ** 2 / (s_i ** 2 + lam));
}

/** s phi(s) of k steps: 1 - (1 - x)^k, without the loss of digits where x is tiny. */
function landweber(s, k) {
  return s.map((s_i) => -Math.expm1(k * Math.log1p(-((s_i / s[0]) ** 2))));
}

/** s phi(s) of so many steps of conjugate gradients: 1 - R(s^2).

    The residual is R(S^2) S c with a polynomial R that the data c choose, and the direction
    P(S^2) S c: the two are kept as their values at each s. */
function conjugateGradients(s, c, steps) {
  const x = s.map((s_i) => s_i ** 2);
  const weight = s.map((s_i, i) => (s_i * c[i]) ** 2);
  const inner = (values) => values.reduce((sum, v, i) => sum + weight[i] * v, 0);
  let R = s.map(() => 1);
  let P = R;
  let rr = inner(R);
  for (let step = 0; step < steps; step++) {
    const alpha = rr / inner(P.map((p, i) => p * p * x[i]));
    R = R.map((r, i) => r - alpha * x[i] * P[i]);
    const rrOld = rr;
    rr = inner(R.map((r) => r * r));
    P = R.map((r, i) => r + (rr / rrOld) * P[i]);
  }
  return R.map((r) => 1 - r);
}

/** The estimates, the parts of the coefficients that reach them, and their errors. */
function computation(model) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const c = floats(model, "c");
  const estimate = (parts) => synthesis(V, parts.map((part, i) => (part / s[i]) * c[i]));
  return ({ log10_lam, log10_k, cg_steps }) => {
    const parts = [
      tikhonov(s, 10 ** log10_lam),
      landweber(s, Math.round(10 ** log10_k)),
      conjugateGradients(s, c, cg_steps),
    ];
    const estimates = parts.map(estimate);
    const errors = estimates.map((f_hat) => relativeError(f_hat, f));
    return { parts, estimates, errors };
  };
}

/** The signal and its estimates; what it returns draws the estimates. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The signal and its three estimates",
    ylim: [-0.5, 1.5],
    yticks: [0, 0.5, 1],
  });
  curve(plot, "scene")(f);
  return curves(plot);
}

/** The parts of the coefficients; what it returns draws them. To drag it sets lambda. */
function partsPlot(panels, model) {
  const s = floats(model, "s");
  const n = s.length;
  const plot = axes(panels, {
    label: "The filter factors: the part of each coefficient that reaches the estimate",
    xlabel: "index i",
    ylabel: "filter factor s φ(s)",
    xlim: [1, n],
    ylim: [0, 1.25],
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
  return curves(plot, (i) => i + 1);
}

function curves(plot, places) {
  const draw = ["classical", "learned", "noise"].map((role) => curve(plot, role));
  return (lines) => lines.forEach((line, i) => draw[i](line, places));
}

function sliders(controls, model) {
  slider(controls, model, "log10_lam", {
    label: "penalty λ",
    min: LOW,
    max: HIGH,
    step: 0.1,
    show: exponential,
  });
  slider(controls, model, "log10_k", {
    label: "Landweber steps",
    min: 0,
    max: 5,
    step: 0.1,
    show: (log10_k) => `${Math.round(10 ** log10_k)}`,
  });
  slider(controls, model, "cg_steps", { label: "CG steps", min: 1, max: LAST, step: 1 });
}

/** The errors, and how far the iterations are from Tikhonov's estimate. */
function readOut({ errors, estimates }, lam, k, cg_steps) {
  const [ofLambda, ofSteps, ofCg] = errors.map((error) => error.toPrecision(3));
  const gaps = estimates.slice(1).map((f_hat) => relativeError(f_hat, estimates[0]));
  const [landweberGap, cgGap] = gaps.map((gap) => `${(100 * gap).toPrecision(2)}\u00a0%`);
  const text = `Relative error ${ofLambda} with λ = ${lam}, ${ofSteps} after ${k} steps ` +
    `of Landweber, ${ofCg} after ${cg_steps} of CG; from the first estimate the others ` +
    `differ by ${landweberGap} and ${cgGap}.`;
  return { text, gap: Math.max(...gaps) };
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
    ["learned", "Landweber"],
    ["noise", "conjugate gradients (CG)"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_k", "cg_steps"], (setting) => {
    const drawn = compute(setting);
    const lam = (10 ** setting.log10_lam).toExponential(1);
    const k = Math.round(10 ** setting.log10_k);
    drawParts(drawn.parts);
    drawEstimates(drawn.estimates);
    const { text, gap } = readOut(drawn, lam, k, setting.cg_steps);
    output.textContent = text;
    if (Math.abs(setting.log10_lam - start) > 0.95 && gap < CLOSE) {
      reached(
        `λ = ${lam}, ${k} steps of Landweber and ${setting.cg_steps} of CG ` +
          "give the same estimate to 8 %.",
      );
    }
  });
}

export default { render };
