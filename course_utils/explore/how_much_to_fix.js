// What the first rule predicts for each structure, over the number N of pairs: mismatch.py.

const NOISE = { min: -2.5, max: -0.5, step: 0.25 }; // log10 of sigma
const PAIRS = { min: 2, max: 12, step: 0.5 }; // log2 of N
const STRUCTURES = [ // in the order of mismatch.predicted, each with its line
  ["fixed", "data"],
  ["retuned", "retuned"],
  ["covariance", "noise"],
  ["correction", "learned"],
  ["spectral", "spectral"],
  ["dense", "dense"],
];
const [COVARIANCE, CORRECTION] = [2, 3]; // their places
const SEARCH = 120; // points of a grid, as in mismatch.py
const LEVELS = [0, 6]; // log10 of the noise levels that are tried
const WEIGHTS = [-8, 4]; // log10 of the weights of the ridge
const LEAST_MISMATCH = 1e-3; // of the variance of the noise
const ROOT = { most: 80, small: 1e-13 }; // steps, and the last of them
const RISKS = [0.02, 0.03, 0.05, 0.1, 0.2, 0.5]; // that have a line
const ROOM = 2.9; // beside the curves, for their names
const APART = 12.5; // of two names, in pixels
const CUT = 3; // times the least risk is the longest bar
const KERNELS = { height: 104, middle: 78, tall: 66, wide: 10 };

/** Numbers in equal steps of their logarithm. */
function logspace([first, last], scale = 1) {
  const exponent = (i) => first + (last - first) * i / (SEARCH - 1);
  return Array.from({ length: SEARCH }, (_, i) => scale * 10 ** exponent(i));
}

/** sum_k of(k) over the modes. */
function total(n, of) {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += of(k);
  return sum;
}

/** The power that N pairs leave unknown of E f: mismatch.left_over. */
function leftOver(power, n, N, noise) {
  const b = noise + (N / n - 1) * power;
  return 2 * power * noise / (b + Math.sqrt(b * b + 4 * power * noise));
}

/** The u = log kappa with sum_k s_k / (s_k + kappa) + weight / kappa = count, from a guess.

    The left side falls as u grows: Newton's method between two ends that close in. */
function logKappa(s, weight, count, guess) {
  let [low, high, u] = [-35, 35, guess];
  for (let i = 0; i < ROOT.most; i++) {
    const kappa = Math.exp(u);
    const degrees = total(s.length, (k) => s[k] / (s[k] + kappa));
    const excess = degrees + weight / kappa - count;
    const slope = total(s.length, (k) => s[k] * kappa / (s[k] + kappa) ** 2) +
      weight / kappa;
    if (excess > 0) low = u;
    else high = u;
    const next = u + excess / slope;
    const step = (next > low && next < high ? next : (low + high) / 2) - u;
    u += step;
    if (Math.abs(step) < ROOT.small) break;
  }
  return u;
}

/** The risk of a matrix from N pairs, with the best of many weights of its ridge. */
function dense(least, known, s, N) {
  const most = s.reduce((m, value) => Math.max(m, value), 0);
  let best = Infinity;
  let u = 0;
  for (const weight of logspace(WEIGHTS, most * N).reverse()) {
    u = logKappa(s, weight, N - 1, u);
    const kappa = Math.exp(u);
    const squares = total(s.length, (k) => (s[k] / (s[k] + kappa)) ** 2);
    const bias = total(s.length, (k) => (kappa / (s[k] + kappa)) ** 2 * known[k] * s[k]);
    best = Math.min(best, (least + bias) / (1 - squares / (N - 1)));
  }
  return best;
}

/** The best of many assumed noise levels, and the first, which is the noise. */
function tuned(modes, noise) {
  const { a2, w, n } = modes;
  const risks = logspace(LEVELS, noise).map((level) =>
    total(n, (k) => w[k] * (level ** 2 + a2[k] * modes.v[k]) / (a2[k] + level) ** 2)
  );
  return [risks[0], Math.min(...risks)];
}

/** What does not depend on N, for one sigma and one mismatch. */
function prepared({ a2, w, n }, t, noise) {
  const v = t.map((power) => noise + power);
  const [fixed, retuned] = tuned({ a2, w, n, v }, noise);
  return {
    fixed,
    retuned,
    best: total(n, (k) => w[k] * v[k] / (a2[k] + v[k])),
    doubt: total(n, (k) => w[k] * a2[k] * 2 * v[k] ** 2 / (a2[k] + v[k]) ** 3),
    power: Math.max(total(n, (k) => t[k]) / n, LEAST_MISMATCH * noise),
    least: total(n, (k) => w[k] * noise / (a2[k] + noise)),
    known: w.map((weight, k) => weight * a2[k] / (a2[k] + v[k]) ** 2),
    spectrum: a2.map((value, k) => value + v[k]),
  };
}

