// Stored estimates of methods that learned from 4^k pairs, beside the curve of their errors.

const ROLES = ["learned", "classical", "noise", "data"];

function render({ model, el }) {
  const n = model.get("size"), scenes = floats(model, "scenes"), methods = model.get("methods");
  /** The float32 numbers in the entries of a Dict trait. */
  const numbers = (trait) => Object.fromEntries(Object.entries(model.get(trait)).map(([name, view]) => [name,
    new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))]));
  const estimates = numbers("estimates"), errors = numbers("errors");
  const shown = methods.filter((name) => estimates[name]), count = scenes.length / n, last = errors[methods[0]].length - 1;
  const { panels, controls, output } = frame(el, model.get("label"));
  const picture = axes(panels, { label: "A scene and its estimates", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-0.8, 0.8], yticks: [-0.5, 0, 0.5], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const curves = axes(panels, { label: "The error of each method over the number of pairs", xlabel: "log₂ of the number of pairs",
    ylabel: "error (dB)", xlim: [0, 2 * last], ylim: [-19, 0], yticks: [-15, -10, -5, 0], xticks: [0, 2, 4, 6, 8, 10, 12] });
  const drawScene = curve(picture, "scene"), draw = shown.map((_, i) => curve(picture, ROLES[i]));
  methods.forEach((name, i) => curve(curves, ROLES[i])(errors[name], (k) => 2 * k));
  const drawHere = curve(curves, "scene");
  key(panels, [["scene", "scene; present N"], ...methods.map((name, i) => [ROLES[i], name])]);
  slider(controls, model, "k", { label: "pairs N", min: 0, max: last, step: 1, show: (k) => `${4 ** k}` });
  slider(controls, model, "scene", { label: "test scene", min: 1, max: count, step: 1 });
  respond(model, ["k", "scene"], () => {
    const k = model.get("k"), i = model.get("scene") - 1;
    drawScene(scenes.subarray(i * n, (i + 1) * n));
    shown.forEach((name, m) => draw[m](estimates[name].subarray((k * count + i) * n, (k * count + i + 1) * n)));
    drawHere([-19, 0], () => 2 * k);
    const own = shown.map((name) => relativeError(
      estimates[name].subarray((k * count + i) * n, (k * count + i + 1) * n), scenes.subarray(i * n, (i + 1) * n)));
    output.textContent = `With ${4 ** k} ${k ? "pairs" : "pair"}: ` + methods.map((name) =>
      `${name} ${errors[name][k].toFixed(1).replace("-", "−")} dB`).join(", ")
      + `. Scene ${i + 1} has the relative errors ` + shown.map((name, m) => `${own[m].toFixed(2)} (${name})`).join(", ") + ".";
  });
}

export default { render };
