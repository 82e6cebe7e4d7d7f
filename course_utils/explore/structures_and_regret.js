// Problems of a study: some are kept, one is open, and the rule's regret is marked.

const NUMBERS = ["noise", "mismatch", "pairs"];
const SIGNS = { // a colour and a shape for each structure, of 1 in size
  fixed: ["data", "circle"],
  retuned: ["classical", "square"],
  covariance: ["noise", "up"],
  correction: ["learned", "circle"],
  spectral: ["classical", "diamond"],
  dense: ["learned", "square"],
};
const SHAPES = {
  circle: "M-1,0a1,1 0 1,0 2,0a1,1 0 1,0 -2,0z",
  square: "M-.9,-.9h1.8v1.8h-1.8z",
  up: "M0,-1.15L1.05,.8h-2.1z",
  diamond: "M0,-1.3L1.2,0L0,1.3L-1.2,0z",
};
const SIGN = 3.6; // the size of a sign, in pixels
const RING = { least: 0.02, small: 5, grow: 22, most: 1 }; // around a wrong choice
const HALF_A_DECADE = 0.5;
const BAR = { left: 84, room: 190, high: 19 };

/** In which third of all numbers each lies: 1, 2 or 3. */
function thirds(values) {
  const ordered = Float64Array.from(values).sort();
  const bound = (k) => ordered[Math.floor(k * values.length / 3)];
  return Array.from(values, (v) => 1 + (v >= bound(1)) + (v >= bound(2)));
}

function meanOf(values) {
  return values.length ? values.reduce((sum, v) => sum + v, 0) / values.length : null;
}

/** The problems that are kept, with mean regrets, and the risks of the one that is open. */
function computation(model) {
  const [names, choices] = [model.get("structures"), model.get("choices")];
  const all = floats(model, "risks");
  const n = names.length;
  const risks = choices.map((_, i) => all.slice(i * n, (i + 1) * n));
  const regrets = risks.map((row) => row.map((risk) => risk / Math.min(...row) - 1));
  const rule = regrets.map((row, i) => row[choices[i]]);
  const third = NUMBERS.map((name) => thirds(floats(model, name)));
  const [families, familyOf] = [model.get("families"), model.get("family_of")];
  return (setting) => {
    const asked = NUMBERS.map((name) => setting[`${name}_third`]);
    const keeps = (i) =>
      [ALL, families[familyOf[i]]].includes(setting.family) &&
      asked.every((k, j) => !k || third[j][i] === k);
    const kept = choices.map((_, i) => i).filter(keeps);
    return {
      kept,
      best: names.map((_, k) => kept.filter((i) => regrets[i][k] === 0).length),
      means: names.map((_, k) => meanOf(kept.map((i) => regrets[i][k]))),
      rule: meanOf(kept.map((i) => rule[i])),
      right: kept.filter((i) => rule[i] === 0).length, // a tie is right
      risks: risks[setting.chosen - 1],
      regret: rule[setting.chosen - 1],
      worst: rule.indexOf(Math.max(...rule)) + 1,
    };
  };
}

