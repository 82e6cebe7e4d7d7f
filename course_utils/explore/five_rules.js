// Five rules for lambda on one signal, by the sums of course_utils/choose.py over a table of lambda.

const RULES = ["discrepancy", "GCV", "SURE", "L-curve", "evidence"], LOW = -12, HIGH = 1, ROWS = 131;

/** For each lambda of the table, what the rules look at; c holds the coefficients of the data. */
function lambdaTable(s, a, c) {
  const rows = [];
  for (let r = 0; r < ROWS; r++) {
    const x = LOW + ((HIGH - LOW) * r) / (ROWS - 1), lam = 10 ** x;
    const row = { x, lam, residual: 0, size: 0, left: 0, weighted: 0, logs: 0, scene: 0, data: 0 };
    for (let i = 0; i < s.length; i++) {
      const F = 1 / (s[i] * s[i] + lam), w = lam * F, f = s[i] * F * c[i], wc = w * c[i], gap = f - a[i];
      row.residual += wc * wc;
      row.size += f * f;
      row.left += w;
      row.weighted += wc * c[i];
      row.logs += Math.log(w);
      row.scene += gap * gap;
      row.data += s[i] * s[i] * gap * gap;
    }
    rows.push(row);
  }
  return rows;
}

/** The row at which a function of the row is smallest. */
function lowest(rows, J) {
  let best = 0, least = Infinity;
  rows.forEach((row, r) => {
    const value = J(row, r);
    if (value < least) [best, least] = [r, value];
  });
  return best;
}

/** The curvature of the L-curve at a row, by differences; none at the ends of the table. */
function bend(rows, r, s_n) {
  if (r < 1 || r > rows.length - 2 || rows[r].lam < s_n ** 2) return -Infinity;
  const [x, y] = ["residual", "size"].map((name) => [-1, 0, 1].map((d) => Math.log(rows[r + d][name])));
  const [x1, y1] = [x, y].map((v) => (v[2] - v[0]) / 2), [x2, y2] = [x, y].map((v) => v[2] - 2 * v[1] + v[0]);
  return (x1 * y2 - x2 * y1) / (x1 ** 2 + y1 ** 2) ** 1.5;
}

/** The row that each rule chooses; sigma is what the rules are told. */
function choices(rows, s, sigma) {
  const m = s.length, s_n = Math.min(...s);
  return {
    discrepancy: lowest(rows, (row) => Math.abs(row.residual - m * sigma ** 2)),
    GCV: lowest(rows, (row) => row.residual / row.left ** 2),
    SURE: lowest(rows, (row) => row.residual + 2 * sigma ** 2 * (m - row.left)),
    "L-curve": lowest(rows, (row, r) => -bend(rows, r, s_n)),
    evidence: lowest(rows, (row) => m * Math.log(row.weighted) - row.logs),
  };
}

/** A letter above the curve, a thread, and a dot on the curve. */
function mark(plot, letter, row) {
  const group = make(plot.svg, "g"), top = 20 + 15 * row;
  const thread = make(group, "line", { stroke: "currentColor", "stroke-width": 0.7, "stroke-dasharray": "2 2" });
  const dot = make(group, "circle", { r: 3.2, class: "cu-kept" });
  const name = make(group, "text", { "text-anchor": "middle", "font-weight": "bold",
    style: "paint-order: stroke; stroke: var(--cu-paper, #fff); stroke-width: 4px" }, letter);
  return (x, y) => {
    const at = plot.x(x).toFixed(1), level = plot.y(y);
    for (const [key, value] of Object.entries({ x1: at, x2: at, y1: top + 3, y2: level.toFixed(1) })) thread.setAttribute(key, value);
    dot.setAttribute("cx", at);
    dot.setAttribute("cy", level.toFixed(1));
    name.setAttribute("x", at);
    name.setAttribute("y", top);
  };
}

function render({ model, el }) {
  const n = model.get("size"), s = floats(model, "s"), V = floats(model, "V"), f = floats(model, "scene");
  const a = floats(model, "exact"), unit = floats(model, "noise"), f_lam = new Float32Array(n), c = new Float64Array(n);
  const { panels, controls, output } = frame(el, model.get("label"));
  const picture = axes(panels, { label: "The scene and its estimate with your lambda", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-0.4, 1.6], yticks: [0, 1], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const valley = axes(panels, { label: "Errors over lambda, with the choices of the five rules", xlabel: "log₁₀ λ",
    ylabel: "relative error", xlim: [LOW, HIGH], ylim: [1e-3, 1e3], log: true,
    yticks: [1e-3, 1e-2, 1e-1, 1, 10, 100], xticks: [-12, -9, -6, -3, 0] });
  const drawScene = curve(picture, "scene"), drawEstimate = curve(picture, "classical");
  const drawData = curve(valley, "data"), drawError = curve(valley, "classical"), drawHere = curve(valley, "learned");
  const marks = RULES.map((rule, i) => mark(valley, rule[0].toUpperCase(), i));
  drawScene(f);
  key(panels, [["scene", "scene f"], ["classical", "estimate f_λ, and its error"], ["data", "error of Hf_λ"],
    ["learned", "your λ"], ["kept", "Discrepancy, GCV, SURE, L-curve, Evidence"]]);
  slider(controls, model, "log10_lam", { label: "your λ", min: LOW, max: HIGH, step: 0.1, show: (v) => (10 ** v).toExponential(1) });
  slider(controls, model, "log10_sigma", { label: "noise level σ", min: -4, max: -1, step: 0.1, show: (v) => (10 ** v).toExponential(1) });
  slider(controls, model, "log2_told", { label: "σ told to the rules / σ", min: -1, max: 1, step: 0.1, show: (v) => (2 ** v).toFixed(2) });
  const norm = (v) => Math.sqrt(v.reduce((sum, x) => sum + x ** 2, 0));
  const scale = norm(a), dataScale = norm(a.map((x, i) => s[i] * x));
  respond(model, ["log10_lam", "log10_sigma", "log2_told"], () => {
    const lam = 10 ** model.get("log10_lam"), sigma = 10 ** model.get("log10_sigma");
    for (let i = 0; i < n; i++) c[i] = s[i] * a[i] + sigma * unit[i];
    f_lam.fill(0);
    for (let i = 0; i < n; i++) {
      const weight = (s[i] / (s[i] ** 2 + lam)) * c[i];
      for (let x = 0; x < n; x++) f_lam[x] += weight * V[x * n + i];
    }
    const rows = lambdaTable(s, a, c), chosen = choices(rows, s, sigma * 2 ** model.get("log2_told"));
    const error = rows.map((row) => Math.sqrt(row.scene) / scale), place = (r) => rows[r].x, best = Math.min(...error);
    drawEstimate(f_lam);
    drawError(error, place);
    drawData(rows.map((row) => Math.sqrt(row.data) / dataScale), place);
    drawHere([1e-3, 1e3], () => Math.log10(lam));
    RULES.forEach((rule, i) => marks[i](rows[chosen[rule]].x, error[chosen[rule]]));
    const over = (value) => (value > 100 * best ? "> 100" : (value / best).toFixed(2));
    output.textContent = `Error over the best: your λ ${over(relativeError(f_lam, f))}; `
      + RULES.map((rule) => `${rule} ${over(error[chosen[rule]])}`).join(", ") + ".";
  });
}

export default { render };
