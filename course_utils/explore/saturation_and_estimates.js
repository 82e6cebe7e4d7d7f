// Four estimates from the data of a sensor that saturates, g = s tanh(H f / s) + eps.
//
// The prior is N(0, C). With S = H C H^T and X = C H^T, both circulant, every estimate is
// f = X y with a y of the size of the data, H f = S y, and f^T C^-1 f = y^T S y.

const LEVEL = { min: -0.6, max: 0.6, step: 0.05 }; // log10 of s
const NOISE = { min: -2.5, max: -0.5, step: 0.1 }; // log10 of sigma
const METHODS = ["linear MAP", "undo, then MAP", "best linear map", "Gauss–Newton"];
const COLOURS = ["data", "noise", "learned", "classical"];
const BEST = 2; // the place of the best linear map, and of Gauss-Newton
const NEWTON = 3;
const UNDONE = 0.99; // of s: beyond, a datum is taken for this
const FULL = 0.9; // of s: beyond, a datum counts as saturated
const NODES = { reach: 6, count: 61 }; // of the sums over a Gaussian
const STEPS = { most: 40, small: 1e-13, armijo: 1e-4, halvings: 30 };
const HALF_MORE = 1.5; // times the error of Gauss-Newton
const REACH = 2.6; // of the plots
const WORST = 0.6; // the longest bar

/** The entries row by row of a circulant matrix with this first column. */
function circulant(column) {
  const n = column.length;
  return Float64Array.from(
    { length: n * n },
    (_, k) => column[((k / n | 0) - (k % n) + n) % n],
  );
}

/** A x. */
function times(A, x) {
  const n = x.length;
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += A[i * n + j] * x[j];
    y[i] = sum;
  }
  return y;
}

function dot(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** A B^T of square matrices, or with one B^T of symmetric ones A B. */
function product(A, B) {
  const n = Math.sqrt(A.length);
  const row = (M, i) => M.subarray(i * n, (i + 1) * n);
  return Float64Array.from(A, (_, k) => dot(row(A, k / n | 0), row(B, k % n)));
}

/** The lower triangle L with L L^T = diag(d) A diag(d) + v I. */
function cholesky(A, v, d) {
  const n = Math.sqrt(A.length);
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j] * (d ? d[i] * d[j] : 1) + (i === j ? v : 0);
      for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k];
      L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j];
    }
  }
  return L;
}

/** The x with L L^T x = b. */
function solved(L, b) {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= L[i * n + k] * x[k];
    x[i] /= L[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L[k * n + i] * x[k];
    x[i] /= L[i * n + i];
  }
  return x;
}

/** Places and weights with which a sum is the mean over N(0, 1), to many digits. */
function nodes() {
  const { reach, count } = NODES;
  const step = 2 * reach / (count - 1);
  const z = Float64Array.from({ length: count }, (_, i) => -reach + step * i);
  const w = z.map((v) => step * Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI));
  return { z, w };
}

/** The mean of phi' over the data, and of phi(x_0) phi(x_k) for each lag k. */
function moments(covariance, s) {
  const { z, w } = nodes();
  const scale = Math.sqrt(covariance[0]);
  const phi = (x) => s * Math.tanh(x / s);
  const gain = dot(w, z.map((v) => 1 - Math.tanh(scale * v / s) ** 2));
  const half = covariance.length / 2;
  const first = z.map((v) => phi(scale * v));
  const of = (lag) => {
    const rho = Math.min(covariance[lag] / covariance[0], 1);
    const rest = scale * Math.sqrt(1 - rho * rho);
    let sum = 0; // phi is odd: one half of the plane gives the other
    for (let i = 0; 2 * i < z.length; i++) {
      let inner = 0;
      for (let j = 0; j < z.length; j++) {
        inner += w[j] * phi(rho * scale * z[i] + rest * z[j]);
      }
      sum += (2 * i + 1 === z.length ? 1 : 2) * w[i] * first[i] * inner;
    }
    return sum;
  };
  const lags = Array.from({ length: Math.floor(half) + 1 }, (_, lag) => of(lag));
  const column = covariance.map((_, i) => lags[Math.min(i, covariance.length - i)]);
  return { gain, Q: circulant(column) };
}

/** J = 1/2 ||g - phi(S y)||^2 + v/2 y^T S y, with what a step needs of it. */
function objective(S, g, s, v) {
  return (y) => {
    const x = times(S, y);
    const h = x.map((v) => s * Math.tanh(v / s));
    const r = g.map((v, i) => v - h[i]);
    return {
      x,
      r,
      J: (dot(r, r) + v * dot(y, x)) / 2,
      slope: h.map((v) => 1 - (v / s) ** 2),
    };
  };
}