/** The sign of a structure at a place. */
function signOf(parent, name, x, y, size = SIGN) {
  const [colour, shape] = SIGNS[name];
  const transform = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${size})`;
  return make(parent, "path", {
    class: `cu-sign cu-sign-${colour}`,
    d: SHAPES[shape],
    transform,
  });
}

/** The powers of ten around some numbers. */
function decades(values) {
  const logs = Array.from(values, Math.log10);
  const ends = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  return Array.from({ length: ends[1] - ends[0] + 1 }, (_, i) => ends[0] + i);
}

/** Axes of mismatch by noise over the number of pairs. */
function plane(panels, pairs, ratio) {
  const powers = decades(ratio);
  const logs = Array.from(pairs, Math.log2);
  const ends = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const plot = axes(panels, {
    label: "Each problem by its pairs, and its mismatch over its noise; the sign says " +
      "which structure is best",
    xlabel: "training pairs N",
    ylabel: "mismatch over noise",
    xlim: [ends[0] - HALF_A_DECADE, ends[1] + HALF_A_DECADE],
    ylim: [10 ** powers[0], 10 ** powers.at(-1)],
    xticks: [],
    yticks: powers.map((k) => 10 ** k),
    log: true,
  });
  const y = PLOT.height - PLOT.bottom + 14;
  for (let k = ends[0]; k <= ends[1]; k++) {
    make(plot.svg, "text", { x: plot.x(k), y, "text-anchor": "middle" }, `${2 ** k}`);
  }
  return plot;
}

/** All problems in a plane; tap one to open it. What it returns draws what is kept. */
function problemPlot(panels, model, first) {
  const [noise, mismatch, pairs] = NUMBERS.map((name) => floats(model, name));
  const ratio = mismatch.map((value, i) => Math.max(value, 1e-6) / noise[i]);
  const plot = plane(panels, pairs, ratio);
  const [names, choices] = [model.get("structures"), model.get("choices")];
  const spots = first.all.map((row, i) => {
    const at = { x: plot.x(Math.log2(pairs[i])), y: plot.y(ratio[i]) };
    const group = make(plot.svg, "g");
    const regret = row[choices[i]];
    if (regret > RING.least) {
      const r = RING.small + RING.grow * Math.sqrt(Math.min(regret, RING.most)) / 2;
      make(group, "circle", { class: "cu-ring", cx: at.x, cy: at.y, r });
    }
    signOf(group, names[row.indexOf(0)], at.x, at.y);
    return { ...at, group };
  });
  const mark = make(plot.svg, "circle", { class: "cu-open", r: 8 });
  open(plot, model, spots);
  return (kept, chosen) => {
    spots.forEach(({ group }, i) =>
      group.setAttribute("opacity", kept.includes(i) ? 1 : 0.12)
    );
    mark.setAttribute("cx", spots[chosen - 1].x.toFixed(1));
    mark.setAttribute("cy", spots[chosen - 1].y.toFixed(1));
  };
}

/** The problem that is nearest to where one taps or drags is opened. */
function open(plot, model, spots) {
  const set = (chosen) => {
    model.set("chosen", chosen);
    model.save_changes();
  };
  draggable(plot.svg, {
    across: true,
    move({ x, y }) {
      const away = spots.map((spot) =>
        Math.hypot(spot.x - x * PLOT.width, spot.y - y * PLOT.height)
      );
      set(away.indexOf(Math.min(...away)) + 1);
    },
    keys: (right, up) => set(clamp(model.get("chosen") + right + up, 1, spots.length)),
  });
}

/** A bar for each name; what it returns draws numbers, and marks some of them. */
function barsOf(parent, caption, names) {
  const panel = make(parent, "div", { class: "cu-panel cu-panel-plot" });
  const height = 24 + BAR.high * names.length;
  const svg = make(panel, "svg", {
    viewBox: `0 0 ${PLOT.width} ${height}`,
    role: "img",
    "aria-label": caption,
  });
  make(svg, "text", { x: 4, y: 12 }, caption);
  const lines = names.map((name, i) => {
    const y = 30 + BAR.high * i;
    const colour = SIGNS[name]?.[0] ?? "scene";
    const place = { x: BAR.left - 6, y: y + 4, "text-anchor": "end" };
    const word = make(svg, "text", place, name);
    const bar = make(svg, "path", { class: `cu-line cu-wide-bar cu-${colour}` });
    if (SIGNS[name]) signOf(svg, name, 6, y);
    return { y, word, bar, number: make(svg, "text", { y: y + 4 }) };
  });
  return (values, most, told, bold) =>
    lines.forEach(({ y, word, bar, number }, i) => {
      const x = BAR.left + BAR.room * clamp(values[i] / most, 0, 1);
      bar.setAttribute("d", `M${BAR.left},${y}H${x.toFixed(1)}`);
      number.setAttribute("x", (x + 6).toFixed(1));
      number.textContent = told(values[i], i);
      for (const node of [word, number]) {
        node.setAttribute("class", i === bold ? "cu-bold" : "");
      }
    });
}

/** A part in percent. */
function percent(part) {
  const number = 100 * part;
  return `${number < 9.95 ? number.toFixed(1) : number.toFixed(0)}\u00a0%`;
}

/** The words for a third of the problems, with its bounds. */
function boundsOf(values) {
  const ordered = Float64Array.from(values).sort();
  const at = (k) => ordered[Math.min(Math.floor(k * values.length / 3), values.length - 1)];
  const short = (v) => v >= 10 ? v.toFixed(0) : `${+v.toPrecision(1)}`;
  return (k) => k ? `${short(at(k - 1))}–${short(at(k))}` : ALL;
}

function sliders(controls, model, count) {
  controls.classList.add("cu-pairs");
  menu(controls, controls, model, "family", model.get("families"), "problems");
  for (const name of NUMBERS) {
    slider(controls, model, `${name}_third`, {
      label: name === "pairs" ? "pairs N" : name,
      min: 0,
      max: 3,
      step: 1,
      show: boundsOf(floats(model, name)),
    });
  }
  slider(controls, model, "chosen", { label: "open problem", min: 1, max: count, step: 1 });
}

/** What is read out: the problems kept, and the one that is open. */
function words(model, { kept, rule, right, regret }, chosen) {
  const [noise, mismatch, pairs] = NUMBERS.map((name) => floats(model, name)[chosen - 1]);
  const family = model.get("families")[model.get("family_of")[chosen - 1]];
  const score = kept.length
    ? `${kept.length} kept: the rule is right in ${right}, mean regret ${percent(rule)}.`
    : "No problem is left.";
  return `${score} Open: ${family} ${chosen}, N = ${pairs}, noise ` +
    `${+noise.toPrecision(2)}, mismatch ${+mismatch.toPrecision(2)}, regret ` +
    `${percent(regret)}.`;
}

/** The regret of each structure in each problem, for the marks that do not change. */
function regretsOf(model) {
  const count = model.get("structures").length;
  const all = floats(model, "risks");
  return Array.from({ length: all.length / count }, (_, i) => {
    const row = [...all.subarray(i * count, (i + 1) * count)];
    return row.map((risk) => risk / Math.min(...row) - 1);
  });
}

function render({ model, el }) {
  const names = model.get("structures");
  const choices = model.get("choices");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  sliders(controls, model, choices.length);
  const drawProblems = problemPlot(panels, model, { all: regretsOf(model) });
  const about = "risk in the open problem; bold: the rule's choice";
  const drawOpen = barsOf(panels, about, names);
  const second = make(panels.parentNode, "div", { class: "cu-panels" });
  output.after(second);
  const caption = "mean regret, if one always takes it (best in so many)";
  const drawMeans = barsOf(second, caption, [...names, "the rule"]);
  const traits = ["family", ...NUMBERS.map((name) => `${name}_third`), "chosen"];
  respond(model, traits, (setting) => {
    const drawn = compute(setting);
    const { kept, means, rule, best, right, risks, worst } = drawn;
    drawProblems(kept, setting.chosen);
    const choice = choices[setting.chosen - 1];
    drawOpen(risks, Math.max(...risks), (risk) => risk.toFixed(3), choice);
    const all = [...means, rule];
    const counts = [...best, right];
    const told = (mean, i) => kept.length ? `${percent(mean)} (${counts[i]})` : "";
    drawMeans(all, Math.max(...all, 1e-9), told, names.length);
    output.textContent = words(model, drawn, setting.chosen);
    if (setting.chosen === worst) {
      reached(`Here the rule's choice costs most: ${percent(drawn.regret)}.`);
    }
  });
}

export default { render };
