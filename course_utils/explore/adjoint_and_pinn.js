// Gauss-Newton by adjoints, computed here, beside trainings of a PINN that were run before.

const EFFORT = { min: 1, max: 3, step: 0.05 }; // log10 of solutions or passes
const LAMBDA = { min: -1, max: 3, step: 0.125 }; // log10 of lambda
const STEPS = 12; // of Gauss-Newton
const HALVINGS = 30; // of one step
const ARMIJO = 1e-4;
const SETTLED = 1e-10; // of J: what a step that ends the walk promises at most
const NEAR = 1.1; // times an error

/** The slopes of the w with D^T (a D w) = b, and their flux: two running sums. */
function slopesOf(a, b) {
  const n = a.length;
  const B = new Float64Array(n);
  for (let i = 1; i < n; i++) B[i] = B[i - 1] + b[i - 1] / n;
  let [above, below] = [0, 0];
  for (let i = 0; i < n; i++) {
    above += B[i] / a[i];
    below += 1 / a[i];
  }
  const flux = B.map((B_i) => above / below - B_i);
  return { flux, slopes: flux.map((q, i) => q / a[i]) };
}

/** u at every `every`-th node. */
function sampledOf({ slopes }, every) {
  const u = [];
  let sum = 0;
  for (let i = 0; i < slopes.length - 1; i++) {
    sum += slopes[i] / slopes.length;
    if ((i + 1) % every === 0) u.push(sum);
  }
  return u;
}

/** h'(f), a row for each datum: minus the flux of u times the slopes of its adjoint. */
function jacobian(a, flux, every, m) {
  const rows = [];
  for (let i = 0; i < m; i++) {
    const b = new Float64Array(a.length - 1);
    b[(i + 1) * every - 1] = 1;
    rows.push(slopesOf(a, b).slopes.map((w, j) => -flux[j] * w));
  }
  return rows;
}

/** D^T D f for the differences of neighbours. */
function roughness(f) {
  const last = f.length - 1;
  return f.map((v, i) => {
    return (i > 0 ? v - f[i - 1] : 0) + (i < last ? v - f[i + 1] : 0);
  });
}

function inner(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** The x with A x = b for a symmetric, positive A, by Cholesky; A is overwritten. */
function solved(A, b) {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const A_i = A[i];
    for (let j = 0; j <= i; j++) {
      const A_j = A[j];
      let sum = A_i[j];
      for (let k = 0; k < j; k++) sum -= A_i[k] * A_j[k];
      A_i[j] = i === j ? Math.sqrt(sum) : sum / A_j[j];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= A[i][k] * x[k];
    x[i] /= A[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= A[k][i] * x[k];
    x[i] /= A[i][i];
  }
  return x;
}

/** H^T H + lam D^T D, row by row. */
function normalMatrix(H, lam, n) {
  const A = Array.from({ length: n }, () => new Float64Array(n));
  for (const row of H) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) A[i][j] += row[i] * row[j];
    }
  }
  for (let i = 0; i < n; i++) {
    A[i][i] += lam * ((i > 0) + (i < n - 1));
    if (i) A[i][i - 1] -= lam;
  }
  return A;
}

/** The model at f: data that it would give, its flux, and J(f). */
function modelAt(f, { g, every, lam }) {
  const a = f.map(Math.exp);
  const state = slopesOf(a, new Float64Array(f.length - 1).fill(1));
  const r = sampledOf(state, every).map((u, i) => g[i] - u);
  const J = (inner(r, r) + lam * inner(f, roughness(f))) / 2;
  return { a, flux: state.flux, r, J };
}

/** The step of Gauss-Newton from f, and what it promises. */
function direction(f, at, { g, every, lam }) {
  const H = jacobian(at.a, at.flux, every, g.length);
  const b = roughness(f).map((v) => -lam * v);
  H.forEach((row, i) => row.forEach((v, j) => (b[j] += v * at.r[i])));
  const step = solved(normalMatrix(H, lam, f.length), b);
  return { step, promised: inner(b, step) };
}

/** No step: where a walk has ended, which costs no solution. */
function stayed(f, at) {
  return { f, at, solves: 0 };
}

