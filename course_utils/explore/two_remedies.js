// f = V phi(S) U^T g of a photograph, by the Fourier transform, with two filters: that of
// Tikhonov, s / (s^2 + lambda), and that of k steps of Landweber.

const LAMBDA = { min: -6, max: 0, step: 0.1 }; // log10 of lambda
const STEPS = { min: 0, max: 4, step: 0.1 }; // log10 of the number of steps
const NOISE = { min: -3, max: -1, step: 0.1 }; // log10 of sigma
const LOUD = 0.35; // an error that is white
const CLOSE = 1.03; // to the least error
const BY_EYE = "by eye"; // what may be shown
const TRUTH = "data and truth";
const MEASURED = "with the errors";

/** 10^x for every place x of a slider. */
function valuesOf({ min, max, step }) {
  const count = Math.round((max - min) / step) + 1;
  return Float64Array.from({ length: count }, (_, i) => 10 ** (min + step * i));
}

/** phi(s) of Tikhonov. */
function tikhonov(lam) {
  return (s) => s / (s * s + lam);
}

/** phi(s) of k steps of length 1 / s_1^2: no digits are lost where s is small. */
function landweber(k, s_1) {
  return (s) => -Math.expm1(k * Math.log1p(-((s / s_1) ** 2))) / s;
}

/** The relative error of a filter, from what the modes of one singular value sum to.

    In the coordinates of the modes the error is (1 - s phi) F - phi sigma E; `factors` are
    phi at the singular values of the groups. */
function errorOf(groups, factors, sigma) {
  let above = 0;
  let below = 0;
  groups.forEach(({ s, FF, FE, EE }, i) => {
    const lost = 1 - s * factors[i];
    const gained = sigma * factors[i];
    above += lost * lost * FF - 2 * lost * gained * FE + gained * gained * EE;
    below += FF;
  });
  return Math.sqrt(above / below);
}

/** The sums of |F|^2, Re F E* and |E|^2 over all modes with the same singular value. */
function groupsOf(line, F, E) {
  const n = line.length;
  const fold = (nu) => Math.min(nu, n - nu);
  const groups = new Map();
  for (let i = 0; i < n * n; i++) {
    const ends = [fold(Math.floor(i / n)), fold(i % n)].sort((a, b) => a - b);
    const place = ends[0] * n + ends[1];
    if (!groups.has(place)) {
      groups.set(place, { s: line[ends[0]] * line[ends[1]], FF: 0, FE: 0, EE: 0 });
    }
    const group = groups.get(place);
    group.FF += F.re[i] ** 2 + F.im[i] ** 2;
    group.FE += F.re[i] * E.re[i] + F.im[i] * E.im[i];
    group.EE += E.re[i] ** 2 + E.im[i] ** 2;
  }
  return [...groups.values()];
}

/** The least error of some filters, and the place of the best. */
function leastOf(groups, filters, sigma) {
  const errors = filters.map((factors) => errorOf(groups, factors, sigma));
  const least = Math.min(...errors);
  return { least, at: errors.indexOf(least) };
}

/** All filters of both sliders, as their factors at the singular values of the groups. */
function allFilters(groups, s_1) {
  const at = (phi) => Float64Array.from(groups, ({ s }) => phi(s));
  const penalties = Array.from(valuesOf(LAMBDA), tikhonov);
  const stops = Array.from(valuesOf(STEPS), (k) => landweber(Math.round(k), s_1));
  return [penalties.map(at), stops.map(at)];
}

/** The data at a noise level, and the least errors of both remedies; the last are kept. */
function dataAt(model, f, s_1) {
  const n = model.get("size");
  const line = floats(model, "line");
  const { forward } = fourierOf(n);
  const F = forward(f);
  const E = forward(floats(model, "noise"));
  const s = Float64Array.from({ length: n * n }, (_, i) => {
    return line[Math.floor(i / n)] * line[i % n];
  });
  const groups = groupsOf(line, F, E);
  const filters = allFilters(groups, s_1);
  let kept = {};
  return (log10_sigma) => {
    if (kept.log10_sigma === log10_sigma) return kept;
    const sigma = 10 ** log10_sigma;
    const G = {
      re: F.re.map((v, i) => s[i] * v + sigma * E.re[i]),
      im: F.im.map((v, i) => s[i] * v + sigma * E.im[i]),
    };
    const best = filters.map((each) => leastOf(groups, each, sigma));
    kept = { log10_sigma, s, G, best };
    return kept;
  };
}

/** What `make` gives, made anew only if what it is made of has changed. */
function remembered(make) {
  let before = [];
  let made;
  return (...given) => {
    if (given.some((v, i) => v !== before[i])) made = make(...given);
    before = given;
    return made;
  };
}

