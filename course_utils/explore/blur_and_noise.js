// g = H f + eps: a Gaussian blur along rows and columns, then noise, computed on the page.

function gaussian(width) {
  const reach = Math.ceil(4 * width), h = new Float32Array(2 * reach + 1);
  let sum = 0;
  for (let u = -reach; u <= reach; u++) sum += h[u + reach] = Math.exp(-0.5 * (u / Math.max(width, 1e-9)) ** 2);
  return h.map((v) => v / sum);
}

/** Periodic convolution of each line of n numbers; `out` is written transposed, so twice is 2-D. */
function convolveLines(f, h, n, out) {
  const reach = (h.length - 1) / 2, line = new Float32Array(n + 2 * reach);
  for (let r = 0; r < n; r++) {
    for (let i = 0; i < line.length; i++) line[i] = f[r * n + ((((i - reach) % n) + n) % n)];
    for (let c = 0; c < n; c++) {
      let sum = 0;
      for (let u = 0; u < h.length; u++) sum += h[u] * line[c + h.length - 1 - u];
      out[c * n + r] = sum;
    }
  }
  return out;
}

function render({ model, el }) {
  const n = model.get("size"), f = floats(model, "scene"), unit = floats(model, "noise");
  const half = new Float32Array(n * n), g = new Float32Array(n * n);
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "scene f", n, n).draw(f);
  const data = picture(panels, "data g = H f + ε", n, n);
  const plot = axes(panels, { label: "One row of the scene and of the data", xlabel: "pixel", ylabel: "grey value",
    xlim: [0, n - 1], ylim: [-0.2, 1.2], yticks: [0, 0.5, 1], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const drawData = curve(plot, "data"), drawScene = curve(plot, "scene");
  const middle = (image) => image.subarray((n * n) / 2, (n * n) / 2 + n);
  drawScene(middle(f));
  slider(controls, model, "width", { label: "blur width (pixels)", min: 0, max: 8, step: 0.1, show: (v) => v.toFixed(1) });
  slider(controls, model, "sigma", { label: "noise σ", min: 0, max: 0.3, step: 0.005, show: (v) => v.toFixed(3) });
  respond(model, ["width", "sigma"], () => {
    const h = gaussian(model.get("width")), sigma = model.get("sigma");
    convolveLines(convolveLines(f, h, n, half), h, n, g);
    for (let i = 0; i < g.length; i++) g[i] += sigma * unit[i];
    data.draw(g);
    drawData(middle(g));
    output.textContent = `‖g − f‖ / ‖f‖ = ${relativeError(g, f).toFixed(3)}`;
  });
}

export default { render };
