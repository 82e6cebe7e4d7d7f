// Stored reconstructions by K layers after a scan of so many views, and their PSNR over K.

const NAMES = ["phantom", "head"];

/** Picture `which`, 0 for the drawn phantom and 1 for the head, at one setting. */
async function storedOf(model) {
  const pictures = await unpacked(model, "pictures");
  const views = model.get("views").length;
  const size = model.get("size") ** 2;
  return (layer, view, which) => {
    const first = ((layer * views + view) * 2 + which) * size;
    return pictures.subarray(first, first + size);
  };
}

function psnr(f_hat, f) {
  let sum = 0;
  for (let x = 0; x < f.length; x++) sum += (f_hat[x] - f[x]) ** 2;
  return -10 * Math.log10(sum / f.length);
}

/** The PSNR of both pictures, for each number of layers and of views. */
function allScores(model, stored) {
  const truth = floats(model, "truth");
  const size = model.get("size") ** 2;
  const f = [truth.subarray(0, size), truth.subarray(size)];
  return model.get("layers").map((_, k) =>
    model.get("views").map((_, v) => f.map((f_i, which) => psnr(stored(k, v, which), f_i)))
  );
}

/** Both pictures at one setting, and their PSNR there and for each number of layers. */
async function computation(model) {
  const stored = await storedOf(model);
  const scores = allScores(model, stored);
  return ({ layer, view }) => ({
    found: [0, 1].map((which) => stored(layer, view, which)),
    scores: scores.map((row) => row[view]),
  });
}

/** The PSNR over the layers, and the present one; what it returns draws both. */
function scoresPlot(panels, model) {
  const layers = model.get("layers");
  const plot = axes(panels, {
    label: "PSNR of both pictures over the number of layers",
    xlabel: "layers K",
    ylabel: "PSNR in dB",
    xlim: [0, layers[layers.length - 1]],
    ylim: [10, 45],
    xticks: [0, 5, 10, 15, 20],
    yticks: [10, 20, 30, 40],
  });
  const nearest = (x) => {
    const gaps = layers.map((K) => Math.abs(K - x));
    return gaps.indexOf(Math.min(...gaps));
  };
  const range = { min: 0, max: layers.length - 1, step: 1 };
  dragAlong(plot, model, "layer", { ...range, from: (k) => layers[k], to: nearest });
  const lines = [curve(plot, "learned"), curve(plot, "scene")];
  const drawHere = upright(plot, "data");
  return (scores, k) => {
    lines.forEach((line, which) => {
      line(scores.map((score) => score[which]), (i) => layers[i]);
    });
    drawHere(layers[k]);
  };
}

function sliders(controls, model) {
  const layers = model.get("layers");
  const views = model.get("views");
  slider(controls, model, "layer", {
    label: "layers K",
    min: 0,
    max: layers.length - 1,
    step: 1,
    show: (k) => (layers[k] ? `${layers[k]}` : "0, FBP"),
  });
  slider(controls, model, "view", {
    label: "number of views",
    min: 0,
    max: views.length - 1,
    step: 1,
    show: (v) => `${views[v]}`,
  });
}

/** Both truths and both reconstructions; what they return draws the latter. */
function pictures(panels, model) {
  const n = model.get("size");
  const truth = floats(model, "truth");
  const shown = NAMES.map((name, which) => {
    const f = picture(panels, `truth: ${name}`, n, n);
    f.draw(truth.subarray(which * n * n, (which + 1) * n * n));
    const made = picture(panels, name, n, n);
    for (const { canvas } of [f, made]) canvas.parentNode.style.flexBasis = "9.5rem";
    return made;
  });
  return (found, how) =>
    shown.forEach(({ draw, name }, which) => {
      draw(found[which]);
      name(how);
    });
}

async function render({ model, el }) {
  const layers = model.get("layers");
  const views = model.get("views");
  const compute = await computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model);
  const drawScores = scoresPlot(panels, model);
  key(panels, [
    ["learned", NAMES[0]],
    ["scene", NAMES[1]],
    ["data", "layers K: drag it"],
  ]);
  sliders(controls, model);
  respond(model, ["layer", "view"], ({ layer, view }) => {
    const { found, scores } = compute({ layer, view });
    draw(found, layers[layer] ? `network, K = ${layers[layer]}` : "FBP (K = 0)");
    drawScores(scores, layer);
    const [drawn, head] = scores[layer].map((score) => score.toFixed(1));
    output.textContent = `${layers[layer] || "No"} layers after ${views[view]} views: ` +
      `phantom ${drawn} dB, head ${head} dB.`;
    if (view === 0 && scores[layer][1] >= Math.max(...scores.map((score) => score[1]))) {
      reached(`From ${views[0]} views the head is best with K = ${layers[layer]}.`);
    }
  });
}

export default { render };
