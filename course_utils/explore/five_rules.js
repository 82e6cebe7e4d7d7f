// Five rules for lambda on one signal, as course_utils/choose.py has them.

const RULES = ["discrepancy", "GCV", "SURE", "L-curve", "evidence"];
// The curves: log10 of the smallest and of the largest lambda, and the number of places.
const LOW = -12;
const HIGH = 1;
const ROWS = 131;
const EPS = Number.EPSILON;

/** A sum over the coefficients. */
function sumOf(s, term) {
  let sum = 0;
  for (let i = 0; i < s.length; i++) sum += term(i);
  return sum;
}

/** Put lambda / (s^2 + lambda) into w, what f_lambda leaves of each; 1 where s = 0. */
function leftBy(lam, s, w) {
  for (let i = 0; i < s.length; i++) w[i] = s[i] > 0 ? 1 / (1 + s[i] ** 2 / lam) : 1;
  return w;
}

/** ||g - H f_lambda||^2 */
function residual(w, c) {
  return sumOf(w, (i) => (w[i] * c[i]) ** 2);
}

/** The curvature of the L-curve, 2 x y (x - y - 1) / (x^2 + y^2)^(3/2). */
function curvature(lam, w, s, c) {
  const slope = 2 * sumOf(w, (i) => (w[i] * c[i]) ** 2 * (1 - w[i]));
  const x = slope / residual(w, c);
  const y = (-slope * lam) / sumOf(w, (i) => (w[i] * c[i] * s[i]) ** 2);
  return (2 * x * y * (x - y - 1)) / (x ** 2 + y ** 2) ** 1.5;
}

/** The lambda of the smallest J in a table over log lambda, refined around the best. */
function minimise(s, J) {
  const top = 2 * Math.log(Math.max(...s));
  let low = top + 2 * Math.log(EPS);
  let high = top - Math.log(EPS);
  let lam;
  for (const n of [97, ...Array(9).fill(13)]) {
    const place = (i) => low + ((high - low) * i) / (n - 1);
    const best = lowest(Array.from({ length: n }, (_, i) => J(Math.exp(place(i)))));
    lam = Math.exp(place(best));
    [low, high] = [place(Math.max(best - 1, 0)), place(Math.min(best + 1, n - 1))];
  }
  return lam;
}

/** The index of the smallest of these numbers. */
function lowest(values) {
  return values.reduce((best, v, i) => (v < values[best] ? i : best), 0);
}

/** log10 of the lambda of each rule, or null; sigma is what the rules are told. */
function choices(given, c, sigma) {
  const largest = Math.max(...given);
  const s = given.map((s_i) => (s_i > 4 * EPS * largest ? s_i : 0)); // lost in round-off
  const m = s.length;
  const end = Math.min(...s.filter((s_i) => s_i > 0)) ** 2;
  const noise = m * sigma ** 2;
  const unreached = sumOf(s, (i) => (s[i] > 0 ? 0 : c[i] ** 2));
  const J = {
    discrepancy: (w) => Math.abs(residual(w, c) - noise),
    GCV: (w) => residual(w, c) / sumOf(w, (i) => w[i]) ** 2,
    SURE: (w) => residual(w, c) + 2 * sigma ** 2 * sumOf(w, (i) => 1 - w[i]),
    "L-curve": (w, lam) => (lam < end ? Infinity : -curvature(lam, w, s, c)),
    evidence: (w) =>
      m * Math.log(sumOf(w, (i) => w[i] * c[i] ** 2)) - sumOf(w, (i) => Math.log(w[i])),
  };
  const w = new Float64Array(m);
  const least = (rule) => minimise(s, (lam) => J[rule](leftBy(lam, s, w), lam));
  const chosen = RULES.map((rule) => Math.log10(least(rule)));
  if (!(unreached < noise && noise < sumOf(c, (i) => c[i] ** 2))) chosen[0] = null;
  return chosen;
}

/** The relative errors of f_lambda and of H f_lambda, as a function of lambda. */
function errorsOf(s, a, c) {
  const gap = (i, lam) => (s[i] / (s[i] ** 2 + lam)) * c[i] - a[i];
  const size = sumOf(s, (i) => a[i] ** 2);
  const seen = sumOf(s, (i) => (s[i] * a[i]) ** 2);
  return (lam) => [
    Math.sqrt(sumOf(s, (i) => gap(i, lam) ** 2) / size),
    Math.sqrt(sumOf(s, (i) => (s[i] * gap(i, lam)) ** 2) / seen),
  ];
}

/** The estimate with the reader's lambda, the curves of errors, and what rules choose. */
function computation(model) {
  const s = floats(model, "s");
  const V = floats(model, "V");
  const a = floats(model, "exact");
  const unitNoise = floats(model, "noise");
  return ({ log10_lam, log10_sigma, log2_told }) => {
    const sigma = 10 ** log10_sigma;
    const c = s.map((s_i, i) => s_i * a[i] + sigma * unitNoise[i]);
    const errors = errorsOf(s, a, c);
    const lam = 10 ** log10_lam;
    const curves = Array.from({ length: ROWS }, (_, row) => errors(10 ** placeOf(row)));
    const chosen = choices(s, c, sigma * 2 ** log2_told);
    return {
      f_lam: synthesis(V, c.map((c_i, i) => (s[i] / (s[i] ** 2 + lam)) * c_i)),
      curves,
      chosen,
      ofChosen: chosen.map((log) => (log === null ? null : errors(10 ** log)[0])),
      own: errors(lam)[0],
    };
  };
}

