// A picture after k layers and after k iterations, all computed before, and their errors.

const ROLES = ["learned", "classical"];

/** The errors of both over k, and the layers in training; what it returns draws the k. */
function errorsPlot(panels, model) {
  const last = model.get("last");
  const errors = floats(model, "errors");
  const plot = axes(panels, {
    label: "The error over that of the data, for each k",
    xlabel: "k",
    ylabel: "error / error of data",
    xlim: [0, last],
    ylim: [0.5, 1.1],
    xticks: [0, 5, 10, 15, 20].filter((k) => k <= last),
    yticks: [0.6, 0.8, 1],
  });
  const beyond = { ...plot, ylim: [0, 2] }; // lines that leave the plot
  ROLES.forEach((role, i) => {
    curve(plot, role)(errors.subarray(i * (last + 1), (i + 1) * (last + 1)));
  });
  dragAlong(plot, model, "k", { min: 0, max: last, step: 1 });
  upright(beyond, "noise")(model.get("trained"));
  return upright(beyond, "data");
}

/** Both pictures after k, and their errors. */
async function computation(model) {
  const size = model.get("size") ** 2;
  const last = model.get("last");
  const pictures = await unpacked(model, "pictures");
  const errors = floats(model, "errors");
  return ({ k }) => {
    const places = [k, last + 1 + k];
    const found = places.map((place) =>
      pictures.subarray(place * size, (place + 1) * size)
    );
    return { found, errors: places.map((place) => errors[place]) };
  };
}

async function render({ model, el }) {
  const n = model.get("size");
  const last = model.get("last");
  const names = model.get("names");
  const compute = await computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  picture(panels, "true image", n, n).draw(floats(model, "scene"));
  const views = names.map((name) => picture(panels, name, n, n));
  const drawHere = errorsPlot(panels, model);
  key(panels, [
    ["learned", names[0]],
    ["classical", names[1]],
    ["noise", "layers in training"],
    ["data", "k: drag it"],
  ]);
  slider(controls, model, "k", {
    label: "layers, iterations k",
    min: 0,
    max: last,
    step: 1,
  });
  const ofNetwork = floats(model, "errors").subarray(0, last + 1);
  const start = model.get("k");
  respond(model, ["k"], ({ k }) => {
    const { found, errors } = compute({ k });
    views.forEach((view, i) => {
      view.draw(found[i]);
      view.name(`${names[i]}, k = ${k}`);
    });
    drawHere(k);
    const [layers, iterations] = errors.map((error) => error.toFixed(3));
    output.textContent =
      `k = ${k}: the error is ${layers} of that of the data for the ${names[0]}, ` +
      `${iterations} for ${names[1]}.`;
    if (k !== start && errors[0] <= Math.min(...ofNetwork)) {
      reached(`The ${names[0]} is best after ${k} layers.`);
    }
  });
}

export default { render };
