// Stored results: pictures by K layers behind a scanner of so many views, and their PSNR over K.

function render({ model, el }) {
  const n = model.get("size"), layers = model.get("layers"), views = model.get("views");
  const truth = floats(model, "truth"), view = model.get("pictures"), each = n * n;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  /** Picture `which`, 0 for the drawn scene and 1 for the head, at one setting. */
  const stored = (layer, at, which) => {
    const first = ((layer * views.length + at) * 2 + which) * each;
    return Float32Array.from(bytes.subarray(first, first + each), (v) => v / 255);
  };
  const psnr = (f_hat, which) => {
    let sum = 0;
    for (let i = 0; i < each; i++) sum += (f_hat[i] - truth[which * each + i]) ** 2;
    return -10 * Math.log10(sum / each);
  };
  const scores = layers.map((_, k) => views.map((_, v) => [0, 1].map((which) => psnr(stored(k, v, which), which))));
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawn = picture(panels, "drawn scene", n, n), head = picture(panels, "head", n, n);
  const plot = axes(panels, { label: "PSNR of both pictures over the number of layers", xlabel: "layers K", ylabel: "PSNR in dB",
    xlim: [0, layers[layers.length - 1]], ylim: [10, 45], yticks: [10, 20, 30, 40], xticks: [0, 5, 10, 15, 20] });
  const lines = [curve(plot, "learned"), curve(plot, "scene")], here = curve(plot, "data");
  key(panels, [["learned", "drawn scene"], ["scene", "head"], ["data", "layers K"]]);
  slider(controls, model, "layer", { label: "layers K", min: 0, max: layers.length - 1, step: 1,
    show: (k) => (layers[k] ? `${layers[k]}` : "0, FBP") });
  slider(controls, model, "view", { label: "number of views", min: 0, max: views.length - 1, step: 1, show: (v) => `${views[v]}` });
  respond(model, ["layer", "view"], () => {
    const k = model.get("layer"), v = model.get("view"), [a, b] = scores[k][v];
    drawn.draw(stored(k, v, 0));
    head.draw(stored(k, v, 1));
    lines.forEach((line, which) => line(scores.map((s) => s[v][which]), (i) => layers[i]));
    here([10, 45], () => layers[k]);
    output.textContent = `${layers[k] || "No"} layers behind ${views[v]} views: drawn scene ${a.toFixed(1)} dB, head ${b.toFixed(1)} dB.`;
  });
}

export default { render };
