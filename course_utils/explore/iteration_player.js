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
function iterationOf(model) {
  const G = floats(model, "gram");
  const b = floats(model, "b");
  const energy = model.get("energy");
  return (lam, tau, k) => {
    const J = new Float32Array(STEPS + 1);
    let x = new Float64Array(b.length);
    let f_k = x;
    for (let count = 0; count <= STEPS; count++) {
      const { next, quadratic, size } = step(x, G, b, lam, tau);
      J[count] = Math.min((energy + quadratic + 2 * lam * size) / energy, 1e9);
      if (count === k) f_k = x;
      x = next;
    }
    return { f_k, J };
  };
}

/** The signal and its estimate; what it returns draws the estimate. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The scene and its estimate",
    ylim: [-3, 3],
    yticks: [-2, 0, 2],
  });
  curve(plot, "scene")(f);
  const drawEstimate = curve(plot, "classical");
  return (f_k) => drawEstimate(f_k.map((v) => clamp(v, -9, 9)));
}

/** The objective over the iterations, and the present one; what it returns draws both. */
function objectivePlot(panels) {
  const plot = axes(panels, {
    label: "The objective over its value at zero, for each iteration",
    xlabel: "iteration k",
    ylabel: "J / J at start",
    xlim: [0, STEPS],
    ylim: [1e-3, 1e3],
    log: true,
    xticks: [0, 50, 100, 150, 200],
    yticks: [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3],
  });
  const drawJ = curve(plot, "classical");
  const drawHere = upright(plot, "data");
  return (J, k) => {
    drawJ(J);
    drawHere(k);
  };
}

function sliders(controls, model) {
  const weight = { label: "price λ", min: -4, max: -0.5, step: 0.1, show: exponential };
  const length = { label: "step τL", min: 0.1, max: 2.6, step: 0.05 };
  slider(controls, model, "log10_lam", weight);
  slider(controls, model, "tau_L", { ...length, show: (v) => v.toFixed(2) });
  slider(controls, model, "k", { label: "iteration k", min: 0, max: STEPS, step: 1 });
}

function render({ model, el }) {
  const f = floats(model, "scene");
  const iterate = iterationOf(model);
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawEstimate = signalPlot(panels, f);
  const drawObjective = objectivePlot(panels);
  key(panels, [
    ["scene", "scene f"],
    ["classical", "estimate; objective"],
    ["data", "iteration k"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "tau_L", "k"], () => {
    const lam = 10 ** model.get("log10_lam");
    const tau = model.get("tau_L") / model.get("L");
    const k = model.get("k");
    const { f_k, J } = iterate(lam, tau, k);
    drawEstimate(f_k);
    drawObjective(J, k);
    const kept = f_k.filter((v) => v !== 0).length;
    const error = relativeError(f_k, f);
    output.textContent = `${kept} of ${f.length} entries are not zero, relative error ` +
      `${error < 100 ? error.toPrecision(3) : "over 100"} after ${k} iterations.`;
  });
}

export default { render };