/** One step, halved until J falls enough, and the solutions that it took. */
function gaussNewtonStep(f, at, given) {
  const { step, promised } = direction(f, at, given);
  if (!(promised > SETTLED * at.J)) return stayed(f, at);
  let t = 1;
  for (let k = 1; k <= HALVINGS; k++, t /= 2) {
    const next = f.map((v, i) => v + t * step[i]);
    const there = modelAt(next, given);
    const solves = given.g.length + k;
    if (there.J <= at.J - ARMIJO * t * promised) return { f: next, at: there, solves };
  }
  return stayed(f, at);
}

/** f_0 = 0, f_1, ... and the number of solutions until each. */
function gaussNewton(given, n) {
  let f = new Float64Array(n);
  let at = modelAt(f, given);
  let spent = 1;
  const walk = [{ f, spent }];
  for (let k = 0; k < STEPS; k++) {
    const made = walk.at(-1).ended ? stayed(f, at) : gaussNewtonStep(f, at, given);
    const ended = made.f === f;
    ({ f, at } = made);
    spent += made.solves;
    walk.push({ f, spent, ended });
  }
  return walk;
}

/** The last place at which no more than the effort was spent. */
function lastWithin(spent, effort) {
  return Math.max(0, spent.findLastIndex((v) => v <= effort));
}

/** What was logged of each training: passes, residuals and log a after each look. */
async function logged(model) {
  const n = model.get("cells");
  const looks = model.get("looks");
  const log_a = await unpacked(model, "log_a");
  const passes = floats(model, "passes");
  const residuals = floats(model, "residuals");
  return (place) => ({
    passes: passes.subarray(place * looks, (place + 1) * looks),
    residuals: residuals.subarray(place * looks, (place + 1) * looks),
    f: (look) => log_a.subarray((place * looks + look) * n, (place * looks + look + 1) * n),
  });
}

/** Both estimates after an effort, and their errors after each. */
async function computation(model) {
  const n = model.get("cells");
  const truth = floats(model, "truth");
  const [sigmas, data] = [floats(model, "sigmas"), floats(model, "data")];
  const [noises, trainings] = [model.get("noises"), model.get("trainings")];
  const m = data.length / sigmas.length;
  const trainingAt = await logged(model);
  const errorOf = (f) => relativeError(f.map(Math.exp), truth);
  const byAdjoint = remembered((level, log10_lam) => {
    const lam = 10 ** log10_lam * sigmas[level] ** 2 * n;
    const g = data.subarray(level * m, (level + 1) * m);
    const walk = gaussNewton({ g, every: n / (m + 1), lam }, n);
    const spent = walk.map((x) => x.spent);
    return { walk, spent, errors: walk.map((x) => errorOf(x.f)) };
  });
  const byNetworks = remembered((place) => {
    const { passes, residuals, f } = trainingAt(place);
    const errors = Array.from(passes, (_, look) => errorOf(f(look)));
    return { passes, residuals, f, errors };
  });
  return ({ noise, training, log10_lam, log10_effort }) => {
    const level = noises.indexOf(noise);
    const place = level * trainings.length + trainings.indexOf(training);
    const { walk, spent, errors } = byAdjoint(level, log10_lam);
    const net = byNetworks(place);
    const effort = 10 ** log10_effort * (1 + 1e-9);
    const step = lastWithin(spent, effort);
    const look = lastWithin(Array.from(net.passes), effort);
    return {
      adjoint: walk[step].f.map(Math.exp),
      pinn: net.f(look).map(Math.exp),
      step,
      look,
      spent,
      errors,
      passes: net.passes,
      pinnErrors: net.errors,
      residuals: net.residuals,
    };
  };
}

/** The truth and both estimates; what it returns draws the estimates. */
function coefficientPlot(panels, truth) {
  const n = truth.length;
  const plot = axes(panels, {
    label: "The true conductivity, and both estimates",
    xlabel: "place x",
    ylabel: "conductivity a",
    xlim: [0, 1],
    ylim: [0, 2.4],
    xticks: [0, 0.25, 0.5, 0.75, 1],
    yticks: [0, 1, 2],
  });
  const x = (i) => (i + 0.5) / n;
  curve(plot, "scene")(truth, x);
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  return (...estimates) => estimates.forEach((a, i) => lines[i](a, x));
}

