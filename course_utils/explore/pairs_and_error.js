// Stored matrices and estimates of methods that learned from 4^k pairs, and their errors.

const ROLES = ["learned", "classical", "noise", "data"];
const MOST = 4; // pairs grow by this factor

/** The numbers in the entries of a Dict trait. */
function dictionary(model, trait) {
  const entries = Object.entries(model.get(trait));
  return Object.fromEntries(entries.map(([name, view]) => [name, numbers(view)]));
}

/** A test signal, its estimates and matrices from 4^k pairs, and all errors. */
function computation(model) {
  const n = model.get("size");
  const signals = floats(model, "signals");
  const errors = dictionary(model, "errors");
  const estimates = dictionary(model, "estimates");
  const matrices = dictionary(model, "matrices");
  const methods = model.get("methods");
  const shown = methods.filter((name) => estimates[name]);
  return ({ k, signal }) => {
    const i = signal - 1;
    const first = (k * (signals.length / n) + i) * n;
    const f = signals.subarray(i * n, (i + 1) * n);
    const found = shown.map((name) => estimates[name].subarray(first, first + n));
    const learned = shown.map((name) => {
      const entries = matrices[name].length / errors[name].length;
      return matrices[name].subarray(k * entries, (k + 1) * entries);
    });
    return { f, found, learned, all: methods.map((name) => errors[name][k]) };
  };
}

/** The middle of each matrix, zero in grey; what it returns draws them. */
function matrixPictures(panels, model, shown) {
  const matrices = dictionary(model, "matrices");
  const last = shown.map((name) => {
    const sizes = numbers(model.get("errors")[name]).length;
    return matrices[name].slice(-matrices[name].length / sizes);
  });
  const side = Math.round(Math.sqrt(last[0].length));
  const most = last[1].reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const pictures = shown.map((name) => picture(panels, name, side, side));
  return (learned) => pictures.forEach((each, i) => each.draw(learned[i], -most, most));
}

/** A signal and its estimates; what it returns draws them. */
function signalPlot(panels, n, count) {
  const plot = signalAxes(panels, n, {
    label: "A test signal and its estimates",
    ylim: [-0.8, 0.8],
    yticks: [-0.5, 0, 0.5],
  });
  const drawSignal = curve(plot, "scene");
  const lines = ROLES.slice(0, count).map((role) => curve(plot, role));
  return (f, estimates) => {
    drawSignal(f);
    estimates.forEach((f_hat, i) => lines[i](f_hat));
  };
}

/** The numbers 1, 4, 16 ... below an axis of their exponents. */
function powersBelow({ svg, x }, last) {
  const y = PLOT.height - PLOT.bottom + 14;
  for (let k = 0; k <= last; k++) {
    make(svg, "text", { x: x(k), y, "text-anchor": "middle" }, `${MOST ** k}`);
  }
}

/** The errors over the number of pairs; what it returns draws the present number. */
function errorsPlot(panels, model, errors) {
  const last = errors[0].length - 1;
  const plot = axes(panels, {
    label: "The error of each method over the number of pairs",
    xlabel: "training pairs N",
    ylabel: "error (dB)",
    xlim: [0, last],
    ylim: [-19, 0],
    xticks: [],
    yticks: [-15, -10, -5, 0],
  });
  powersBelow(plot, last);
  errors.forEach((line, i) => curve(plot, ROLES[i])(line));
  const drawHere = upright(plot, "scene");
  dragAlong(plot, model, "k", { min: 0, max: last, step: 1 });
  return drawHere;
}

function sliders(controls, below, model, last, count) {
  slider(controls, model, "k", {
    label: "pairs N",
    min: 0,
    max: last,
    step: 1,
    show: (k) => `${MOST ** k}`,
  });
  slider(below, model, "signal", { label: "test signal", min: 1, max: count, step: 1 });
  remember(controls, model, "signal");
}

function render({ model, el }) {
  const methods = model.get("methods");
  const errors = dictionary(model, "errors");
  const shown = methods.filter((name) => model.get("estimates")[name]);
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const n = model.get("size");
  const drawMatrices = matrixPictures(panels, model, shown);
  const drawHere = errorsPlot(panels, model, methods.map((name) => errors[name]));
  const [second, below] = ["cu-panels", "cu-below"].map((name) =>
    make(panels.parentNode, "div", { class: name })
  );
  controls.after(output, second, below);
  const drawSignal = signalPlot(second, n, shown.length);
  const entries = methods.map((name, i) => [ROLES[i], name]);
  key(panels, [["scene", "signal; present N: drag it"], ...entries]);
  const count = floats(model, "signals").length / n;
  sliders(controls, below, model, errors[methods[0]].length - 1, count);
  respond(model, ["k", "signal"], ({ k, signal }) => {
    const { f, found, learned, all } = compute({ k, signal });
    drawMatrices(learned);
    drawSignal(f, found);
    drawHere(k);
    const words = methods.map((name, i) => `${name} ${signed(all[i], 1)} dB`);
    const pairs = `${MOST ** k} ${k ? "pairs" : "pair"}`;
    output.textContent = `Signal ${signal}. Errors with ${pairs}: ${words.join(", ")}.`;
    if (all[0] < all[1]) {
      reached(`With ${pairs} the ${methods[0]} errs less than the ${methods[1]}.`);
    }
  });
}

export default { render };
