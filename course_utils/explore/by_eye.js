// f_lambda = V s / (s^2 + lambda) U^T g of a photograph, by the Fourier transform, and
// what the rules and the oracles choose.

const HIDDEN = "my eye alone";
const SHOWN = "reveal";

/** For each frequency in FFT order, its place among those with the same singular value. */
function groupsOf(n) {
  const half = n / 2 + 1;
  const fold = (k) => Math.min(k, n - k);
  return Uint16Array.from({ length: n * n }, (_, i) => {
    const [a, b] = [fold(Math.floor(i / n)), fold(i % n)];
    return Math.max(a, b) * half + Math.min(a, b);
  });
}

/** The sums over each group that the rules need: of the data G, the truth F, the noise. */
function termsOf({ s, group, sigma, E }, F, G, n) {
  const size = Math.max(...group) + 1;
  const sums = () => new Float64Array(size);
  const kinds = ["s", "cc", "aa", "ae", "ee", "count"];
  const terms = Object.fromEntries(kinds.map((kind) => [kind, sums()]));
  const inner = (X, Y, i) => (X.re[i] * Y.re[i] + X.im[i] * Y.im[i]) / n ** 2;
  for (let i = 0; i < n * n; i++) {
    const k = group[i];
    terms.s[k] = s[i];
    terms.cc[k] += inner(G, G, i);
    terms.aa[k] += inner(F, F, i);
    terms.ae[k] += sigma * inner(F, E, i);
    terms.ee[k] += sigma ** 2 * inner(E, E, i);
    terms.count[k] += 1;
  }
  const used = terms.count.map((count) => count > 0);
  const entries = Object.entries(terms);
  return Object.fromEntries(entries.map(([k, v]) => [k, v.filter((_, i) => used[i])]));
}

/** The data of an image and their spectrum, and what the rules choose, when it is asked. */
function measured(f, setup, n) {
  const { s, fourier, E, sigma } = setup;
  const F = fourier.forward(f);
  const G = plane(n);
  for (let i = 0; i < n * n; i++) {
    G.re[i] = s[i] * F.re[i] + sigma * E.re[i];
    G.im[i] = s[i] * F.im[i] + sigma * E.im[i];
  }
  const terms = termsOf(setup, F, G, n);
  let known;
  const rules = () => known ??= { curves: curvesOf(terms), ...ruled(terms, sigma) };
  return { f, G, terms, g: fourier.back(G), rules };
}

/** The data, the estimate at a setting, and what the rules and the oracles choose. */
function computation(model, own = null) {
  const n = model.get("size");
  const line = floats(model, "line");
  const fold = (k) => line[Math.min(k, n - k)];
  const s = Float64Array.from({ length: n * n }, (_, i) => {
    return fold(Math.floor(i / n)) * fold(i % n);
  });
  const fourier = realFourierOf(n);
  const E = fourier.forward(floats(model, "noise"));
  const setup = { s, group: groupsOf(n), fourier, E, sigma: model.get("sigma") };
  const known = {};
  const of = (name) => {
    const read = () => own ?? numbers(model.get("photographs")[name]);
    return known[name] ??= measured(read(), setup, n);
  };
  return ({ image, log10_lam }, revealed = true) => {
    const { f, g, G, terms, rules } = of(image);
    const lam = 10 ** log10_lam;
    const f_lam = fourier.back(times(s.map((v) => v / (v ** 2 + lam)), G));
    if (!revealed) return { f, g, f_lam };
    return { f, g, f_lam, own: errorsOf(terms)(lam)[0], ...rules() };
  };
}

/** The rules whose error is larger than one's own. */
function beaten({ own, ofChosen }) {
  return RULES.filter((_, i) => ofChosen[i] === null || ofChosen[i] > own);
}

/** What is said while the truth is hidden, and afterwards. */
function verdict(drawn, { shown, log10_lam }, guess) {
  const chosen = exponential(log10_lam);
  if (shown === HIDDEN) return `Your λ is ${chosen}. Reveal when you would print this.`;
  const own = over(drawn.own, drawn.ofOracles[0]);
  const when = log10_lam === guess ? "By eye you chose" : "With the truth in sight:";
  const rules = beaten(drawn).join(", ") || "no rule";
  return `${when} λ = ${chosen}, with ${own} times the least error. ` +
    `That is closer to the truth than ${rules}.`;
}

/** The two rows of buttons: which photograph, and whether the truth is shown. */
function buttonsOf(controls, model) {
  const line = make(controls, "div", { class: "cu-buttons" });
  const names = Object.keys(model.get("photographs"));
  choice(controls, line, model, "image", { label: "photograph", names });
  choice(controls, line, model, "shown", { label: "truth", names: [HIDDEN, SHOWN] });
}

/** Drag over the estimate: to the right lambda is larger. */
function dragEstimate(canvas, model) {
  const lowest = model.get("lowest");
  const change = (x) => {
    model.set("log10_lam", Math.round(10 * (lowest + (LAST - lowest) * x)) / 10);
    model.save_changes();
  };
  draggable(canvas, { across: true, move: ({ x }) => change(x) });
}

/** A function that draws a picture, unless it already shows these values. */
function drawnOnce() {
  const drawn = new Map();
  return (pane, values) => {
    if (drawn.get(pane) !== values) pane.draw(values);
    drawn.set(pane, values);
  };
}

/** A row of panels below the controls, so that these stay where they are. */
function panelsBelow(output) {
  const below = make(output.parentNode, "div", { class: "cu-panels" });
  output.after(below);
  return below;
}

/** The lambda at the moment when the truth was revealed, or null. */
function guessOf(model) {
  let guess = null;
  model.on("change:shown", () => {
    guess = model.get("shown") === SHOWN ? model.get("log10_lam") : null;
  });
  return () => guess;
}

function render({ model, el }) {
  const n = model.get("size");
  const { panels, controls, output, reached } = frame(el, model);
  const data = picture(panels, "data g", n, n);
  const restored = picture(panels, "estimate with your λ: drag it", n, n);
  const truth = picture(panels, "truth: hidden", n, n);
  dragEstimate(restored.canvas, model);
  const below = panelsBelow(output);
  const drawErrors = lambdaPlot(below, model, {
    ylim: [3e-3, 30],
    yticks: [0.01, 0.1, 1, 10],
    min: model.get("lowest"),
    step: 0.1,
  });
  slider(controls, model, "log10_lam", {
    label: "your λ",
    min: model.get("lowest"),
    max: LAST,
    step: 0.1,
    show: exponential,
  });
  buttonsOf(controls, model);
  const guess = guessOf(model);
  const blank = new Float64Array(n * n).fill(0.5);
  const show = drawnOnce();
  let compute = computation(model);
  const redraw = respond(model, ["image", "log10_lam", "shown"], (setting) => {
    const shown = setting.shown === SHOWN;
    const drawn = compute(setting, shown);
    restored.draw(drawn.f_lam);
    show(data, drawn.g);
    show(truth, shown ? drawn.f : blank);
    truth.name(shown ? "truth f" : "truth: hidden");
    below.style.display = shown ? "" : "none";
    if (shown) drawErrors(drawn, setting.log10_lam);
    output.textContent = verdict(drawn, setting, guess());
    const byEye = shown && setting.log10_lam === guess();
    if (byEye && drawn.own < 1.1 * drawn.ofOracles[0]) {
      reached("Chosen by eye, within a tenth of the least error.");
    }
  });
  ownPicture(controls, n, (own) => {
    compute = computation(model, own);
    model.set("shown", HIDDEN);
    redraw();
  });
}

export default { render };