/** The first of 1, 1/2, 1/4, ... at which J falls as its slope promises, or 0. */
function stepLength(at, now, y, step, promised) {
  let t = 1;
  for (let k = 0; k < STEPS.halvings; k++, t /= 2) {
    const next = at(y.map((v, i) => v + t * step[i]));
    if (next.J <= now.J - STEPS.armijo * t * promised) return t;
  }
  return 0;
}

/** The y of the MAP estimate by Gauss-Newton, from 0. */
function gaussNewton(S, g, s, v) {
  const at = objective(S, g, s, v);
  let y = new Float64Array(g.length);
  for (let k = 0; k < STEPS.most; k++) {
    const now = at(y);
    const d = now.slope;
    const b = now.r.map((r, i) => r + d[i] * now.x[i]);
    const goal = solved(cholesky(S, v, d), b);
    const step = goal.map((value, i) => d[i] * value - y[i]);
    const along = times(S, step);
    const promised = dot(along, now.r.map((r, i) => d[i] * r - v * y[i]));
    const t = stepLength(at, now, y, step, promised);
    y = y.map((value, i) => value + t * step[i]);
    if (t === 0 || dot(step, along) <= STEPS.small * dot(y, times(S, y))) break;
  }
  return y;
}

/** The signals, one in each row of what Python sent. */
function rowsOf(model, trait) {
  const n = model.get("size");
  const all = floats(model, trait);
  return Array.from({ length: all.length / n }, (_, i) => all.subarray(i * n, (i + 1) * n));
}

/** What turns data into the four estimates, given s and the variance v of the noise. */
function methodsOf(S, X, { gain, Q }, s, v) {
  const linear = cholesky(S, v);
  const learned = cholesky(Q, v);
  const undone = (value) => s * Math.atanh(clamp(value / s, -UNDONE, UNDONE));
  return [
    (g) => times(X, solved(linear, g)),
    (g) => times(X, solved(linear, g.map(undone))),
    (g) => times(X, solved(learned, g)).map((value) => gain * value),
    (g) => times(X, gaussNewton(S, g, s, v)),
  ];
}

/** The squared differences of signals and their estimates, as a part of all squares. */
function errorOf(estimates, truth) {
  let [above, below] = [0, 0];
  truth.forEach((f, i) => {
    const difference = f.map((value, j) => estimates[i][j] - value);
    above += dot(difference, difference);
    below += dot(f, f);
  });
  return above / below;
}

/** The part of the data without noise that lies beyond most of the level s. */
function shareOf(exact, s) {
  const full = exact.map((h) => h.filter((value) => Math.abs(value) > FULL * s).length);
  return full.reduce((sum, count) => sum + count) / (exact.length * exact[0].length);
}

/** The data of the signal that is shown, its four estimates, and the errors of all. */
function computation(model) {
  const truth = rowsOf(model, "signals");
  const unitNoise = rowsOf(model, "noise");
  const H = circulant(floats(model, "psf"));
  const X = product(circulant(floats(model, "prior")), H);
  const S = product(H, X); // H X^T, and X^T = H C: H commutes with all
  const images = truth.map((f) => times(H, f));
  const covariance = S.subarray(0, H.length ** 0.5);
  const momentsAt = remembered((s) => moments(covariance, s));
  return ({ log10_s, log10_sigma, signal }) => {
    const s = 10 ** log10_s;
    const sigma = 10 ** log10_sigma;
    const exact = images.map((x) => x.map((value) => s * Math.tanh(value / s)));
    const g = exact.map((h, i) => h.map((value, j) => value + sigma * unitNoise[i][j]));
    const methods = methodsOf(S, X, momentsAt(s), s, sigma * sigma);
    const found = methods.map((method) => g.map(method));
    const i = signal - 1;
    return {
      Hf: images[i],
      g: g[i],
      estimates: found.map((estimates) => estimates[i]),
      errors: found.map((estimates) => errorOf(estimates, truth)),
      share: shareOf(exact, s),
    };
  };
}

/** What reaches the sensor and what it gives, with its level: drag it up and down. */
function dataPlot(panels, model) {
  const n = model.get("size");
  const plot = signalAxes(panels, n, {
    label: "The blurred signal, the data, and the level of the sensor",
    ylim: [-REACH, REACH],
    yticks: [-2, 0, 2],
  });
  const levels = [curve(plot, "noise"), curve(plot, "noise")];
  const drawImage = curve(plot, "scene");
  const drawData = curve(plot, "data");
  const set = (log10_s) => {
    const steps = Math.round((log10_s - LEVEL.min) / LEVEL.step);
    model.set("log10_s", clamp(LEVEL.min + steps * LEVEL.step, LEVEL.min, LEVEL.max));
    model.save_changes();
  };
  draggable(plot.svg, {
    move: (at) => set(Math.log10(Math.max(Math.abs(plot.at(at).y), 1e-3))),
    keys: (_, up) => set(model.get("log10_s") + up * LEVEL.step),
  });
  return ({ Hf, g }, s) => {
    drawImage(Hf);
    drawData(g);
    levels.forEach((draw, i) => draw([i ? s : -s, i ? s : -s], (k) => k * (n - 1)));
  };
}

