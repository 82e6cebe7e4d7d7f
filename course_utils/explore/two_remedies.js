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

/** How the relative error of a filter follows sigma: its square is a sum of three terms.

    In the coordinates of the modes the error is (1 - s phi) F - phi sigma E. */
function errorsOf({ s, FF, FE, EE }, phi) {
  let [blur, both, noise, whole] = [0, 0, 0, 0];
  for (let i = 0; i < s.length; i++) {
    const factor = phi(s[i]);
    const lost = 1 - s[i] * factor;
    blur += lost * lost * FF[i];
    both += lost * factor * FE[i];
    noise += factor * factor * EE[i];
    whole += FF[i];
  }
  return (sigma) => Math.sqrt((blur - 2 * sigma * both + sigma * sigma * noise) / whole);
}

/** For each frequency, its place among those with the same singular value. */
function placesOf(n) {
  const half = n / 2 + 1;
  const fold = (nu) => Math.min(nu, n - nu);
  return Uint16Array.from({ length: n * n }, (_, i) => {
    const [a, b] = [fold(Math.floor(i / n)), fold(i % n)];
    return Math.min(a, b) * half + Math.max(a, b);
  });
}

/** The sums of |F|^2, Re F E* and |E|^2 over all modes with the same singular value.

    Where s stays the largest there is no mode, and the sums are 0. */
function groupsOf(line, places, F, E) {
  const n = line.length;
  const size = (n / 2 + 1) ** 2;
  const [FF, FE, EE] = [0, 0, 0].map(() => new Float64Array(size));
  const s = new Float64Array(size).fill(line[0] ** 2);
  for (let i = 0; i < n * n; i++) {
    const at = places[i];
    s[at] = line[(i / n) | 0] * line[i % n];
    FF[at] += F.re[i] ** 2 + F.im[i] ** 2;
    FE[at] += F.re[i] * E.re[i] + F.im[i] * E.im[i];
    EE[at] += E.re[i] ** 2 + E.im[i] ** 2;
  }
  return { s, FF, FE, EE };
}

/** The least error of some filters, and the place of the best. */
function leastOf(curves, sigma) {
  const errors = curves.map((errorAt) => errorAt(sigma));
  const least = Math.min(...errors);
  return { least, at: errors.indexOf(least) };
}

/** The errors of all filters of both sliders. */
function allFilters(groups, s_1) {
  const penalties = Array.from(valuesOf(LAMBDA), tikhonov);
  const stops = Array.from(valuesOf(STEPS), (k) => landweber(Math.round(k), s_1));
  const curveOf = (phi) => errorsOf(groups, phi);
  return [penalties.map(curveOf), stops.map(curveOf)];
}

/** The data at a noise level, and the least errors of both remedies; the last are kept. */
function dataAt(model, f, s_1) {
  const n = model.get("size");
  const line = floats(model, "line");
  const { forward } = realFourierOf(n);
  const F = forward(f);
  const E = forward(floats(model, "noise"));
  const places = placesOf(n);
  const groups = groupsOf(line, places, F, E);
  const filters = allFilters(groups, s_1);
  let kept = {};
  return (log10_sigma) => {
    if (kept.log10_sigma === log10_sigma) return kept;
    const sigma = 10 ** log10_sigma;
    const G = plane(n);
    for (let i = 0; i < n * n; i++) {
      const s = groups.s[places[i]];
      G.re[i] = s * F.re[i] + sigma * E.re[i];
      G.im[i] = s * F.im[i] + sigma * E.im[i];
    }
    const best = filters.map((curves) => leastOf(curves, sigma));
    kept = { log10_sigma, s: groups.s, places, G, best };
    return kept;
  };
}

/** The data, both restorations, what the filters do to each frequency, and the errors. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const line = floats(model, "line");
  const row = line.subarray(0, n / 2 + 1);
  const s_1 = line[0] ** 2;
  const { back } = realFourierOf(n);
  const at = dataAt(model, f, s_1);
  const filtered = plane(n);
  const through = (filter) => ({ s, places, G }, value) => {
    const phi = filter(value, s_1);
    const atGroups = s.map(phi);
    for (let i = 0; i < n * n; i++) {
      const factor = atGroups[places[i]];
      filtered.re[i] = factor * G.re[i];
      filtered.im[i] = factor * G.im[i];
    }
    const f_hat = back(filtered);
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
  let before = [];
  return (drawn, f, shown) => {
    const { names, values, range = [0, 1] } = kinds[shown](drawn, f);
    panes.forEach((pane, i) => {
      pane.name(names[i]);
      if (values[i] !== before[i]) pane.draw(values[i], ...range);
    });
    before = values;
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
