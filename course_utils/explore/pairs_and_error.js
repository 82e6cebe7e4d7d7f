// Stored estimates of methods that learned from 4^k pairs, beside curves of their errors.

const ROLES = ["learned", "classical", "noise", "data"];

/** The numbers in the entries of a Dict trait. */
function dictionary(model, trait) {
  const entries = Object.entries(model.get(trait));
  return Object.fromEntries(entries.map(([name, view]) => [name, numbers(view)]));
}

/** A test signal, its estimates from 4^k pairs, their errors, and those of all methods. */
function computation(model) {
  const n = model.get("size");
  const signals = floats(model, "scenes");
  const errors = dictionary(model, "errors");
  const estimates = dictionary(model, "estimates");
  const methods = model.get("methods");
  const shown = methods.filter((name) => estimates[name]);
  return ({ k, scene }) => {
    const i = scene - 1;
    const first = (k * (signals.length / n) + i) * n;
    const f = signals.subarray(i * n, (i + 1) * n);
    const found = shown.map((name) => estimates[name].subarray(first, first + n));
    const own = found.map((f_hat) => relativeError(f_hat, f));
    return { f, found, own, all: methods.map((name) => errors[name][k]) };
  };
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

/** The errors over the number of pairs; what it returns draws the present number. */
function errorsPlot(panels, model, errors) {
  const log2 = (k) => 2 * k;
  const plot = axes(panels, {
    label: "The error of each method over the number of pairs",
    xlabel: "log₂ of the number of pairs",
    ylabel: "error (dB)",
    xlim: [0, log2(errors[0].length - 1)],
    ylim: [-19, 0],
    xticks: [0, 2, 4, 6, 8, 10, 12],
    yticks: [-15, -10, -5, 0],
  });
  errors.forEach((line, i) => curve(plot, ROLES[i])(line, log2));
  const drawHere = upright(plot, "scene");
  const range = { min: 0, max: errors[0].length - 1, step: 1 };
  dragAlong(plot, model, "k", { ...range, from: log2, to: (x) => x / 2 });
  return (k) => drawHere(log2(k));
}

function sliders(controls, model, last, count) {
  slider(controls, model, "k", {
    label: "pairs N",
    min: 0,
    max: last,
    step: 1,
    show: (k) => `${4 ** k}`,
  });
  slider(controls, model, "scene", { label: "test signal", min: 1, max: count, step: 1 });
}

function render({ model, el }) {
  const methods = model.get("methods");
  const errors = dictionary(model, "errors");
  const shown = methods.filter((name) => model.get("estimates")[name]);
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const n = model.get("size");
  const drawSignal = signalPlot(panels, n, shown.length);
  const drawHere = errorsPlot(panels, model, methods.map((name) => errors[name]));
  const entries = methods.map((name, i) => [ROLES[i], name]);
  key(panels, [["scene", "signal; present N: drag it"], ...entries]);
  const count = floats(model, "scenes").length / n;
  sliders(controls, model, errors[methods[0]].length - 1, count);
  const start = model.get("k");
  respond(model, ["k", "scene"], ({ k, scene }) => {
    const { f, found, own, all } = compute({ k, scene });
    drawSignal(f, found);
    drawHere(k);
    const words = methods.map((name, i) => `${name} ${signed(all[i], 1)} dB`);
    const here = shown.map((name, i) => `${own[i].toFixed(2)} (${name})`);
    output.textContent = `With ${4 ** k} ${k ? "pairs" : "pair"}: ${words.join(", ")}. ` +
      `Signal ${scene} has the relative errors ${here.join(", ")}.`;
    if (k > start && Math.abs(all[0] - all[1]) < 1) {
      reached(`With ${4 ** k} pairs ${methods[0]} and ${methods[1]} are within 1 dB.`);
    }
  });
}

export default { render };
