/* The errors over lambda, and above them a row for each rule: its name, its lambda, and its
   error over the least one. A name has a row of its own, so that none covers another. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

// The ends of the plot, as log10 of lambda, and the number of places of a curve. The rows
// have their names to the left of FIRST and their numbers to the right of LAST.
const LOW = -15.1;
const HIGH = 3;
const PLACES = 131;
const ROW = { height: 17, top: -146 };
const ORACLES = ["least error of f", "least error of Hf"];
const USES_SIGMA = ["discrepancy", "SURE"];

/** log10 of the lambda at a place of the curves. */
function placeOf(i) {
  return FIRST + ((LAST - FIRST) * i) / (PLACES - 1);
}

/** Both errors at each place of the curves. */
function curvesOf(terms) {
  const errors = errorsOf(terms);
  return Array.from({ length: PLACES }, (_, i) => errors(10 ** placeOf(i)));
}

/** An error over the least one, in words. */
function over(error, least) {
  if (error === null) return "no λ";
  return error > 100 * least ? "> 100" : (error / least).toFixed(2);
}

function move(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

/** How the dot of a row looks: black, filled if the rule uses sigma, or open. */
function look(name) {
  if (ORACLES.includes(name)) return { fill: "currentColor" };
  if (USES_SIGMA.includes(name)) return { class: "cu-kept" };
  const stroke = "var(--cu-classical, #0072b2)";
  return { fill: "var(--cu-paper, #fff)", stroke, "stroke-width": 1.8 };
}

/** One row: a name, a dot that a thread joins to the curve, a number. */
function row(plot, parent, name, k) {
  const group = make(parent, "g");
  const y = ROW.top + ROW.height * (k + 1.5);
  const grid = make(group, "g", { class: "cu-grid" });
  make(grid, "line", { x1: 100, x2: 318, y1: y, y2: y });
  make(group, "text", { x: 2, y: y + 4 }, name);
  const number = make(group, "text", { x: 357, y: y + 4, "text-anchor": "end" });
  const dashes = { "stroke-width": 0.8, "stroke-dasharray": "2 3" };
  const thread = make(group, "line", { stroke: "currentColor", opacity: 0.6, ...dashes });
  const dot = make(group, "circle", { cy: y, r: 4.2, ...look(name) });
  return (log10_lam, error, words) => {
    const shown = log10_lam === null ? "none" : "";
    for (const node of [thread, dot]) node.style.display = shown;
    const x = plot.x(log10_lam ?? LAST).toFixed(1);
    move(dot, { cx: x });
    move(thread, { x1: x, x2: x, y1: y + 5, y2: plot.y(error ?? 1).toFixed(1) });
    number.textContent = words;
  };
}

/** The rows above a plot; what it returns draws them. */
function rows(plot) {
  const group = make(plot.svg, "g");
  const y = ROW.top + 8;
  make(group, "text", { x: 357, y, "text-anchor": "end" }, "error / least");
  const names = [...ORACLES, ...RULES];
  const draws = names.map((name, k) => row(plot, group, name, k));
  return ({ oracles, chosen, ofOracles, ofChosen }) => {
    const errors = [...ofOracles, ...ofChosen];
    [...oracles, ...chosen].forEach((log10_lam, k) => {
      draws[k](log10_lam, errors[k], over(errors[k], ofOracles[0]));
    });
  };
}

/** A curve over lambda, without the places where it is above the plot. */
function curveInside(plot, role) {
  const draw = curve(plot, role);
  return (values) => {
    const inside = (v) => v <= plot.ylim[1];
    const first = values.findIndex(inside);
    const last = values.findLastIndex(inside);
    const seen = first < 0 ? [] : values.slice(first, last + 1);
    draw(seen, (i) => placeOf(first + i));
  };
}

/** Axes for both errors over lambda with room for the rows; what it returns draws them. */
function lambdaPlot(panels, model, { ylim, yticks, min, step }) {
  const plot = axes(panels, {
    label: "Errors over lambda, and in a row for each rule the lambda that it chooses",
    xlabel: "log₁₀ λ",
    ylabel: "relative error",
    xlim: [LOW, HIGH],
    ylim,
    log: true,
    xticks: [-12, -9, -6, -3, 0],
    yticks,
  });
  const above = -ROW.top + 4;
  const box = `0 ${-above} ${PLOT.width} ${PLOT.height + above}`;
  plot.svg.setAttribute("viewBox", box);
  const drawData = curveInside(plot, "data");
  const drawSignal = curveInside(plot, "classical");
  const drawHere = upright(plot, "learned");
  const drawRows = rows(plot);
  dragAlong(plot, model, "log10_lam", { min, max: LAST, step });
  return (drawn, log10_lam) => {
    drawHere(log10_lam);
    drawData(drawn.curves.map(([, data]) => data));
    drawSignal(drawn.curves.map(([signal]) => signal));
    drawRows(drawn);
  };
}
