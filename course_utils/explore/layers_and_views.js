// Stored pictures by K layers behind a scanner of so many views, and their PSNR over K.

/** Picture `which`, 0 for the drawn phantom and 1 for the head, at one setting. */
function storedOf(model) {
  const view = model.get("pictures");
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const views = model.get("views").length;
  const size = model.get("size") ** 2;
  return (layer, at, which) => {
    const first = ((layer * views + at) * 2 + which) * size;
    return Float32Array.from(bytes.subarray(first, first + size), (v) => v / 255);
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

/** The PSNR over the layers, and the present one; what it returns draws both. */
function scoresPlot(panels, layers) {
  const plot = axes(panels, {
    label: "PSNR of both pictures over the number of layers",
    xlabel: "layers K",
    ylabel: "PSNR in dB",
    xlim: [0, layers[layers.length - 1]],
    ylim: [10, 45],
    xticks: [0, 5, 10, 15, 20],
    yticks: [10, 20, 30, 40],
  });
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

function render({ model, el }) {
  const n = model.get("size");
  const layers = model.get("layers");
  const views = model.get("views");
  const stored = storedOf(model);
  const scores = allScores(model, stored);
  const { panels, controls, output } = frame(el, model.get("label"));
  const pictures = ["drawn scene", "head"].map((name) => picture(panels, name, n, n));
  const drawScores = scoresPlot(panels, layers);
  key(panels, [["learned", "drawn scene"], ["scene", "head"], ["data", "layers K"]]);
  sliders(controls, model);
  respond(model, ["layer", "view"], () => {
    const k = model.get("layer");
    const v = model.get("view");
    const [drawn, head] = scores[k][v].map((score) => score.toFixed(1));
    pictures.forEach(({ draw }, which) => draw(stored(k, v, which)));
    drawScores(scores.map((row) => row[v]), k);
    output.textContent = `${layers[k] || "No"} layers behind ${views[v]} views: ` +
      `drawn scene ${drawn} dB, head ${head} dB.`;
  });
}

export default { render };
