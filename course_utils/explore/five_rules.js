// Five rules for lambda on one signal, by the sums of course_utils/choose.py over a table.

const RULES = ["discrepancy", "GCV", "SURE", "L-curve", "evidence"];
// The table: log10 of the smallest and of the largest lambda, and the number of its rows.
const LOW = -12;
const HIGH = 1;
const ROWS = 131;

/** What the rules look at for one lambda; c holds the coefficients of the data. */
function tableRow(log10_lam, s, a, c) {
  const lam = 10 ** log10_lam;
  const row = {
    log10_lam,
    lam,
    residual: 0,
    size: 0,
    left: 0,
    weighted: 0,
    logs: 0,
    signalError: 0,
    dataError: 0,
  };
  for (let i = 0; i < s.length; i++) {
    const factor = 1 / (s[i] * s[i] + lam);
    const left = lam * factor;
    const f = s[i] * factor * c[i];
    const residual = left * c[i];
    const gap = f - a[i];
    row.residual += residual * residual;
    row.size += f * f;
    row.left += left;
    row.weighted += residual * c[i];
    row.logs += Math.log(left);
    row.signalError += gap * gap;
    row.dataError += s[i] * s[i] * gap * gap;
  }
  return row;
}

function lambdaTable(s, a, c) {
  const place = (row) => LOW + ((HIGH - LOW) * row) / (ROWS - 1);
  return Array.from({ length: ROWS }, (_, row) => tableRow(place(row), s, a, c));
}

/** The row at which a function of the row is smallest. */
function lowest(rows, J) {
  let best = 0;
  let least = Infinity;
  rows.forEach((row, r) => {
    const value = J(row, r);
    if (value < least) {
      best = r;
      least = value;
    }
  });
  return best;
}

/** The curvature of the L-curve at a row, by differences; none at the ends of the table. */
function bend(rows, r, s_n) {
  if (r < 1 || r > rows.length - 2 || rows[r].lam < s_n ** 2) return -Infinity;
  const logs = (name) => [-1, 0, 1].map((d) => Math.log(rows[r + d][name]));
  const slope = ([before, , after]) => (after - before) / 2;
  const turn = ([before, here, after]) => after - 2 * here + before;
  const x = logs("residual");
  const y = logs("size");
  const speed = slope(x) ** 2 + slope(y) ** 2;
  return (slope(x) * turn(y) - slope(y) * turn(x)) / speed ** 1.5;
}

/** The row that each rule chooses; sigma is what the rules are told. */
function choices(rows, s, sigma) {
  const m = s.length;
  const s_n = Math.min(...s);
  return {
    discrepancy: lowest(rows, (row) => Math.abs(row.residual - m * sigma ** 2)),
    GCV: lowest(rows, (row) => row.residual / row.left ** 2),
    SURE: lowest(rows, (row) => row.residual + 2 * sigma ** 2 * (m - row.left)),
    "L-curve": lowest(rows, (_, r) => -bend(rows, r, s_n)),
    evidence: lowest(rows, (row) => m * Math.log(row.weighted) - row.logs),
  };
}

/** A letter above a curve, a thread, and a dot on the curve; what it returns moves them. */
function mark(plot, letter, order) {
  const group = make(plot.svg, "g");
  const top = 20 + 15 * order;
  const dashes = { "stroke-width": 0.7, "stroke-dasharray": "2 2" };
  const thread = make(group, "line", { stroke: "currentColor", ...dashes });
  const dot = make(group, "circle", { r: 3.2, class: "cu-kept" });
  const name = make(group, "text", {
    "text-anchor": "middle",
    "font-weight": "bold",
    style: "paint-order: stroke; stroke: var(--cu-paper, #fff); stroke-width: 4px",
  }, letter);
  return (log10_lam, error) => {
    const x = plot.x(log10_lam).toFixed(1);
    const y = plot.y(error).toFixed(1);
    move(thread, { x1: x, x2: x, y1: top + 3, y2: y });
    move(dot, { cx: x, cy: y });
    move(name, { x, y: top });
  };
}

function move(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** The signal and its estimate; what it returns draws the estimate. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "The scene and its estimate with your lambda",
    ylim: [-0.4, 1.6],
    yticks: [0, 1],
  });
  curve(plot, "scene")(f);
  return curve(plot, "classical");
}

/** The errors over lambda, and where the rules stand; what it returns draws them. */
function errorsPlot(panels) {
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
  const marks = RULES.map((rule, order) => mark(plot, rule[0].toUpperCase(), order));
  return (rows, errors, chosen, lam) => {
    const place = (r) => rows[r].log10_lam;
    drawSignal(errors.signal, place);
    drawData(errors.data, place);
    drawHere(Math.log10(lam));
    RULES.forEach((rule, i) => {
      marks[i](place(chosen[rule]), errors.signal[chosen[rule]]);
    });
  };
}

function sliders(controls, model) {
  const your = { label: "your λ", min: LOW, max: HIGH, step: 0.1, show: exponential };
  const noise = { label: "noise level σ", min: -4, max: -1, step: 0.1, show: exponential };
  const told = { label: "σ told to the rules / σ", min: -1, max: 1, step: 0.1 };
  slider(controls, model, "log10_lam", your);
  slider(controls, model, "log10_sigma", noise);
  slider(controls, model, "log2_told", { ...told, show: (v) => (2 ** v).toFixed(2) });
}

/** The relative errors of each row, of the signal and of its data. */
function errorsOf(rows, s, a) {
  const norm = (v) => Math.sqrt(v.reduce((sum, x) => sum + x ** 2, 0));
  const signalSize = norm(a);
  const dataSize = norm(a.map((x, i) => s[i] * x));
  return {
    signal: rows.map((row) => Math.sqrt(row.signalError) / signalSize),
    data: rows.map((row) => Math.sqrt(row.dataError) / dataSize),
  };
}

/** What is read out: each error over the smallest in the table. */
function comparison(errors, chosen, own) {
  const best = Math.min(...errors.signal);
  const over = (value) => (value > 100 * best ? "> 100" : (value / best).toFixed(2));
  const rules = RULES.map((rule) => `${rule} ${over(errors.signal[chosen[rule]])}`);
  return `Error over the best: your λ ${over(own)}; ${rules.join(", ")}.`;
}

function render({ model, el }) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const a = floats(model, "exact");
  const unitNoise = floats(model, "noise");
  const { panels, controls, output } = frame(el, model.get("label"));
  const drawEstimate = signalPlot(panels, f);
  const drawErrors = errorsPlot(panels);
  key(panels, [
    ["scene", "scene f"],
    ["classical", "estimate f_λ, and its error"],
    ["data", "error of Hf_λ"],
    ["learned", "your λ"],
    ["kept", "Discrepancy, GCV, SURE, L-curve, Evidence"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_sigma", "log2_told"], () => {
    const lam = 10 ** model.get("log10_lam");
    const sigma = 10 ** model.get("log10_sigma");
    const c = Float64Array.from(s, (s_i, i) => s_i * a[i] + sigma * unitNoise[i]);
    const f_lam = synthesis(V, c.map((c_i, i) => (s[i] / (s[i] ** 2 + lam)) * c_i));
    const rows = lambdaTable(s, a, c);
    const errors = errorsOf(rows, s, a);
    const chosen = choices(rows, s, sigma * 2 ** model.get("log2_told"));
    drawEstimate(f_lam);
    drawErrors(rows, errors, chosen, lam);
    output.textContent = comparison(errors, chosen, relativeError(f_lam, f));
  });
}

export default { render };
