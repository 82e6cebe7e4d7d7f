// g = H f + eps, a Gaussian blur and noise, and H^-1 g, by the Fourier transform of f.

const LEAST = -10; // log10 of the weakest noise, far above round-off
const MOST = -1; // and of the strongest one
const STEP = 0.1;
const ERRORS = [1e-3, 1e3]; // what the plot shows

/** The Fourier transform of a Gaussian that sums to 1, cut at six widths, on one axis. */
function transferLine(width, n) {
  const reach = Math.ceil(6 * width);
  const weight = (u) => Math.exp(-0.5 * (u / width) ** 2);
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

/** Sums over all frequencies that give both errors at any noise.

    By Parseval, ||g - f||^2 is blur + 2 sigma both + sigma^2 noise, and the error of the
    inverse is sigma^2 grown; each sum is divided by that of |F f|^2. */
function sumsOf(h, F, E) {
  const sums = { blur: 0, both: 0, noise: 0, grown: 0 };
  let whole = 0;
  for (let i = 0; i < h.length; i++) {
    const power = E.re[i] ** 2 + E.im[i] ** 2;
    const lost = h[i] - 1;
    whole += F.re[i] ** 2 + F.im[i] ** 2;
    sums.blur += lost ** 2 * (F.re[i] ** 2 + F.im[i] ** 2);
    sums.both += lost * (F.re[i] * E.re[i] + F.im[i] * E.im[i]);
    sums.noise += power;
    sums.grown += power / h[i] ** 2;
  }
  return Object.fromEntries(Object.entries(sums).map(([k, v]) => [k, v / whole]));
}

/** The noise at which both errors are equal: the positive root of a quadratic. */
function limitOf({ blur, both, noise, grown }) {
  const rest = grown - noise;
  return (both + Math.sqrt(both ** 2 + blur * rest)) / rest;
}

/** The data, what the exact inverse makes of them, and how both errors follow sigma. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const { forward, back } = fourierOf(n);
  const F = forward(f);
  const E = forward(floats(model, "noise"));
  const G = plane(n);
  return ({ width, log10_sigma }) => {
    const sigma = 10 ** log10_sigma;
    const line = transferLine(width, n);
    const h = F.re.map((_, i) => line[Math.floor(i / n)] * line[i % n]);
    for (let i = 0; i < n * n; i++) {
      G.re[i] = h[i] * F.re[i] + sigma * E.re[i];
      G.im[i] = h[i] * F.im[i] + sigma * E.im[i];
    }
    const g = back(G);
    const naive = back(times(h.map((v) => 1 / v), G));
    const errors = { ofData: relativeError(g, f), ofInverse: relativeError(naive, f) };
    const sums = sumsOf(h, F, E);
    return { g, naive, ...errors, ...sums, limit: limitOf(sums) };
  };
}

/** A power of ten at its place on an axis of logarithms. */
function tenTo(exponent) {
  return { valueOf: () => exponent, toString: () => power(10 ** exponent) };
}

/** Both errors over the noise, to be dragged along; what it returns draws them. */
function errorPlot(panels, model) {
  const plot = axes(panels, {
    label: "Relative error of the data and of the inverse against the noise level",
    xlabel: "noise σ: drag",
    ylabel: "relative error",
    xlim: [LEAST, MOST],
    ylim: ERRORS,
    xticks: [-10, -8, -6, -4, -2].map(tenTo),
    yticks: [1e-3, 1e-1, 10, 1e3],
    log: true,
  });
  const here = upright(plot, "scene");
  const lines = { data: curve(plot, "data"), inverse: curve(plot, "noise") };
  dragAlong(plot, model, "log10_sigma", { min: LEAST, max: MOST, step: STEP });
  const places = Array.from({ length: 101 }, (_, i) => LEAST + ((MOST - LEAST) * i) / 100);
  const draw = (line, error) => {
    const [low, high] = ERRORS;
    const inside = places.filter((x) => error(10 ** x) > low && error(10 ** x) < high);
    line(inside.map((x) => error(10 ** x)), (i) => inside[i]);
  };
  return ({ blur, both, noise, grown }, log10_sigma) => {
    here(log10_sigma);
    draw(lines.data, (s) => Math.sqrt(blur + 2 * s * both + s * s * noise));
    draw(lines.inverse, (s) => s * Math.sqrt(grown));
  };
}

function sliders(controls, model) {
  slider(controls, model, "log10_sigma", {
    label: "noise level σ",
    min: LEAST,
    max: MOST,
    step: STEP,
    show: exponential,
  });
  slider(controls, model, "width", {
    label: "blur width (pixels)",
    min: 0.5,
    max: 1.5,
    step: 0.1,
    show: (width) => width.toFixed(1),
  });
}

/** A relative error as it is read out. */
function shown(error) {
  return error < 1000 && error > 0.001 ? error.toPrecision(2) : error.toExponential(1);
}

/** What is reached where the inverse is better than the data, and no longer one step on. */
function reachedAt({ ofData, ofInverse, limit }, { width, log10_sigma }) {
  const last = 10 ** (log10_sigma + STEP) > limit;
  if (!(ofInverse < ofData && last)) return "";
  return `Through a blur of ${width.toFixed(1)} pixels the inverse is the better one up ` +
    `to σ = ${limit.toExponential(0)}, one part in ${words(1 / limit)}.`;
}

/** A large number, rounded to one digit, as it is written. */
function words(number) {
  return Number(number.toPrecision(1)).toLocaleString("en");
}

function render({ model, el }) {
  const n = model.get("size");
  let f = floats(model, "scene");
  let compute = computation(model, f);
  const { panels, controls, output, reached } = frame(el, model);
  const data = picture(panels, "data g = H f + ε", n, n);
  const inverse = picture(panels, "exact inverse H⁻¹ g", n, n);
  const scene = picture(panels, "image f", n, n);
  const drawErrors = errorPlot(panels, model);
  key(panels, [["data", "error of the data g"], ["noise", "error of the inverse H⁻¹ g"]]);
  sliders(controls, model);
  const redraw = respond(model, ["width", "log10_sigma"], (setting) => {
    const drawn = compute(setting);
    scene.draw(f);
    data.draw(drawn.g);
    inverse.draw(drawn.naive);
    drawErrors(drawn, setting.log10_sigma);
    const better = drawn.ofInverse < drawn.ofData ? "inverse is" : "data are";
    output.textContent = `Relative error: data ${shown(drawn.ofData)}, inverse ` +
      `${shown(drawn.ofInverse)}. The ${better} better.`;
    reached(reachedAt(drawn, setting));
  });
  ownPicture(controls, n, (own) => {
    f = own ?? floats(model, "scene");
    compute = computation(model, f);
    redraw();
  });
}

export default { render };