/** log10 of the lambda at a place of the curves. */
function placeOf(row) {
  return LOW + ((HIGH - LOW) * row) / (ROWS - 1);
}

/** A letter above a curve, a thread, and a dot on the curve; what it returns moves them. */
function mark(plot, letter) {
  const group = make(plot.svg, "g");
  const dashes = { "stroke-width": 0.7, "stroke-dasharray": "2 2" };
  const thread = make(group, "line", { stroke: "currentColor", ...dashes });
  const dot = make(group, "circle", { r: 3.2, class: "cu-kept" });
  const name = make(
    group,
    "text",
    { "text-anchor": "middle", "font-weight": "bold" },
    letter,
  );
  return (log10_lam, error, x) => {
    group.style.display = error === null ? "none" : ""; // no lambda, no mark
    const foot = plot.x(clamp(log10_lam, LOW, HIGH)).toFixed(1);
    const y = plot.y(error).toFixed(1);
    move(thread, { x1: x, x2: foot, y1: 23, y2: y });
    move(dot, { cx: foot, cy: y });
    move(name, { x, y: 20 });
  };
}

/** Places for letters in one row: at their feet, and moved apart where these are close. */
function spread(feet, gap, right) {
  const order = feet.map((_, i) => i).sort((i, j) => feet[i] - feet[j]);
  const places = [...feet];
  let least = -Infinity;
  for (const i of order) least = places[i] = Math.max(feet[i], least + gap);
  let most = right;
  for (const i of order.reverse()) most = (places[i] = Math.min(places[i], most)) - gap;
  return places;
}

function move(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** The signal and its estimate; what it returns draws the estimate. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The signal and its estimate with your lambda",
    ylim: [-0.4, 1.6],
    yticks: [0, 1],
  });
  curve(plot, "scene")(f);
  return curve(plot, "classical");
}

/** The errors over lambda, and where the rules stand; what it returns draws them. */
function errorsPlot(panels, model) {
  const plot = axes(panels, {
    label: "Errors over lambda, with the choices of the five rules",
    xlabel: "log₁₀ λ",
    ylabel: "relative error",
    xlim: [LOW, HIGH],
    ylim: [1e-3, 1e3],
    log: true,
    xticks: [-12, -9, -6, -3, 0],
    yticks: [1e-3, 1e-2, 1e-1, 1, 10, 100],
  });
  const drawData = curve(plot, "data");
  const drawSignal = curve(plot, "classical");
  const drawHere = upright(plot, "learned");
  const marks = RULES.map((rule) => mark(plot, rule[0].toUpperCase()));
  dragAlong(plot, model, "log10_lam", { min: LOW, max: HIGH, step: 0.1 });
  return ({ curves, chosen, ofChosen }, log10_lam) => {
    drawSignal(curves.map(([signal]) => signal), placeOf);
    drawData(curves.map(([, data]) => data), placeOf);
    drawHere(log10_lam);
    const logs = chosen.map((log) => log ?? HIGH);
    const letters = spread(logs.map((v) => plot.x(clamp(v, LOW, HIGH))), 13, 350);
    marks.forEach((draw, i) => draw(logs[i], ofChosen[i], letters[i].toFixed(1)));
  };
}

function sliders(controls, model) {
  const your = { label: "your λ", min: LOW, max: HIGH, step: 0.1, show: exponential };
  const noise = { label: "noise level σ", min: -4, max: -1, step: 0.1, show: exponential };
  const told = { label: "assumed σ / true σ", min: -1, max: 1, step: 0.1 };
  slider(controls, model, "log10_lam", your);
  slider(controls, model, "log10_sigma", noise);
  slider(controls, model, "log2_told", { ...told, show: (v) => (2 ** v).toFixed(2) });
}

/** What is read out: each error over the smallest of the curve. */
function comparison({ curves, ofChosen, own }) {
  const best = Math.min(...curves.map(([signal]) => signal));
  const over = (error) => {
    if (error === null) return "has no λ";
    return error > 100 * best ? "> 100" : (error / best).toFixed(2);
  };
  const rules = RULES.map((rule, i) => `${rule} ${over(ofChosen[i])}`);
  return `Error over the best: your λ ${over(own)}; ${rules.join(", ")}.`;
}

function render({ model, el }) {
  const compute = computation(model);
  const start = model.get("log10_sigma");
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimate = signalPlot(panels, floats(model, "scene"));
  const drawErrors = errorsPlot(panels, model);
  key(panels, [
    ["scene", "signal f"],
    ["classical", "estimate with your λ; error over λ"],
    ["data", "error of its data"],
    ["learned", "your λ: drag it"],
    ["kept", "Discrepancy, GCV, SURE, L-curve, Evidence"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_sigma", "log2_told"], (setting) => {
    const drawn = compute(setting);
    drawEstimate(drawn.f_lam);
    drawErrors(drawn, setting.log10_lam);
    output.textContent = comparison(drawn);
    const rules = drawn.ofChosen.filter((error) => error !== null);
    if (setting.log10_sigma !== start && drawn.own <= Math.min(...rules)) {
      reached("At this noise no rule is better than your λ.");
    }
  });
}

export default { render };