/** The risk of each structure with N pairs: mismatch.predicted. */
function predicted({ a2, w, n }, given, noise, N) {
  const left = noise + leftOver(given.power, n, N, noise);
  return [
    given.fixed,
    given.retuned,
    given.best + given.doubt / N,
    total(n, (k) => w[k] * left / (a2[k] + left)),
    given.best * (1 + 1 / (N - 2)),
    dense(given.least, given.known, given.spectrum, N),
  ];
}

/** The numbers of pairs at which the curves are drawn. */
function places() {
  const count = (PAIRS.max - PAIRS.min) / PAIRS.step + 1;
  return Array.from({ length: count }, (_, i) => PAIRS.min + PAIRS.step * i);
}

/** The risks over N, those at the present N, that with H known, and the rule's choice. */
function computation(model) {
  const n = model.get("size");
  const row = (trait, i) => floats(model, trait).subarray(i * n, (i + 1) * n);
  const modes = { n, a2: row("a", 0).map((a) => a * a), w: row("w", 0) };
  const pairs = (log2) => Math.round(2 ** log2);
  const over = remembered((setting) => {
    const [level, log10_sigma] = setting.split(" ").map(Number);
    const noise = 100 ** log10_sigma;
    const given = prepared(modes, row("t", level), noise);
    const [a, w] = [row("true_a", level), row("true_w", level)];
    return {
      at: (N) => predicted(modes, given, noise, N),
      known: total(n, (k) => w[k] * noise / (a[k] ** 2 + noise)),
      curves: places().map((log2) => predicted(modes, given, noise, pairs(log2))),
    };
  });
  return ({ level, log10_sigma, log2_pairs }) => {
    const { at, known, curves } = over(`${level} ${log10_sigma}`);
    const risks = at(pairs(log2_pairs));
    return { known, curves, risks, choice: risks.indexOf(Math.min(...risks)) };
  };
}

/** Rows of the true blur beside those of the assumed one; what it returns draws them. */
function kernelPlot(panels, model) {
  const n = model.get("size");
  const [width, { height, middle, tall }] = [PLOT.width, KERNELS];
  const panel = make(panels, "div", { class: "cu-panel cu-panel-plot cu-kernels" });
  const label = "The blur at three places, and the one that is assumed everywhere";
  const svg = make(panel, "svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": label,
  });
  const assumed = floats(model, "assumed");
  const rows = floats(model, "rows");
  const most = Math.max(...assumed);
  const x = (i) => 12 + (width - 24) * i / (n - 1);
  const y = (value) => middle - tall * value / most / 1.6;
  make(svg, "path", { class: "cu-axis", d: `M12,${middle}H${width - 12}` });
  make(svg, "text", { x: width / 2, y: height - 6, "text-anchor": "middle" }, "pixel");
  const three = assumed.length / n;
  const lines = (role) => Array.from({ length: three }, () => curve({ svg, x, y }, role));
  lines("data").forEach((draw, i) => draw(assumed.subarray(i * n, (i + 1) * n)));
  const black = lines("scene");
  return (level) =>
    black.forEach((draw, i) => {
      const first = (level * three + i) * n;
      draw(rows.subarray(first, first + n));
    });
}

/** Axes of risk over N, with room for names at the right. */
function riskAxes(panels, model) {
  const plot = axes(panels, {
    label: "The risk of each structure over the number of pairs",
    xlabel: "training pairs N",
    ylabel: "risk (part of tr C)",
    xlim: [PAIRS.min, PAIRS.max + ROOM],
    ylim: [RISKS[0], RISKS.at(-1)],
    xticks: [],
    yticks: [],
    log: true,
  });
  const grid = make(plot.svg, "g", { class: "cu-grid" });
  const [x1, x2] = [PLOT.left, plot.x(PAIRS.max)];
  for (const risk of RISKS) {
    const y = plot.y(risk);
    make(grid, "line", { x1, x2, y1: y, y2: y });
    make(grid, "text", { x: x1 - 5, y: y + 4, "text-anchor": "end" }, `${risk}`);
  }
  const y = PLOT.height - PLOT.bottom + 14;
  for (let log2 = PAIRS.min; log2 <= PAIRS.max; log2 += 2) {
    make(grid, "text", { x: plot.x(log2), y, "text-anchor": "middle" }, `${2 ** log2}`);
  }
  dragAlong(plot, model, "log2_pairs", PAIRS);
  return plot;
}

/** The heights of names beside these heights, none nearer than APART to another. */
function spread(heights) {
  const order = heights.map((_, i) => i).sort((i, j) => heights[i] - heights[j]);
  const placed = [...heights];
  for (let pass = 0; pass < 60; pass++) {
    for (let k = 1; k < order.length; k++) {
      const gap = placed[order[k]] - placed[order[k - 1]];
      if (gap >= APART) continue;
      placed[order[k]] += (APART - gap) / 2;
      placed[order[k - 1]] -= (APART - gap) / 2;
    }
  }
  return placed;
}

