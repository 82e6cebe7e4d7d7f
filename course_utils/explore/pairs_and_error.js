// Stored estimates of methods that learned from 4^k pairs, beside curves of their errors.

const ROLES = ["learned", "classical", "noise", "data"];

/** The float32 numbers in the entries of a Dict trait. */
function dictionary(model, trait) {
  const entries = Object.entries(model.get(trait));
  return Object.fromEntries(entries.map(([name, view]) => [name, numbers(view)]));
}

/** A signal and its estimates; what it returns draws them. */
function signalPlot(panels, n, count) {
  const plot = signalAxes(panels, n, {
    label: "A scene and its estimates",
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
function errorsPlot(panels, errors) {
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
  slider(controls, model, "scene", { label: "test scene", min: 1, max: count, step: 1 });
}

function render({ model, el }) {
  const n = model.get("size");
  const signals = floats(model, "scenes");
  const count = signals.length / n;
  const methods = model.get("methods");
  const errors = dictionary(model, "errors");
  const estimates = dictionary(model, "estimates");
  const shown = methods.filter((name) => estimates[name]);
  const last = errors[methods[0]].length - 1;
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawSignal = signalPlot(panels, n, shown.length);
  const drawHere = errorsPlot(panels, methods.map((name) => errors[name]));
  const entries = methods.map((name, i) => [ROLES[i], name]);
  key(panels, [["scene", "scene; present N"], ...entries]);
  sliders(controls, model, last, count);
  respond(model, ["k", "scene"], () => {
    const k = model.get("k");
    const i = model.get("scene") - 1;
    const first = (k * count + i) * n;
    const f = signals.subarray(i * n, (i + 1) * n);
    const found = shown.map((name) => estimates[name].subarray(first, first + n));
    drawSignal(f, found);
    drawHere(k);
    const all = methods.map((name) => `${name} ${signed(errors[name][k], 1)} dB`);
    const own = shown.map((name, m) =>
      `${relativeError(found[m], f).toFixed(2)} (${name})`
    );
    output.textContent = `With ${4 ** k} ${k ? "pairs" : "pair"}: ${all.join(", ")}. ` +
      `Scene ${i + 1} has the relative errors ${own.join(", ")}.`;
  });
}

export default { render };
