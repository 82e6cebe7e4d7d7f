// The diagonal of the four-layer network in training: each frequency by itself, from sums.

const OPTIMIZERS = ["gradient descent", "Adam"];
const BETA = [0.9, 0.999]; // of Adam, as in torch
const SMALL = 1e-8;
const NEAR = 0.1; // dB, the goal
const HIGHEST = 40; // periods per line that are drawn
const TURN = 90; // milliseconds from look to look, if the reader presses Train

/** The steps after which one looks: all at first, then ever fewer, and the last. */
function marksUpTo(most) {
  const found = [0];
  const next = () => found.at(-1) + 1 + Math.floor(found.at(-1) / 6);
  while (next() < most) found.push(next());
  return [...found, most];
}

/** A function that makes one step of a training, in place. */
function stepper(optimizer, { A, B }, n, rate) {
  const [a, b] = [A, B].map((x) => x.map((v) => (2 / n) * v)); // the slope is b Lambda - a
  if (optimizer === "gradient descent") {
    return (Lambda) => {
      for (let q = 0; q < a.length; q++) Lambda[q] -= rate * (b[q] * Lambda[q] - a[q]);
    };
  }
  const [beta1, beta2] = BETA;
  const first = new Float64Array(a.length);
  const second = new Float64Array(a.length);
  let t = 0;
  return (Lambda) => {
    t += 1;
    const size = rate / (1 - beta1 ** t);
    const root = 1 / Math.sqrt(1 - beta2 ** t);
    for (let q = 0; q < a.length; q++) {
      const d = b[q] * Lambda[q] - a[q];
      first[q] = beta1 * first[q] + (1 - beta1) * d;
      second[q] = beta2 * second[q] + (1 - beta2) * d * d;
      Lambda[q] -= size * first[q] / (Math.sqrt(second[q]) * root + SMALL);
    }
  };
}

/** Lambda at each of the marks of a training that begins at zero. */
function trainedAt(marks, step, length) {
  const Lambda = new Float64Array(length);
  let t = 0;
  return marks.map((mark) => {
    for (; t < mark; t++) step(Lambda);
    return Lambda.slice();
  });
}

/** The error of a diagonal, in dB, from the sums of some pairs. */
function errorOf(Lambda, { A, B, E }) {
  let left = 0;
  let whole = 0;
  for (let q = 0; q < A.length; q++) {
    left += E[q] - 2 * A[q] * Lambda[q] + B[q] * Lambda[q] ** 2;
    whole += E[q];
  }
  return 10 * Math.log10(left / whole);
}

/** The sums of the first N = 2^k pairs, and those of the test pairs. */
function sumsOf(model) {
  const half = model.get("size") / 2 + 1;
  const read = (tail) =>
    Object.fromEntries(["A", "B", "E"].map((name) => [name, floats(model, name + tail)]));
  const all = read("");
  const row = (k) => ([name, x]) => [name, x.subarray(k * half, (k + 1) * half)];
  const given = (k) => Object.fromEntries(Object.entries(all).map(row(k)));
  return { given, test: read("_test"), last: all.A.length / half - 1 };
}

/** What passes at each frequency, s^2 Lambda, of three diagonals, and all errors. */
function computation(model) {
  const n = model.get("size");
  const s = floats(model, "s");
  const p = floats(model, "p");
  const marks = marksUpTo(model.get("most"));
  const { given, test } = sumsOf(model);
  const wiener = p.map((v, q) => v / (s[q] ** 2 * v + model.get("sigma") ** 2));
  const passes = (Lambda) => Lambda.map((v, q) => s[q] ** 2 * v);
  const training = remembered((k, optimizer, log10_rate) => {
    const sums = given(k);
    const step = stepper(optimizer, sums, n, 10 ** log10_rate);
    const diagonals = trainedAt(marks, step, s.length);
    return {
      diagonals,
      onPairs: diagonals.map((Lambda) => errorOf(Lambda, sums)),
      onTest: diagonals.map((Lambda) => errorOf(Lambda, test)),
      limit: n / Math.max(...sums.B),
    };
  });
  return ({ k, optimizer, log10_rate, mark }) => {
    const { diagonals, onPairs, onTest, limit } = training(k, optimizer, log10_rate);
    return {
      marks,
      now: passes(diagonals[mark]),
      wiener: passes(wiener),
      onPairs,
      onTest,
      best: errorOf(wiener, test),
      limit,
    };
  };
}

/** What passes at each frequency; what it returns draws the learned diagonal. */
function passPlot(panels, half) {
  const last = Math.min(HIGHEST, half - 1);
  const plot = axes(panels, {
    label: "The part of each frequency that the network returns",
    xlabel: "frequency (periods per line)",
    ylabel: "returned part, s²Λ",
    xlim: [0, last],
    ylim: [-0.2, 1.4],
    xticks: [0, last / 4, last / 2, (3 * last) / 4, last],
    yticks: [0, 0.5, 1],
  });
  const [wiener, learned] = ["classical", "learned"].map((role) => curve(plot, role));
  const off = 9; // beyond the plot, where what has diverged is drawn
  const onPlot = (v) => Number.isNaN(v) ? off : clamp(v, -off, off);
  const seen = (line) => line.slice(0, last + 1).map(onPlot);
  return (shown) => {
    wiener(seen(shown.wiener));
    learned(seen(shown.now));
  };
}

