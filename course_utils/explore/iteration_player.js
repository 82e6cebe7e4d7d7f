// f <- soft(f - tau (H'H f - H'g), tau lambda), from zero, two hundred times.

const STEPS = 200;

/** One step from x, with the value of 2 J(x) less the energy of the data. */
function step(x, G, b, lam, tau) {
  const n = x.length;
  const next = new Float64Array(n);
  let quadratic = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    let Gx = 0;
    for (let j = 0; j < n; j++) Gx += G[i * n + j] * x[j];
    quadratic += x[i] * (Gx - 2 * b[i]);
    size += Math.abs(x[i]);
    const v = x[i] - tau * (Gx - b[i]);
    next[i] = Math.sign(v) * Math.max(Math.abs(v) - tau * lam, 0);
  }
  return { next, quadratic, size };
}

/** The estimate after k steps, and the objective over its value at zero for each step. */
function computation(model) {
  const f = floats(model, "scene");
  const G = floats(model, "gram");
  const b = floats(model, "b");
  const energy = model.get("energy");
  return ({ log10_lam, tau_L, k }) => {
    const lam = 10 ** log10_lam;
    const tau = tau_L / model.get("L");
    const J = new Float64Array(STEPS + 1);
    let x = new Float64Array(b.length);
    let f_k = x;
    for (let count = 0; count <= STEPS; count++) {
      const { next, quadratic, size } = step(x, G, b, lam, tau);
      J[count] = (energy + quadratic + 2 * lam * size) / energy;
      if (count === k) f_k = x;
      x = next;
    }
    const kept = f_k.filter((v) => v !== 0).length;
    return { f_k, J, kept, error: relativeError(f_k, f) };
  };
}

/** The signal and its estimate; what it returns draws the estimate. */
function signalPlot(panels, f) {
  const most = f.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const tick = +most.toPrecision(1);
  const plot = signalAxes(panels, f.length, {
    label: "The signal and its estimate",
    ylim: [-1.3 * most, 1.3 * most],
    yticks: [-tick, 0, tick],
  });
  curve(plot, "scene")(f);
  const drawEstimate = curve(plot, "classical");
  return (f_k) => drawEstimate(f_k.map((v) => clamp(v, -9 * most, 9 * most)));
}

/** The objective over the iterations, and the present one; what it returns draws both. */
function objectivePlot(panels, model) {
  const plot = axes(panels, {
    label: "The objective over its value at zero, for each iteration",
    xlabel: "iteration k",
    ylabel: "J / J at start",
    xlim: [0, STEPS],
    ylim: [0.1, 10],
    log: true,
    xticks: [0, 50, 100, 150, 200],
    yticks: [0.1, 1, 10],
  });
  const drawJ = curve(plot, "classical");
  const drawHere = upright(plot, "data");
  dragAlong(plot, model, "k", { min: 0, max: STEPS, step: 1 });
  return (J, k) => {
    drawJ(J.map((v) => Math.min(v, 1e9)));
    drawHere(k);
  };
}

function sliders(controls, model) {
  const weight = {
    label: "regularisation λ",
    min: -4,
    max: -0.5,
    step: 0.1,
    show: exponential,
  };
  const length = { label: "step τL", min: 0.1, max: 2.6, step: 0.05 };
  slider(controls, model, "log10_lam", weight);
  slider(controls, model, "tau_L", { ...length, show: (v) => v.toFixed(2) });
  slider(controls, model, "k", { label: "iteration k", min: 0, max: STEPS, step: 1 });
}

function render({ model, el }) {
  const f = floats(model, "scene");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimate = signalPlot(panels, f);
  const drawObjective = objectivePlot(panels, model);
  key(panels, [
    ["scene", "signal f"],
    ["classical", "estimate; objective"],
    ["data", "iteration k: drag it"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "tau_L", "k"], (setting) => {
    const { k, tau_L } = setting;
    const { f_k, J, kept, error } = compute(setting);
    drawEstimate(f_k);
    drawObjective(J, k);
    output.textContent = `${kept} of ${f.length} entries are not zero, relative error ` +
      `${error < 100 ? error.toPrecision(3) : "over 100"} after ${k} iterations.`;
    if (J[STEPS] > J[STEPS - 1] && J[STEPS] > 1) {
      reached(`With τL = ${tau_L.toFixed(2)} the objective grows without end.`);
    }
  });
}

export default { render };
