// g = H f + eps: a Gaussian blur along rows and columns, then noise, computed on the page.

/** A Gaussian that sums to 1, out to four widths. */
function gaussian(width) {
  const reach = Math.ceil(4 * width);
  const h = new Float32Array(2 * reach + 1);
  let sum = 0;
  for (let u = -reach; u <= reach; u++) {
    const value = Math.exp(-0.5 * (u / Math.max(width, 1e-9)) ** 2);
    h[u + reach] = value;
    sum += value;
  }
  return h.map((value) => value / sum);
}

/** Periodic convolution of each line of n numbers; `out` is transposed, so twice is 2-D. */
function convolveLines(f, h, n, out) {
  const reach = (h.length - 1) / 2;
  const line = new Float32Array(n + 2 * reach);
  const around = (x) => ((x % n) + n) % n;
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < line.length; i++) line[i] = f[row * n + around(i - reach)];
    for (let x = 0; x < n; x++) {
      let sum = 0;
      for (let u = 0; u < h.length; u++) sum += h[u] * line[x + h.length - 1 - u];
      out[x * n + row] = sum;
    }
  }
  return out;
}

/** A function of the two settings that gives the data. */
function dataOf(f, unitNoise, n) {
  const half = new Float32Array(n * n);
  const g = new Float32Array(n * n);
  return (width, sigma) => {
    const h = gaussian(width);
    convolveLines(convolveLines(f, h, n, half), h, n, g);
    for (let x = 0; x < g.length; x++) g[x] += sigma * unitNoise[x];
    return g;
  };
}

/** The middle row of the picture and of its data; what it returns draws the latter. */
function rowPlot(panels, f, n) {
  const plot = signalAxes(panels, n, {
    label: "One row of the scene and of the data",
    ylabel: "grey value",
    ylim: [-0.2, 1.2],
    yticks: [0, 0.5, 1],
  });
  const middle = (image) => image.subarray((n * n) / 2, (n * n) / 2 + n);
  const drawData = curve(plot, "data");
  curve(plot, "scene")(middle(f));
  return (g) => drawData(middle(g));
}

function sliders(controls, model) {
  slider(controls, model, "width", {
    label: "blur width (pixels)",
    min: 0,
    max: 8,
    step: 0.1,
    show: (width) => width.toFixed(1),
  });
  slider(controls, model, "sigma", {
    label: "noise σ",
    min: 0,
    max: 0.3,
    step: 0.005,
    show: (sigma) => sigma.toFixed(3),
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const f = floats(model, "scene");
  const measure = dataOf(f, floats(model, "noise"), n);
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "scene f", n, n).draw(f);
  const data = picture(panels, "data g = H f + ε", n, n);
  const drawRow = rowPlot(panels, f, n);
  sliders(controls, model);
  respond(model, ["width", "sigma"], () => {
    const g = measure(model.get("width"), model.get("sigma"));
    data.draw(g);
    drawRow(g);
    output.textContent = `‖g − f‖ / ‖f‖ = ${relativeError(g, f).toFixed(3)}`;
  });
}

export default { render };
