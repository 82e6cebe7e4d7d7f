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

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** a + factor * b. */
function added(a, factor, b) {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = a[i] + factor * b[i];
  return sum;
}

/** The spectra h F and E / h, where h is the product of a line for each axis. */
function bothWays(line, F, E) {
  const n = line.length;
  const [there, away] = [plane(n), plane(n)];
  for (let i = 0; i < n * n; i++) {
    const h = line[(i / n) | 0] * line[i % n];
    there.re[i] = h * F.re[i];
    there.im[i] = h * F.im[i];
    away.re[i] = E.re[i] / h;
    away.im[i] = E.im[i] / h;
  }
  return [there, away];
}

/** What a blur of one width makes of a picture, and its inverse of the noise.

    ||g - f||^2 is blur + 2 sigma both + sigma^2 noise, and the error of the inverse is
    sigma^2 grown, all as parts of ||f||^2. */
function through(width, n, { f, F, E, noise, back }) {
  const spectra = bothWays(transferLine(width, n), F, E);
  const [blurred, magnified] = spectra.map(back);
  const lost = added(blurred, -1, f);
  const whole = dot(f, f);
  const sums = {
    blur: dot(lost, lost) / whole,
    both: dot(lost, noise) / whole,
    noise: dot(noise, noise) / whole,
    grown: dot(magnified, magnified) / whole,
  };
  return { width, blurred, magnified, sums };
}

/** The noise at which both errors are equal: the positive root of a quadratic. */
function limitOf({ blur, both, noise, grown }) {
  const rest = grown - noise;
  return (both + Math.sqrt(both ** 2 + blur * rest)) / rest;
}

/** The data, what the exact inverse makes of them, and how both errors follow sigma.

    Both maps are linear: g = H f + sigma E, and H^-1 g = f + sigma H^-1 E. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const { forward, back } = realFourierOf(n);
  const noise = floats(model, "noise");
  const given = { f, F: forward(f), E: forward(noise), noise, back };
  let kept = {};
  return ({ width, log10_sigma }) => {
    if (kept.width !== width) kept = through(width, n, given);
    const { blurred, magnified, sums } = kept;
    const sigma = 10 ** log10_sigma;
    const g = added(blurred, sigma, noise);
    const naive = added(f, sigma, magnified);
    const errors = { ofData: relativeError(g, f), ofInverse: relativeError(naive, f) };
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
  scene.draw(f);
  const redraw = respond(model, ["width", "log10_sigma"], (setting) => {
    const drawn = compute(setting);
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
    scene.draw(f);
    redraw();
  });
}

export default { render };