/** The data, both restorations, what the filters do to each frequency, and the errors. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const line = floats(model, "line");
  const row = line.subarray(0, n / 2 + 1);
  const s_1 = line[0] ** 2;
  const { back } = fourierOf(n);
  const at = dataAt(model, f, s_1);
  const through = (filter) => ({ s, G }, value) => {
    const phi = filter(value, s_1);
    const f_hat = back(times(s.map(phi), G));
    const factors = row.map((v) => phi(v * line[0]));
    return { f_hat, factors, error: relativeError(f_hat, f) };
  };
  const remedies = [tikhonov, landweber].map((filter) => remembered(through(filter)));
  return ({ log10_lam, log10_k, log10_sigma }) => {
    const data = at(log10_sigma);
    const values = [10 ** log10_lam, Math.round(10 ** log10_k)];
    const made = remedies.map((remedy, i) => remedy(data, values[i]));
    return {
      get g() {
        return back(data.G);
      },
      restored: made.map(({ f_hat }) => f_hat),
      factors: made.map(({ factors }) => factors),
      errors: made.map(({ error }) => error),
      least: data.best.map(({ least }) => least),
      at: data.best.map(({ at }) => at),
    };
  };
}

/** The factors over the frequency; what it returns draws them. To drag it sets lambda. */
function factorsPlot(panels, model) {
  const last = model.get("size") / 2;
  const row = floats(model, "line").subarray(0, last + 1);
  const plot = axes(panels, {
    label: "By what each filter multiplies the frequencies of the data",
    xlabel: "frequency (periods per image)",
    ylabel: "factor φ(s)",
    xlim: [0, last],
    ylim: [0.1, 1000],
    log: true,
    xticks: [0, last / 4, last / 2, (3 * last) / 4, last],
    yticks: [0.1, 1, 10, 100, 1000],
  });
  curve(plot, "noise")(row.map((v) => 1 / v));
  const drawn = [curve(plot, "classical"), curve(plot, "learned")];
  // Tikhonov's factor is largest where s^2 = lambda
  dragAlong(plot, model, "log10_lam", {
    ...LAMBDA,
    from: (log10_lam) => Math.max(0, row.findLastIndex((v) => v * v > 10 ** log10_lam)),
    to: (x) => 2 * Math.log10(row[Math.round(x)]),
  });
  return (factors) => factors.forEach((factor, i) => drawn[i](factor));
}

function sliders(controls, model) {
  const show = exponential;
  slider(controls, model, "log10_lam", { label: "penalty λ", ...LAMBDA, show });
  slider(controls, model, "log10_k", {
    label: "steps k",
    ...STEPS,
    show: (log10_k) => `${Math.round(10 ** log10_k)}`,
  });
  slider(controls, model, "log10_sigma", { label: "noise level σ", ...NOISE, show });
}

/** A share in percent. */
function percent(share) {
  return `${Number((100 * share).toPrecision(2))}\u00a0%`;
}

/** What is said of a setting: how far the two are apart, or how far from the truth. */
function verdict({ restored, factors, errors, least, at }, lam, k, measured) {
  if (!measured) {
    const [first, second] = factors.map((phi) => Math.max(...phi).toPrecision(2));
    return `λ = ${lam.toExponential(1)} multiplies no frequency by more than ${first}, ` +
      `${k} steps none by more than ${second}; the two images differ by ` +
      `${percent(relativeError(restored[1], restored[0]))}.`;
  }
  const [ofLam, ofSteps] = errors.map(percent);
  const bestLam = valuesOf(LAMBDA)[at[0]].toExponential(1);
  const bestK = Math.round(valuesOf(STEPS)[at[1]]);
  return `Relative error ${ofLam} with λ = ${lam.toExponential(1)} ` +
    `(the least is ${percent(least[0])}, at ${bestLam}), ${ofSteps} after ${k} steps ` +
    `(the least is ${percent(least[1])}, after ${bestK}).`;
}

/** Two pictures; what it returns draws in them what is to be shown. */
function pictures(panels, n) {
  const panes = [picture(panels, "penalty λ", n, n), picture(panels, "k steps", n, n)];
  const kinds = {
    [BY_EYE]: ({ restored }) => ({ names: ["penalty λ", "k steps"], values: restored }),
    [TRUTH]: ({ g }, f) => ({ names: ["data g", "truth f"], values: [g, f] }),
    [MEASURED]: ({ restored }, f) => ({
      names: ["error, penalty λ", "error, k steps"],
      values: restored.map((f_hat) => f_hat.map((v, x) => v - f[x])),
      range: [-LOUD, LOUD],
    }),
  };
  return (drawn, f, shown) => {
    const { names, values, range = [0, 1] } = kinds[shown](drawn, f);
    panes.forEach((pane, i) => {
      pane.name(names[i]);
      pane.draw(values[i], ...range);
    });
  };
}

function render({ model, el }) {
  const n = model.get("size");
  const { panels, controls, output, reached } = frame(el, model);
  const drawPictures = pictures(panels, n);
  const drawFactors = factorsPlot(panels, model);
  key(panels, [
    ["classical", "penalty: drag its top"],
    ["learned", "k steps"],
    ["noise", "naive inverse, 1/s"],
  ]);
  sliders(controls, model);
  const names = [BY_EYE, TRUTH, MEASURED];
  choice(controls, controls, model, "shown", { label: "what is shown", names });
  let f;
  let compute;
  const take = (own) => {
    f = own ?? floats(model, "scene");
    compute = computation(model, f);
  };
  take(null);
  const traits = ["log10_lam", "log10_k", "log10_sigma", "shown"];
  const redraw = respond(model, traits, ({ shown, ...setting }) => {
    const drawn = compute(setting);
    const lam = 10 ** setting.log10_lam;
    const k = Math.round(10 ** setting.log10_k);
    const measured = shown === MEASURED;
    drawPictures(drawn, f, shown);
    drawFactors(drawn.factors);
    output.textContent = verdict(drawn, lam, k, measured);
    const near = drawn.errors.every((error, i) => error < CLOSE * drawn.least[i]);
    if (measured && near) {
      reached(
        `λ = ${lam.toExponential(1)} and ${k} steps: both within 3 % of their least error.`,
      );
    }
  });
  ownPicture(controls, n, (own) => {
    take(own);
    redraw();
  });
}

export default { render };
