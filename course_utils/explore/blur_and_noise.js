// g = H f + eps, a Gaussian blur and noise, and H^-1 g, by the Fourier transform of f.

const FLOOR = 1e-6; // what single precision does not resolve: nothing comes back from there

/** The Fourier transform of a Gaussian that sums to 1, cut at six widths, on one axis. */
function transferLine(width, n) {
  const reach = Math.ceil(6 * width);
  const weight = (u) => Math.exp(-0.5 * (u / Math.max(width, 1e-9)) ** 2);
  const line = new Float64Array(n).fill(1);
  let sum = 1;
  for (let u = 1; u <= reach; u++) {
    sum += 2 * weight(u);
    for (let q = 0; q < n; q++) {
      line[q] += 2 * weight(u) * Math.cos((2 * Math.PI * ((q * u) % n)) / n);
    }
  }
  return line.map((v) => v / sum);
}

/** The data, and what the inverse makes of them, of one picture. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const { forward, back } = fourierOf(n);
  const F = forward(f);
  const E = forward(floats(model, "noise"));
  return ({ width, sigma }) => {
    const line = transferLine(width, n);
    const h = F.re.map((_, i) => line[Math.floor(i / n)] * line[i % n]);
    const inverse = h.map((v) => (Math.abs(v) > FLOOR ? 1 / v : 0));
    const G = {
      re: h.map((v, i) => v * F.re[i] + sigma * E.re[i]),
      im: h.map((v, i) => v * F.im[i] + sigma * E.im[i]),
    };
    const g = back(G);
    const naive = back(times(inverse, G));
    return { g, naive, ofData: relativeError(g, f), ofInverse: relativeError(naive, f) };
  };
}

/** The middle row of the picture and of its data; what it returns draws both. */
function rowPlot(panels, n) {
  const plot = signalAxes(panels, n, {
    label: "One row of the image and of the data",
    ylabel: "grey value",
    ylim: [-0.2, 1.2],
    yticks: [0, 0.5, 1],
  });
  const middle = (image) => image.subarray((n * n) / 2, (n * n) / 2 + n);
  const drawData = curve(plot, "data");
  const drawScene = curve(plot, "scene");
  return (f, g) => {
    drawScene(middle(f));
    drawData(middle(g));
  };
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

/** A relative error as it is read out. */
function shown(error) {
  return error < 1000 ? error.toFixed(3) : error.toExponential(1);
}

function render({ model, el }) {
  const n = model.get("size");
  let f = floats(model, "scene");
  let compute = computation(model, f);
  const { panels, controls, output, reached } = frame(el, model);
  const scene = picture(panels, "image f", n, n);
  const data = picture(panels, "data g = H f + ε", n, n);
  const inverse = picture(panels, "inverse H⁻¹ g", n, n);
  const drawRow = rowPlot(panels, n);
  key(panels, [["scene", "a row of f"], ["data", "the same row of g"]]);
  sliders(controls, model);
  const redraw = respond(model, ["width", "sigma"], (setting) => {
    const { g, naive, ofData, ofInverse } = compute(setting);
    scene.draw(f);
    data.draw(g);
    inverse.draw(naive);
    drawRow(f, g);
    output.textContent = `relative error: data ${shown(ofData)}, ` +
      `inverse ${shown(ofInverse)}`;
    if (setting.sigma > 0 && ofInverse < 0.99 * ofData) {
      reached("So little blur and noise that the inverse is better than the data.");
    }
  });
  ownPicture(controls, n, (own) => {
    f = own ?? floats(model, "scene");
    compute = computation(model, f);
    redraw();
  });
}

export default { render };