/** The signal, Gauss-Newton's estimate, and another; what it returns draws them. */
function estimatePlot(panels, model) {
  const truth = rowsOf(model, "signals");
  const plot = signalAxes(panels, model.get("size"), {
    label: "The signal, the estimate by Gauss–Newton, and the other one chosen",
    ylim: [-REACH, REACH],
    yticks: [-2, 0, 2],
  });
  const drawTruth = curve(plot, "scene");
  const lines = COLOURS.map((colour) => curve(plot, colour));
  return ({ estimates }, signal, shown) => {
    drawTruth(truth[signal - 1]);
    METHODS.forEach((name, k) => {
      lines[k](k === NEWTON || name === shown ? estimates[k] : []);
    });
  };
}

/** The four errors as bars with their numbers; what it returns draws them. */
function errorBars(parent) {
  const panel = make(parent, "div", { class: "cu-panel cu-panel-plot" });
  const height = 4 + 24 * METHODS.length;
  const label = "The error of each method";
  const svg = make(panel, "svg", {
    viewBox: `0 0 360 ${height}`,
    role: "img",
    "aria-label": label,
  });
  const bars = METHODS.map((name, k) => {
    const y = 16 + 24 * k;
    make(svg, "text", { x: 100, y: y + 4, "text-anchor": "end" }, name);
    const style = "stroke-width: 11; stroke-linecap: butt; stroke-dasharray: none";
    const bar = make(svg, "path", { class: `cu-line cu-${COLOURS[k]}`, style });
    return { y, bar, number: make(svg, "text", { y: y + 4 }) };
  });
  return (errors) => {
    bars.forEach(({ y, bar, number }, k) => {
      const x = 106 + 190 * Math.min(errors[k] / WORST, 1);
      bar.setAttribute("d", `M106,${y}L${x.toFixed(1)},${y}`);
      number.setAttribute("x", (x + 5).toFixed(1));
      number.textContent = errors[k].toFixed(3);
    });
  };
}

/** A share in percent. */
function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}\u00a0%`;
}

function sliders(controls, below, model, count) {
  const value = (log10) => (10 ** log10).toFixed(2);
  controls.classList.add("cu-pairs");
  slider(controls, model, "log10_s", { label: "sensor full at s", ...LEVEL, show: value });
  slider(controls, model, "log10_sigma", {
    label: "noise level σ",
    ...NOISE,
    show: (log10) => (10 ** log10).toPrecision(2),
  });
  const names = METHODS.slice(0, NEWTON);
  choice(controls, below, model, "shown", { label: "beside Gauss–Newton", names });
  slider(below, model, "signal", { label: "signal", min: 1, max: count, step: 1 });
  remember(controls, model, "signal");
}

/** A row for panels and a place for controls, after what is there. */
function lowerPart(panels, output) {
  const [second, below] = ["cu-panels", "cu-below"].map((name) =>
    make(panels.parentNode, "div", { class: name })
  );
  output.after(second, below);
  return { second, below };
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const { second, below } = lowerPart(panels, output);
  const drawData = dataPlot(panels, model);
  const drawEstimates = estimatePlot(panels, model);
  const drawErrors = errorBars(second);
  key(panels, [
    ["scene", "first Hf, then f"],
    ["data", "data g"],
    ["noise", "level s: drag it"],
    ["classical", "Gauss–Newton"],
  ]);
  sliders(controls, below, model, rowsOf(model, "signals").length);
  const traits = ["log10_s", "log10_sigma", "signal", "shown"];
  textsBelow(panels);
  respond(model, traits, ({ shown, ...setting }) => {
    const drawn = compute(setting);
    drawData(drawn, 10 ** setting.log10_s);
    drawEstimates(drawn, setting.signal, shown);
    drawErrors(drawn.errors);
    const ratio = drawn.errors[BEST] / drawn.errors[NEWTON];
    const share = percent(drawn.share);
    output.textContent = `${share} of the data full. Best linear map: ` +
      `${ratio.toFixed(2)} times the error of Gauss–Newton. Signal ${setting.signal}.`;
    if (ratio >= HALF_MORE) {
      reached(`With ${share} of the data full, the best line errs half as much again.`);
    }
  });
}

export default { render };