/** A label for a power of ten on an axis whose numbers are logarithms. */
function tenTo(exponent) {
  return { valueOf: () => exponent, toString: () => power(10 ** exponent) };
}

/** Errors and residual over the effort; what it returns draws them. */
function effortPlot(panels, model) {
  const plot = axes(panels, {
    label: "Errors of both, and the residual of the PINN, over the effort",
    xlabel: "solutions, or passes through the networks",
    ylabel: "error of a; residual",
    xlim: [EFFORT.min, EFFORT.max],
    ylim: [1e-3, 3],
    log: true,
    xticks: [1, 2, 3].map(tenTo),
    yticks: [1e-3, 0.01, 0.1, 1],
  });
  const lines = ["classical", "learned", "noise"].map((role) => curve(plot, role));
  const drawHere = upright(plot, "data");
  dragAlong(plot, model, "log10_effort", EFFORT);
  return ({ spent, errors, passes, pinnErrors, residuals }, log10_effort) => {
    // what is reached stays until more is spent
    const [solves, looked] = [spent, passes].map((row) => [...row, 10 ** EFFORT.max]);
    const held = (values) => [...values, values.at(-1)];
    const at = (row) => (i) => Math.log10(Math.max(row[i], 10 ** EFFORT.min));
    lines[0](held(errors), at(solves));
    lines[1](held(pinnErrors), at(looked));
    lines[2](held(residuals), at(looked));
    drawHere(log10_effort);
  };
}

function sliders(controls, model) {
  slider(controls, model, "log10_effort", {
    label: "effort",
    ...EFFORT,
    show: (v) => `${Math.round(10 ** v)}`,
  });
  slider(controls, model, "log10_lam", {
    label: "λ, Gauss–Newton",
    ...LAMBDA,
    show: exponential,
  });
  const [trainings, noises] = [model.get("trainings"), model.get("noises")];
  make(controls, "span", { class: "cu-caption" }, "training of the PINN, noise of data");
  choice(controls, controls, model, "training", { names: trainings });
  choice(controls, controls, model, "noise", { label: "noise", names: noises });
}

/** What is said of a setting. */
function sentence(drawn, training, effort, lam) {
  const { step, look, spent, errors, pinnErrors, residuals } = drawn;
  const percent = (v) => `${(100 * v).toPrecision(2)}\u00a0%`;
  const steps = spent.indexOf(spent[step]); // those after the walk has settled are free
  return `Error of a after ${effort} solutions: ${percent(errors[step])} ` +
    `(${steps} step${steps === 1 ? "" : "s"} of Gauss–Newton with λ = ${lam}); ` +
    "after as many passes: " +
    `${percent(pinnErrors[look])} (PINN, ${training}), whose equation then has a ` +
    `residual of ${residuals[look].toExponential(0)}.`;
}

async function render({ model, el }) {
  const compute = await computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = coefficientPlot(panels, floats(model, "truth"));
  const drawEffort = effortPlot(panels, model);
  key(panels, [
    ["scene", "truth"],
    ["classical", "adjoint Gauss–Newton"],
    ["learned", "PINN"],
    ["noise", "residual of the PINN"],
    ["data", "effort: drag it"],
  ]);
  sliders(controls, model);
  const lams = floats(model, "lams");
  const fair = remembered((noise, training) => {
    const log10_lam = Math.log10(lams[model.get("noises").indexOf(noise)]);
    return compute({ noise, training, log10_lam, log10_effort: EFFORT.max }).errors.at(-1);
  });
  const traits = ["noise", "training", "log10_lam", "log10_effort"];
  respond(model, traits, (setting) => {
    const drawn = compute(setting);
    const { noise, training, log10_effort } = setting;
    drawEstimates(drawn.adjoint, drawn.pinn);
    drawEffort(drawn, log10_effort);
    const effort = Math.round(10 ** log10_effort);
    const lam = exponential(setting.log10_lam);
    output.textContent = sentence(drawn, training, effort, lam);
    if (drawn.pinnErrors[drawn.look] <= NEAR * fair(noise, training)) {
      const passes = Math.round(drawn.passes[drawn.look]);
      reached(`${training}, noise ${noise}: within a tenth after ${passes} passes.`);
    }
  });
}

export default { render };