/** The errors over the steps, on an axis of powers; what it returns draws them. */
function errorPlot(panels, model, marks) {
  const place = (step) => Math.log10(1 + step);
  const last = place(marks.at(-1));
  const plot = axes(panels, {
    label: "The errors over the steps of the training",
    xlabel: "steps",
    ylabel: "error (dB)",
    xlim: [0, last],
    ylim: [-15, 1],
    xticks: [],
    yticks: [-15, -10, -5, 0],
  });
  const y = PLOT.height - PLOT.bottom + 14;
  for (const step of [0, 10, 100, 1000]) {
    make(plot.svg, "text", { x: plot.x(place(step)), y, "text-anchor": "middle" }, step);
  }
  const roles = ["classical", "noise", "learned", "scene"];
  const [best, pairs, test, here] = roles.map((role) => curve(plot, role));
  const at = (i) => place(marks[i]);
  const nearest = (x) => marks.filter((mark) => place(mark) <= x + 1e-9).length - 1;
  const range = { min: 0, max: marks.length - 1, step: 1 };
  dragAlong(plot, model, "mark", { ...range, from: at, to: nearest });
  const seen = (line) => line.map((v) => Number.isFinite(v) ? Math.min(v, 99) : 99);
  return (shown, mark) => {
    best([shown.best, shown.best], (i) => i * last);
    pairs(seen(shown.onPairs), at);
    test(seen(shown.onTest), at);
    here(plot.ylim, () => at(mark));
  };
}

/** A button that goes on from look to look, until it is pressed again or at the end. */
function player(panels, controls, model, last) {
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    node.textContent = "Train";
  };
  const look = (mark) => {
    model.set("mark", mark);
    model.save_changes();
  };
  const turn = () => {
    look(Math.min(model.get("mark") + 1, last));
    if (model.get("mark") === last || !panels.isConnected) return stop();
    timer = setTimeout(turn, TURN);
  };
  const calm = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const buttons = make(controls, "div", { class: "cu-buttons" });
  const node = button(buttons, "Train", () => {
    if (timer) return stop();
    if (calm) return look(last);
    if (model.get("mark") === last) look(0);
    node.textContent = "Pause";
    turn();
  });
  panels.closest(".cu-figure").addEventListener("reset", stop);
  choice(controls, buttons, model, "optimizer", { label: "optimiser", names: OPTIMIZERS });
}

/** The steps among the controls; the other two, on a phone, under the plots. */
function sliders(controls, model, marks, last) {
  slider(controls, model, "mark", {
    label: "steps",
    min: 0,
    max: marks.length - 1,
    step: 1,
    show: (mark) => `${marks[mark]}`,
  });
  const pair = make(controls.parentNode, "div", { class: "cu-pairs" });
  controls.after(pair);
  slider(pair, model, "log10_rate", {
    label: "learning rate",
    min: -2,
    max: 2,
    step: 0.02,
    show: (v) => (10 ** v).toPrecision(2),
  });
  slider(pair, model, "k", {
    label: "pairs N",
    min: 0,
    max: last,
    step: 1,
    show: (k) => `${2 ** k}`,
  });
  for (const trait of ["log10_rate", "k"]) remember(controls, model, trait);
}

/** An error in words; a training that diverges has none. */
function said(error) {
  return error < 20 ? `${signed(error, 2)} dB` : "over 20 dB: it diverges";
}

function render({ model, el }) {
  const compute = computation(model);
  const marks = marksUpTo(model.get("most"));
  const { panels, controls, output, reached } = frame(el, model);
  const drawPasses = passPlot(panels, model.get("size") / 2 + 1);
  const drawErrors = errorPlot(panels, model, marks);
  key(panels, [
    ["classical", "Wiener filter"],
    ["learned", "four layers; their error on test pairs"],
    ["noise", "their error on the N training pairs"],
    ["scene", "steps so far: drag them"],
  ]);
  player(panels, controls, model, marks.length - 1);
  sliders(controls, model, marks, sumsOf(model).last);
  respond(model, ["k", "optimizer", "log10_rate", "mark"], (setting) => {
    const shown = compute(setting);
    drawPasses(shown);
    drawErrors(shown, setting.mark);
    const step = marks[setting.mark];
    const error = shown.onTest[setting.mark];
    output.textContent = `${2 ** setting.k} pairs, rate ` +
      `${(10 ** setting.log10_rate).toPrecision(2)}, ${step} steps: test error ` +
      `${said(error)}; Wiener filter ${signed(shown.best, 2)} dB.`;
    if (error < shown.best + NEAR) {
      reached(`${setting.optimizer}, ${step} steps: within ${NEAR} dB of the filter.`);
    }
  });
}

export default { render };