/** The risks over N, each with its name; what it returns draws them. */
function riskPlot(panels, model) {
  const plot = riskAxes(panels, model);
  const known = curve(plot, "scene");
  const lines = STRUCTURES.map(([, role]) => curve(plot, role));
  const names = [...STRUCTURES.map(([name]) => name), "H known"].map((name) =>
    make(plot.svg, "text", { x: plot.x(PAIRS.max) + 5 }, name)
  );
  const here = upright(plot, "here");
  const dot = make(plot.svg, "circle", { class: "cu-choice-dot", r: 5 });
  return ({ known: least, curves, risks, choice }, log2_pairs) => {
    const x = places();
    lines.forEach((draw, i) => draw(curves.map((row) => row[i]), (k) => x[k]));
    known([least, least], (k) => k ? PAIRS.max : PAIRS.min);
    const heights = spread([...curves.at(-1), least].map(plot.y));
    names.forEach((node, i) => {
      node.setAttribute("y", (heights[i] + 4).toFixed(1));
      emphasise(node, i === choice);
    });
    here(log2_pairs);
    dot.setAttribute("cx", plot.x(log2_pairs).toFixed(1));
    dot.setAttribute("cy", plot.y(risks[choice]).toFixed(1));
  };
}

/** Bold words for what the rule chooses. */
function emphasise(node, chosen) {
  node.setAttribute("class", chosen ? "cu-chosen" : "");
}

/** The risks at the present N as bars with numbers; what it returns draws them. */
function riskBars(panels) {
  const panel = make(panels, "div", { class: "cu-panel cu-panel-plot cu-bars" });
  const height = 8 + 19 * STRUCTURES.length;
  const label = "The risk of each structure at the present number of pairs";
  const svg = make(panel, "svg", {
    viewBox: `0 0 ${PLOT.width} ${height}`,
    role: "img",
    "aria-label": label,
  });
  const bars = STRUCTURES.map(([name, role], i) => {
    const y = 13 + 19 * i;
    const word = make(svg, "text", { x: 84, y: y + 4, "text-anchor": "end" }, name);
    const line = make(svg, "path", { class: `cu-line cu-bar cu-${role}` });
    return { y, word, line, number: make(svg, "text", { y: y + 4 }) };
  });
  return ({ risks, choice }) => {
    const most = Math.min(Math.max(...risks), CUT * Math.min(...risks));
    bars.forEach(({ y, word, line, number }, i) => {
      const x = 92 + 200 * Math.min(risks[i] / most, 1);
      line.setAttribute("d", `M92,${y}H${x.toFixed(1)}`);
      number.setAttribute("x", (x + 6).toFixed(1));
      number.textContent = risks[i].toFixed(3);
      for (const node of [word, number]) emphasise(node, i === choice);
    });
  };
}

function sliders(controls, model) {
  controls.classList.add("cu-pairs");
  const mismatches = model.get("mismatches");
  slider(controls, model, "log2_pairs", {
    label: "pairs N",
    ...PAIRS,
    show: (log2) => `${Math.round(2 ** log2)}`,
  });
  slider(controls, model, "log10_sigma", {
    label: "noise σ",
    ...NOISE,
    show: (log10) => `${+(10 ** log10).toPrecision(2)}`,
  });
  slider(controls, model, "level", {
    label: "blur width",
    min: 0,
    max: mismatches.length - 1,
    step: 1,
    show: (i) => `±${Math.round(100 * mismatches[i])}\u00a0%`,
  });
}

/** The first number of pairs on the slider at which the correction is the better one. */
function crossing(curves) {
  const i = curves.findIndex((row) => row[CORRECTION] < row[COVARIANCE]);
  return Math.round(2 ** places()[i]);
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  panels.classList.add("cu-structures");
  const drawKernels = kernelPlot(panels, model);
  const drawRisks = riskPlot(panels, model);
  const drawBars = riskBars(panels);
  key(panels, [["scene", "true blur, and H known"], ["data", "assumed blur, and A fixed"]]);
  sliders(controls, model);
  respond(model, ["level", "log10_sigma", "log2_pairs"], (setting) => {
    const drawn = compute(setting);
    drawKernels(setting.level);
    drawRisks(drawn, setting.log2_pairs);
    drawBars(drawn);
    const { risks, choice, known, curves } = drawn;
    const [name] = STRUCTURES[choice];
    const N = Math.round(2 ** setting.log2_pairs);
    const part = ((risks[choice] / known - 1) * 100).toFixed(0);
    output.textContent = `With ${N} pairs the first rule chooses ${name}: ` +
      `risk ${risks[choice].toFixed(3)}, ` +
      `${part}\u00a0% above that with H known.`;
    if (risks[CORRECTION] < risks[COVARIANCE]) {
      reached(`The correction passes the covariance at N = ${crossing(curves)}.`);
    }
  });
}

export default { render };
