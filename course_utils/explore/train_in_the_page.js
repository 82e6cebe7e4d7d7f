// Training in the page: two denoisers, the chain rule written out, and three ways to step.

const KERNEL = 5; // of every layer of the CNN
const CHANNELS = 8; // between its layers
const MOST_STEPS = 20000;
const DIVERGED = 1000; // times the first loss
const FRAME = 24; // milliseconds of training before the next picture

/** Whole numbers below a bound, as Python draws them too: Numerical Recipes' generator. */
function draws(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The order in which an epoch takes the N training signals. */
function shuffled(N, draw) {
  const order = Array.from({ length: N }, (_, i) => i);
  for (let i = N - 1; i > 0; i--) {
    const j = draw(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The layers of a network, as views of one row of parameters (or of their slopes). */
function networkOf(network, theta) {
  const linear = network === "linear";
  const c = CHANNELS;
  const shapes = linear
    ? [[1, 1, theta.length]]
    : [[c, 1, KERNEL], [c, c, KERNEL], [1, c, KERNEL]];
  let at = 0;
  const view = (count) => theta.subarray(at, at += count);
  const layers = shapes.map(([outs, ins, size]) => {
    const w = view(outs * ins * size);
    const b = linear ? null : view(outs);
    return { outs, ins, taps: size, w, b };
  });
  return { theta, layers, residual: !linear };
}

/** Each row of n numbers with `reach` more at both ends, taken from the other end. */
function wrapped(x, n, reach) {
  const rows = x.length / n;
  const length = n + 2 * reach;
  const out = new Float64Array(rows * length);
  for (let r = 0; r < rows; r++) {
    const from = r * n;
    const to = r * length + reach;
    for (let k = 0; k < n; k++) out[to + k] = x[from + k];
    for (let k = 0; k < reach; k++) {
      out[to - 1 - k] = x[from + n - 1 - k];
      out[to + n + k] = x[from + k];
    }
  }
  return out;
}

/** A layer: y_o = b_o + the sum over i of kernel w_oi slid along x_i, with periodic ends.

    Four neighbours of y at a time, which is twice as fast as one. */
function convolve({ outs, ins, taps, w, b }, x, n) {
  const length = n + taps - 1;
  const ends = wrapped(x, n, (taps - 1) / 2);
  const y = new Float64Array(outs * n);
  for (let at = 0; at < y.length; at += 4) {
    const o = Math.floor(at / n);
    let weight = o * ins * taps;
    let [y0, y1, y2, y3] = [0, 0, 0, 0];
    for (let i = 0; i < ins; i++) {
      let from = i * length + (at % n);
      for (let j = 0; j < taps; j++) {
        const v = w[weight++];
        y0 += v * ends[from++];
        y1 += v * ends[from];
        y2 += v * ends[from + 1];
        y3 += v * ends[from + 2];
      }
    }
    const bias = b ? b[o] : 0;
    y[at] = bias + y0;
    y[at + 1] = bias + y1;
    y[at + 2] = bias + y2;
    y[at + 3] = bias + y3;
  }
  return y;
}

/** The layer that is its adjoint: the same kernels, each turned round, from y_o to x_i. */
function adjoint({ outs, ins, taps, w }) {
  const turned = new Float64Array(w.length);
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      const from = (o * ins + i) * taps;
      const to = (i * outs + o) * taps + taps - 1;
      for (let j = 0; j < taps; j++) turned[to - j] = w[from + j];
    }
  }
  return { outs: ins, ins: outs, taps, w: turned, b: null };
}

/** The sum of x[at + k] y[from + k] for k = 0 ... n - 1, n a multiple of 4. */
function dot(x, at, y, from, n) {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < n; k += 4) {
    s0 += x[at + k] * y[from + k];
    s1 += x[at + k + 1] * y[from + k + 1];
    s2 += x[at + k + 2] * y[from + k + 2];
    s3 += x[at + k + 3] * y[from + k + 3];
  }
  return s0 + s1 + s2 + s3;
}

/** Adds to a layer's slopes what a slope at y says about its kernels and biases. */
function addSlopes({ outs, ins, taps, w, b }, x, slope, n) {
  const length = n + taps - 1;
  const ends = wrapped(x, n, (taps - 1) / 2);
  for (let o = 0; o < outs; o++) {
    for (let k = 0; b && k < n; k++) b[o] += slope[o * n + k];
    for (let i = 0; i < ins; i++) {
      for (let j = 0; j < taps; j++) {
        w[(o * ins + i) * taps + j] += dot(slope, o * n, ends, i * length + j, n);
      }
    }
  }
}

/** The estimate for one signal, and what every layer saw on the way. */
function forward({ layers, residual }, g, n) {
  const seen = [g];
  const last = layers[layers.length - 1];
  for (const layer of layers.slice(0, -1)) {
    const x = convolve(layer, seen[seen.length - 1], n);
    for (let k = 0; k < x.length; k++) x[k] = Math.max(x[k], 0);
    seen.push(x);
  }
  const f_hat = convolve(last, seen[seen.length - 1], n);
  for (let k = 0; residual && k < n; k++) f_hat[k] += g[k];
  return { f_hat, seen };
}

/** The chain rule, from the last layer to the first: adds to the slopes of the loss. */
function backward({ layers }, slopes, seen, slope, n) {
  for (let l = layers.length - 1; l >= 0; l--) {
    addSlopes(slopes.layers[l], seen[l], slope, n);
    if (l === 0) return;
    slope = convolve(adjoint(layers[l]), slope, n);
    for (let k = 0; k < slope.length; k++) {
      if (seen[l][k] <= 0) slope[k] = 0; // the slope of a relu is 0 or 1
    }
  }
}

const OPTIMIZERS = {
  SGD: ({ net, slopes, rate }) => {
    for (let p = 0; p < net.theta.length; p++) net.theta[p] -= rate * slopes.theta[p];
  },
  momentum: ({ net, slopes, rate, first }) => {
    for (let p = 0; p < first.length; p++) {
      first[p] = 0.9 * first[p] + slopes.theta[p];
      net.theta[p] -= rate * first[p];
    }
  },
  Adam: ({ net, slopes, rate, first, second, t }) => {
    for (let p = 0; p < first.length; p++) {
      const slope = slopes.theta[p];
      first[p] = 0.9 * first[p] + 0.1 * slope;
      second[p] = 0.999 * second[p] + 0.001 * slope ** 2;
      const mean = first[p] / (1 - 0.9 ** t);
      const size = Math.sqrt(second[p] / (1 - 0.999 ** t));
      net.theta[p] -= (rate * mean) / (size + 1e-8);
    }
  },
};

/** A training at its first step. `data` has f, g, f_validation and g_validation as rows. */
function beginning(data, settings) {
  const { network, start, n, N, batch, rate, optimizer } = settings;
  const theta = Float64Array.from(start);
  const zeros = () => new Float64Array(theta.length);
  const training = {
    ...{ ...data, network, n, N, batch, rate, optimizer },
    net: networkOf(network, theta),
    slopes: networkOf(network, zeros()),
    first: zeros(),
    second: zeros(),
    t: 0,
    exploded: false,
    since: 0, // the step at which the learning rate was last changed
    draw: draws(0),
    left: [], // signals that this epoch has not seen
    curve: { marks: [], train: [], validation: [] },
  };
  training.at_first = lossOf(training, data.g, data.f);
  return training;
}

/** One step against the slopes of a batch's mean squared error, which it returns. */
function step(training) {
  const { net, slopes, f, g, n, N, batch, draw, optimizer } = training;
  if (training.left.length === 0) training.left = shuffled(N, draw);
  const taken = training.left.splice(0, batch);
  const count = taken.length * n;
  let loss = 0;
  slopes.theta.fill(0);
  for (const s of taken) {
    const { f_hat, seen } = forward(net, g[s], n);
    const slope = f_hat.map((v, k) => (2 * (v - f[s][k])) / count);
    for (const v of slope) loss += (count * v ** 2) / 4;
    backward(net, slopes, seen, slope, n);
  }
  training.t += 1;
  OPTIMIZERS[optimizer](training);
  return loss;
}

/** The mean squared error of some estimates. */
function meanSquare(estimates, f) {
  let sum = 0;
  estimates.forEach((f_hat, s) => {
    for (let k = 0; k < f_hat.length; k++) sum += (f_hat[k] - f[s][k]) ** 2;
  });
  return sum / (estimates.length * f[0].length);
}

/** The loss of a network over all signals of g. */
function lossOf({ net, n }, g, f) {
  return meanSquare(g.map((row) => forward(net, row, n).f_hat), f);
}

/** The step after which the losses are written down next: eight at each, then rarer. */
function nextMark(t) {
  return t + 1 + Math.floor(t / 8);
}

/** Steps, with the losses at the marks, until the loss of a batch explodes. */
function advance(training, until, inTime = () => true) {
  const { curve, f, g, f_validation, g_validation } = training;
  while (training.t < until && inTime()) {
    training.exploded = !(step(training) < DIVERGED * training.at_first);
    const mark = nextMark(curve.marks.at(-1) ?? 0);
    if (training.t !== mark && !training.exploded) continue;
    curve.marks.push(training.t);
    curve.train.push(lossOf(training, g, f));
    curve.validation.push(lossOf(training, g_validation, f_validation));
    if (diverged(training)) return;
  }
}

/** Whether the loss has left every sensible range. */
function diverged({ exploded, curve, at_first }) {
  return exploded || curve.train.at(-1) >= DIVERGED * at_first;
}

/** The waves of n pixels: cos and sin of 2 pi k / n. */
function waves(n) {
  const angles = Array.from({ length: n }, (_, k) => (2 * Math.PI * k) / n);
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
}

/** The Fourier transform of a signal, as [real, imaginary], q = 0 ... n / 2. */
function transform(x, { cos, sin } = waves(x.length)) {
  const n = x.length;
  const re = new Float64Array(n / 2 + 1);
  const im = new Float64Array(n / 2 + 1);
  for (let q = 0; q < re.length; q++) {
    for (let k = 0; k < n; k++) {
      re[q] += x[k] * cos[(q * k) % n];
      im[q] -= x[k] * sin[(q * k) % n];
    }
  }
  return [re, im];
}

/** The Wiener filter P / (P + n sigma^2) of signals that have the power P on average. */
function wiener(f, sigma) {
  const n = f[0].length;
  const power = new Float64Array(n / 2 + 1);
  for (const [re, im] of f.map((row) => transform(row))) {
    for (let q = 0; q < power.length; q++) power[q] += (re[q] ** 2 + im[q] ** 2) / f.length;
  }
  return power.map((P) => P / (P + n * sigma ** 2));
}

/** A signal whose frequencies are multiplied by w. */
function filtered(g, w) {
  const n = g.length;
  const { cos, sin } = waves(n);
  const [re, im] = transform(g);
  const f_hat = new Float64Array(n);
  for (let q = 0; q < w.length; q++) {
    const part = (w[q] * (q === 0 || q === n / 2 ? 1 : 2)) / n; // -q stands behind q
    for (let k = 0; k < n; k++) {
      f_hat[k] += part * (re[q] * cos[(q * k) % n] - im[q] * sin[(q * k) % n]);
    }
  }
  return f_hat;
}

/** 2 / L of the linear denoiser: L is the largest curvature of its mean squared error. */
function largestRate(g, taps) {
  const n = g[0].length;
  const lags = Array.from({ length: taps }, (_, lag) => {
    const products = g.map((x) => x.reduce((sum, v, k) => sum + v * x[(k + lag) % n], 0));
    return products.reduce((sum, v) => sum + v, 0) / (g.length * n);
  });
  const row = (v, i) => lags.reduce((sum, _, j) => sum + lags[Math.abs(i - j)] * v[j], 0);
  let v = lags.map(() => 1);
  let size = 1;
  for (let times = 0; times < 200; times++) {
    const next = v.map((_, i) => row(v, i));
    size = Math.hypot(...next);
    v = next.map((x) => x / size);
  }
  return 1 / size; // L = 2 lambda_max
}

/** The gain of a kernel at each frequency, as the Wiener filter has one. */
function gain(w, n) {
  const line = new Float64Array(n);
  w.forEach((v, j) => {
    line[(j - (w.length - 1) / 2 + n) % n] = v;
  });
  const [re, im] = transform(line);
  return re.map((v, q) => Math.hypot(v, im[q]));
}

/** Rows of n numbers that Python sent. */
function rowsOf(model, trait) {
  const values = floats(model, trait);
  const n = model.get("size");
  const row = (_, s) => values.subarray(s * n, (s + 1) * n);
  return Array.from({ length: values.length / n }, row);
}

/** f and unit noise of the training signals and of those for validation. */
function signalsOf(model) {
  return {
    f: rowsOf(model, "signals"),
    e: rowsOf(model, "noise"),
    f_validation: rowsOf(model, "signals_validation"),
    e_validation: rowsOf(model, "noise_validation"),
  };
}

function noisy(f, e, sigma) {
  return f.map((row, s) => row.map((v, k) => v + sigma * e[s][k]));
}

/** A training at its start, and what it is compared with, at a setting of the figure. */
function experimentOf({ f, e, f_validation, e_validation }, setting) {
  const { sigma, network, optimizer, size: n } = setting;
  const N = 2 ** setting.k;
  const seen = f.slice(0, N);
  const g = noisy(seen, e, sigma);
  const g_validation = noisy(f_validation, e_validation, sigma);
  const training = beginning({ f: seen, g, f_validation, g_validation }, {
    ...{ network, optimizer, n, N, batch: 2 ** setting.log2_batch },
    start: numbers(network === "linear" ? setting.start_linear : setting.start_cnn),
    rate: 10 ** setting.log10_rate,
  });
  const w = wiener(seen, sigma);
  const estimates = g_validation.map((row) => filtered(row, w));
  return {
    ...{ training, w, f_wiener: estimates[0] },
    nothing: meanSquare(g_validation, f_validation),
    wiener: meanSquare(estimates, f_validation),
    limit: largestRate(g, numbers(setting.start_linear).length),
  };
}

/** The numbers that are drawn and said at this moment of an experiment. */
function shownOf(experiment) {
  const { training, ...beside } = experiment;
  const { net, n, curve } = training;
  return {
    ...{ ...beside, ...curve },
    theta: net.theta,
    f_hat: forward(net, training.g_validation[0], n).f_hat,
    gain: gain(net.layers[0].w.slice(0, net.layers[0].taps), n),
    diverged: diverged(training),
    success: success(experiment) !== "",
  };
}

// deno-lint-ignore no-unused-vars -- compared with Python, after the steps of a setting
function computation(model) {
  const signals = signalsOf(model);
  return (setting) => {
    const experiment = experimentOf(signals, setting);
    advance(experiment.training, setting.steps);
    return shownOf(experiment);
  };
}

// After a change of these a training starts afresh.
const AFRESH = ["network", "optimizer", "log2_batch", "k", "sigma"];
// The sizes of the plots: the losses are as high as the other two together, and on a phone
// so high that the buttons, the learning rate and the losses share the first screen.
const WIDTH = 360;
const PHONE = "(max-width: 40rem)";
const LOSSES = {
  height: 286,
  onPhone: 200,
  left: 46,
  bottom: 36,
  xlim: [1, MOST_STEPS],
  ylim: [5e-4, 1],
};
const SIGNAL = { height: 140, left: 30, bottom: 20, ylim: [-0.3, 1.3] };
const KERNELS = { height: 138, top: 22, bottom: 20 };

/** A function that gives the places of numbers, or of their powers of ten, on a line. */
function scale(ends, from, to, log = false) {
  const f = log ? (v) => Math.log10(Math.max(v, 1e-300)) : (v) => v;
  const [first, last] = ends.map(f);
  const part = (v) => clamp((f(v) - first) / (last - first), -0.04, 1.04);
  return (v) => from + part(v) * (to - from);
}

/** A plot of its own height, with lines at some numbers; `curve` draws in it. */
function chart(parent, label, { height, left, bottom, xlim, ylim, log = false }) {
  const viewBox = `0 0 ${WIDTH} ${height}`;
  const svg = make(parent, "svg", { viewBox, role: "img", "aria-label": label });
  const grid = make(svg, "g", { class: "cu-grid" });
  const x = scale(xlim, left, WIDTH - 8, log);
  const y = scale(ylim, height - bottom, 8, log);
  const show = log ? power : String;
  const level = (v) => {
    make(grid, "line", { x1: left, x2: WIDTH - 8, y1: y(v), y2: y(v) });
    make(grid, "text", { x: left - 5, y: y(v) + 4, "text-anchor": "end" }, show(v));
  };
  const place = (v) => {
    const at = { x: x(v), y: height - bottom + 14, "text-anchor": "middle" };
    make(grid, "text", at, show(v));
  };
  return { svg, grid, x, y, level, place };
}

/** The losses over the steps and two to compare with; what it returns draws them. */
function lossPlot(panel) {
  const height = globalThis.matchMedia(PHONE).matches ? LOSSES.onPhone : LOSSES.height;
  const plot = chart(panel, "The losses over the steps", { ...LOSSES, height, log: true });
  [1e-3, 1e-2, 0.1, 1].forEach(plot.level);
  [1, 10, 100, 1000, 1e4].forEach(plot.place);
  const middle = { "text-anchor": "middle" };
  const y = (height - LOSSES.bottom) / 2;
  const turn = { x: 12, y, transform: `rotate(-90 12 ${y})`, ...middle };
  make(plot.grid, "text", turn, "mean squared error");
  make(plot.grid, "text", { x: 200, y: height - 6, ...middle }, "step");
  const before = curve({ ...plot, svg: make(plot.svg, "g", { opacity: 0.35 }) }, "learned");
  const [nothing, wiener, train, validation] = ["data", "classical", "noise", "learned"]
    .map((role) => curve(plot, role));
  return ({ shown }, last) => {
    const whole = (v) => [[v, v], (i) => LOSSES.xlim[i]];
    const at = (i) => shown.marks[i];
    nothing(...whole(shown.nothing));
    wiener(...whole(shown.wiener));
    before(last.validation, (i) => last.marks[i]);
    train(shown.train, at);
    validation(shown.validation, at);
  };
}

/** A validation signal, its data and two estimates; what it returns draws them. */
function signalPlot(panel, n) {
  const limits = { ...SIGNAL, xlim: [0, n - 1] };
  const plot = chart(panel, "A validation signal, its data and two estimates", limits);
  [0, 0.5, 1].forEach(plot.level);
  [0, n / 4, n / 2, (3 * n) / 4].forEach(plot.place);
  const roles = ["data", "classical", "scene", "learned"];
  const [data, wiener, scene, estimate] = roles.map((role) => curve(plot, role));
  return ({ training, shown }) => {
    data(training.g_validation[0]);
    wiener(shown.f_wiener);
    scene(training.f_validation[0]);
    estimate(shown.f_hat);
  };
}

/** A kernel as bars between two heights; what it returns draws its weights. */
function bars(svg, { left, right, ends, count }) {
  const { height, top, bottom } = KERNELS;
  const y = scale(ends, height - bottom, top);
  const width = (right - left) / count;
  const style = "fill: var(--cu-learned, #d55e00)";
  const shapes = Array.from({ length: count }, (_, j) => {
    const x = left + (j + 0.12) * width;
    return make(svg, "rect", { x, width: 0.76 * width, y: 0, height: 0, style });
  });
  return (w) => {
    shapes.forEach((shape, j) => {
      shape.setAttribute("y", Math.min(y(w[j]), y(0)).toFixed(1));
      shape.setAttribute("height", Math.abs(y(w[j]) - y(0)).toFixed(1));
    });
  };
}

/** The kernel of the linear denoiser, and its gain beside that of the Wiener filter. */
function oneKernel(svg, taps) {
  const reach = (taps - 1) / 2;
  const left = { left: 30, right: 165, ends: [-0.1, 1], xlim: [-reach, reach] };
  const right = { left: 212, right: WIDTH - 8, ends: [-0.1, 1.05], xlim: [0, 0.5] };
  make(svg, "text", { x: 30, y: 13 }, `its ${taps} weights`);
  make(svg, "text", { x: 212, y: 13 }, "its gain by frequency");
  small(svg, { ...left, ticks: [-reach, 0, reach], inset: 135 / taps / 2 });
  const drawKernel = bars(svg, { ...left, count: taps });
  const plot = { svg, ...small(svg, { ...right, ticks: [0, 0.25, 0.5], inset: 0 }) };
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  return ({ training, shown }) => {
    const frequency = (q) => q / training.n;
    drawKernel(shown.theta);
    lines[0](shown.w, frequency);
    lines[1](shown.gain, frequency);
  };
}

/** Small axes: lines at 0 and 1, and numbers under them. */
function small(svg, { left, right, ends, xlim, ticks, inset }) {
  const { height, top, bottom } = KERNELS;
  const grid = make(svg, "g", { class: "cu-grid" });
  const x = scale(xlim, left + inset, right - inset);
  const y = scale(ends, height - bottom, top);
  for (const v of [0, 1]) {
    make(grid, "line", { x1: left, x2: right, y1: y(v), y2: y(v) });
    make(grid, "text", { x: left - 5, y: y(v) + 4, "text-anchor": "end" }, `${v}`);
  }
  for (const v of ticks) {
    const at = { x: x(v), y: height - bottom + 14, "text-anchor": "middle" };
    make(grid, "text", at, signed(v, 2).replace(/\.?0+$/, ""));
  }
  return { x, y };
}

/** The kernels of the first layer of the CNN. */
function firstKernels(svg) {
  const each = (WIDTH - 30) / CHANNELS;
  const { height, top, bottom } = KERNELS;
  const ends = [-0.8, 0.8];
  const y = scale(ends, height - bottom, top)(0);
  make(svg, "text", { x: 30, y: 13 }, `the ${CHANNELS} kernels of its first layer`);
  make(make(svg, "g", { class: "cu-grid" }), "line", {
    x1: 30,
    x2: WIDTH - 8,
    y1: y,
    y2: y,
  });
  const draws = Array.from({ length: CHANNELS }, (_, c) => {
    const left = 30 + c * each;
    return bars(svg, { left, right: left + each - 8, ends, count: KERNEL });
  });
  return ({ shown }) => {
    draws.forEach((draw, c) => draw(shown.theta.subarray(c * KERNEL, (c + 1) * KERNEL)));
  };
}

/** The kernels of the network that is being trained; what it returns draws them. */
function kernelPlot(panel) {
  const viewBox = `0 0 ${WIDTH} ${KERNELS.height}`;
  const svg = make(panel, "svg", { viewBox, role: "img", "aria-label": "Its kernels" });
  let drawn = "";
  let draw;
  return (experiment) => {
    const { network, net } = experiment.training;
    if (drawn !== network) {
      svg.replaceChildren();
      draw = network === "linear" ? oneKernel(svg, net.layers[0].taps) : firstKernels(svg);
      drawn = network;
    }
    draw(experiment);
  };
}

/** The panels of the figure; what it returns draws an experiment and the run before it. */
function plotsOf(panels, n) {
  const [left, right] = [0, 1].map(() =>
    make(panels, "div", { class: "cu-panel cu-panel-plot" })
  );
  const draws = [lossPlot(left), signalPlot(right, n), kernelPlot(right)];
  key(panels, [
    ["scene", "signal f"],
    ["data", "data g; loss of doing nothing"],
    ["classical", "Wiener filter"],
    ["noise", "training loss"],
    ["learned", "network; validation loss (pale: the run before)"],
  ]);
  return (experiment, before) => {
    const shown = shownOf(experiment);
    draws.forEach((draw) => draw({ ...experiment, shown }, before));
  };
}

/** Two sliders at once among the controls, and two below, on a phone under the plots. */
function sliders(controls, model, most) {
  const first = make(controls, "div", { class: "cu-pairs" });
  const second = make(controls.parentNode, "div", { class: "cu-pairs" });
  controls.after(second);
  const powers = { min: 0, max: most, step: 1, show: (v) => `${2 ** v}` };
  const all = {
    log10_rate: {
      label: "learning rate",
      ...{ min: -4, max: 0.3, step: 0.02 },
      show: (v) => (10 ** v).toPrecision(2),
    },
    log2_batch: { label: "batch", ...powers },
    k: { label: "signals N", ...powers },
    sigma: {
      label: "noise σ",
      ...{ min: 0.05, max: 0.4, step: 0.05 },
      show: (v) => v.toFixed(2),
    },
  };
  Object.entries(all).forEach(([trait, options], i) => {
    slider(i < 2 ? first : second, model, trait, options);
    remember(controls, model, trait);
  });
}

/** What the losses are, in words. */
function sentence(experiment) {
  const { training, nothing, wiener } = experiment;
  const { t, N, batch, rate, curve } = training;
  if (diverged(training)) {
    return `Diverged: after ${t} steps the loss is more than ${DIVERGED} times what it ` +
      "was. The learning rate is too large; a smaller one starts afresh.";
  }
  const beside = `Wiener ${nice(wiener)}`;
  if (t === 0) {
    return `Not trained yet: ${N} signals, batches of ${Math.min(batch, N)}, learning ` +
      `rate ${rate.toPrecision(2)}. Loss of the data ${nice(nothing)}; ${beside}.`;
  }
  const epochs = Math.floor((t * Math.min(batch, N)) / N);
  const [train, validation] = [curve.train, curve.validation].map((row) =>
    nice(row.at(-1))
  );
  return `Step ${t}, epoch ${epochs}. Loss: training ${train}, validation ` +
    `${validation}; ${beside}.`;
}

function nice(loss) {
  return loss.toFixed(4);
}

/** What was reached with this training, in words, or nothing. */
function success({ training, wiener, limit }) {
  const { network, t, since, N, batch, rate, optimizer, curve, at_first } = training;
  if (t === 0 || diverged(training)) return "";
  const loss = curve.validation.at(-1);
  if (network === "CNN") {
    const below = (100 * (1 - loss / wiener)).toFixed(1);
    const words = `After ${t} steps the CNN's validation loss is ${below} % below that ` +
      "of the Wiener filter.";
    return loss < wiener ? words : "";
  }
  const part = rate / limit;
  const converges = optimizer === "SGD" && batch >= N && t - since >= 200 &&
    curve.train.at(-1) < at_first;
  if (!converges || part < 0.9 || part >= 1) return "";
  return `This rate is ${part.toFixed(2)} times 2/L = ${nice(limit)}, and it converges.`;
}

/** Work again and again, while this is wanted and the reader can see it. */
function player(node, work) {
  const state = { wanted: false, inSight: true, asked: 0 };
  const ask = () => {
    state.asked ||= globalThis.requestAnimationFrame(turn);
  };
  const turn = () => {
    state.asked = 0;
    if (!state.wanted || !state.inSight || document.hidden) return;
    work();
    ask();
  };
  new globalThis.IntersectionObserver((entries) => {
    state.inSight = entries.at(-1).isIntersecting;
    ask();
  }).observe(node);
  document.addEventListener("visibilitychange", ask);
  const want = (wanted) => {
    state.wanted = wanted;
    ask();
  };
  return { want, wanted: () => state.wanted };
}

/** A few steps, so that the curve moves evenly on its axis, in a part of a frame. */
function work({ training }) {
  const began = performance.now();
  const until = Math.min(training.t + 1 + Math.floor(training.t / 40), MOST_STEPS);
  advance(training, until, () => performance.now() - began < FRAME);
}

function isOver({ training }) {
  return training.t >= MOST_STEPS || diverged(training);
}

/** The training that the reader sees: it can go on, begin again and show itself. */
function stage(model, { panels, output, reached }) {
  const signals = signalsOf(model);
  const draw = plotsOf(panels, model.get("size"));
  const begun = () => {
    const traits = ["start_linear", "start_cnn", "size", "log10_rate", ...AFRESH];
    const setting = Object.fromEntries(traits.map((trait) => [trait, model.get(trait)]));
    const experiment = experimentOf(signals, setting);
    advance(experiment.training, model.get("steps"));
    return experiment;
  };
  let experiment = begun();
  let before = { marks: [], validation: [] };
  const show = () => {
    draw(experiment, before);
    output.textContent = sentence(experiment);
    const said = success(experiment);
    if (said) reached(said);
  };
  const begin = () => {
    if (experiment.training.t > model.get("steps")) before = experiment.training.curve;
    experiment = begun();
    show();
  };
  const changeRate = () => {
    Object.assign(experiment.training, {
      rate: 10 ** model.get("log10_rate"),
      since: experiment.training.t,
    });
    const untouched = experiment.training.t === model.get("steps");
    if (untouched || diverged(experiment.training)) begin();
  };
  model.on("change:log10_rate", changeRate);
  model.on("change:network", () => reached(""));
  respond(model, AFRESH, begin);
  return { begin, show, now: () => experiment };
}

/** What is read out, under the first plot: above it, it would push it off the screen. */
function underTheLosses(panels, output) {
  output.style.textAlign = "start";
  panels.firstElementChild.append(output);
}

function render({ model, el }) {
  const parts = frame(el, model);
  const { panels, controls, output } = parts;
  panels.closest(".cu-figure").dataset.trains = ""; // a rate is seen in what follows
  const shown = stage(model, parts);
  if (globalThis.matchMedia(PHONE).matches) underTheLosses(panels, output);
  const calm = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 0;
  let drawn = 0;
  const turns = player(panels, () => {
    work(shown.now());
    if (isOver(shown.now())) press(false);
    else if (performance.now() - drawn > calm) {
      drawn = performance.now();
      shown.show();
    }
  });
  const press = (wanted) => {
    if (wanted && isOver(shown.now())) shown.begin();
    turns.want(wanted);
    train.textContent = wanted ? "Pause" : "Train";
    output.setAttribute("aria-live", wanted ? "off" : "polite");
    shown.show();
  };
  const buttons = make(controls, "div", { class: "cu-buttons" });
  const train = button(buttons, "Train", () => press(!turns.wanted()));
  button(buttons, "Step", () => {
    press(false);
    if (isOver(shown.now())) shown.begin();
    advance(shown.now().training, shown.now().training.t + 1);
    shown.show();
  });
  button(buttons, "Start again", shown.begin);
  panels.closest(".cu-figure").addEventListener("reset", () => {
    press(false);
    shown.begin();
  });
  choice(controls, buttons, model, "network", { names: ["linear", "CNN"] });
  choice(controls, buttons, model, "optimizer", {
    label: "optimiser",
    names: Object.keys(OPTIMIZERS),
  });
  sliders(controls, model, Math.log2(floats(model, "signals").length / model.get("size")));
}

export default { render };
