// One datum, the variance that four priors infer from it, and how much they shrink it.

const LARGEST = 6; // the largest datum, in standard deviations of the noise
const RULES = [
  ["Gaussian", "data"],
  ["ℓ1", "noise"],
  ["Student-t", "classical"],
  ["ARD", "learned"],
];
const DATA = Array.from({ length: 121 }, (_, i) => (i * LARGEST) / 120);
const LOG10_Z = Array.from({ length: 101 }, (_, i) => -2 + i / 25);

/** What is left of g if its unknown has the variance z, and the noise the variance 1. */
function shrunk(z, g) {
  return (z / (z + 1)) * g;
}

/** The z at which EM arrives for Student-t, from above. */
function byEm(g, nu, delta, steps) {
  let z = g ** 2 + 1;
  for (let step = 0; step < steps; step++) {
    const square = shrunk(z, g) ** 2 + z / (z + 1);
    z = (nu * delta ** 2 + square) / (nu + 1);
  }
  return z;
}

/** The variances that the four priors infer from g. */
function inferred(g, { variance, delta, steps, lam, nu }) {
  return [
    variance,
    Math.max(g / lam - 1, 0),
    byEm(g, nu, delta, steps),
    Math.max(g ** 2 - 1, 0),
  ];
}

/** Less the largest of them. */
function belowTop(values) {
  const top = Math.max(...values);
  return values.map((v) => v - top);
}

/** log p(g | z) along z, and with the density of log z under Student-t. */
function evidences(g, nu, delta) {
  const z = LOG10_Z.map((u) => 10 ** u);
  const flat = z.map((v) => -0.5 * (Math.log(v + 1) + g ** 2 / (v + 1)));
  const own = z.map((v, i) => flat[i] - 0.5 * nu * (Math.log(v) + delta ** 2 / v));
  return [belowTop(flat), belowTop(own)];
}

/** Variances and estimates for the datum, the estimates along all data, the evidences. */
function computation(model) {
  const delta = model.get("delta");
  const fixed = { variance: model.get("variance"), delta, steps: model.get("steps") };
  return ({ g, lam, nu }) => {
    const setting = { ...fixed, lam, nu };
    const z = inferred(g, setting);
    const rows = DATA.map((x) => inferred(x, setting).map((v) => shrunk(v, x)));
    return {
      z,
      f_hat: z.map((v) => shrunk(v, g)),
      along: z.map((_, k) => rows.map((row) => row[k])),
      evidence: evidences(g, nu, delta),
    };
  };
}

/** The estimates against the datum, which is dragged along the axis. */
function estimatePlot(panels, model) {
  const plot = axes(panels, {
    label: "The estimates of four priors against the datum g",
    xlabel: "datum g, in σ",
    ylabel: "estimate, in σ",
    xlim: [0, LARGEST],
    ylim: [0, LARGEST],
    xticks: [0, 1, 2, 3, 4, 5, 6],
    yticks: [0, 2, 4, 6],
  });
  curve(plot, "scene")([0, LARGEST], (i) => i * LARGEST);
  const at = upright(plot, "scene");
  const lines = RULES.map(([, role]) => curve(plot, role));
  dragAlong(plot, model, "g", { min: 0, max: LARGEST, step: 0.05 });
  return ({ g }, { along }) => {
    at(g);
    lines.forEach((draw, k) => draw(along[k], (i) => DATA[i]));
  };
}

/** How probable each variance is, flat in log z (ARD) and under Student-t. */
function evidencePlot(panels) {
  const plot = axes(panels, {
    label: "How probable each hidden variance z is, given the datum",
    xlabel: "log₁₀ of the variance z",
    ylabel: "log evidence",
    xlim: [-2, 2],
    ylim: [-6, 0.5],
    xticks: [-2, -1, 0, 1, 2],
    yticks: [-6, -4, -2, 0],
  });
  const lines = [curve(plot, "learned"), curve(plot, "classical")];
  const marks = RULES.map(([, role]) => upright(plot, role));
  return ({ z, evidence }) => {
    lines.forEach((draw, k) => draw(evidence[k], (i) => LOG10_Z[i]));
    marks.forEach((draw, k) => draw(clamp(Math.log10(z[k]), -2, 2)));
  };
}

function sliders(controls, model) {
  const settings = [
    ["g", "datum g", 0, LARGEST, 0.05, 2],
    ["lam", "λ of ℓ1", 0.2, 3, 0.05, 2],
    ["nu", "degrees of freedom ν of Student-t", 0.1, 5, 0.1, 1],
  ];
  for (const [trait, label, min, max, step, digits] of settings) {
    slider(controls, model, trait, {
      label,
      min,
      max,
      step,
      show: (v) => v.toFixed(digits),
    });
  }
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = estimatePlot(panels, model);
  const drawEvidence = evidencePlot(panels);
  key(panels, [["scene", "nothing shrunk"], ...RULES.map(([name, role]) => [role, name])]);
  sliders(controls, model);
  respond(model, ["g", "lam", "nu"], (setting) => {
    const drawn = compute(setting);
    drawEstimates(setting, drawn);
    drawEvidence(drawn);
    const told = RULES.map(([name], k) =>
      `${name} ${drawn.f_hat[k].toFixed(2)} (z = ${drawn.z[k].toFixed(2)})`
    );
    const { g, lam, nu } = setting;
    output.textContent = `g = ${g.toFixed(2)}, λ = ${lam.toFixed(2)}, ν = ` +
      `${nu.toFixed(1)}: ${told.join(", ")}.`;
    const [, soft, , ard] = drawn.f_hat;
    if (ard > 0.3 && Math.abs(ard - soft) < 0.03) {
      reached("ARD and ℓ1 agree here, where g = σ²/λ. Now double g.");
    }
  });
}

export default { render };
