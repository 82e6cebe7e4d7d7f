// Five rules for lambda on one signal, with white or correlated noise.

/** The factor by which a Gaussian blur of the noise changes each coefficient. */
function blurOf(nu, width) {
  const n = nu.length;
  return nu.map((v) => Math.exp(-2 * (Math.PI * width * v / n) ** 2));
}

/** The noise blurred over so many pixels, with its energy unchanged. */
function correlated(unitNoise, nu, width) {
  const blurred = blurOf(nu, width).map((b, i) => b * unitNoise[i]);
  const energy = (x) => x.reduce((sum, v) => sum + v ** 2, 0);
  const scale = Math.sqrt(energy(unitNoise) / energy(blurred));
  return blurred.map((v) => scale * v);
}

/** A function that sums numbers over the coefficients with the same singular value. */
function groupsOf(s) {
  const values = [...new Set(s)];
  const place = new Map(values.map((value, k) => [value, k]));
  const places = Array.from(s, (s_i) => place.get(s_i));
  const sums = (x, y) => {
    const groups = new Float64Array(values.length);
    places.forEach((k, i) => groups[k] += x[i] * y[i]);
    return groups;
  };
  return { values: Float64Array.from(values), sums };
}

/** The estimate with the reader's lambda, the curves of errors, and what rules choose. */
function computation(model) {
  const s = floats(model, "s");
  const V = floats(model, "V");
  const a = floats(model, "exact");
  const nu = floats(model, "nu");
  const unitNoise = floats(model, "noise");
  const { values, sums } = groupsOf(s);
  const one = s.map(() => 1);
  const [aa, count] = [sums(a, a), sums(one, one)];
  const measured = remembered((sigma, width) => {
    const e = correlated(unitNoise, nu, width).map((v) => sigma * v);
    const c = s.map((s_i, i) => s_i * a[i] + e[i]);
    const terms = { s: values, cc: sums(c, c), aa, ae: sums(a, e), ee: sums(e, e), count };
    return { c, terms, curves: curvesOf(terms) };
  });
  const chosen = remembered(({ terms }, sigma) => ruled(terms, sigma));
  return ({ log10_lam, log10_sigma, log2_told, width }) => {
    const sigma = 10 ** log10_sigma;
    const data = measured(sigma, width);
    const lam = 10 ** log10_lam;
    return {
      f_lam: synthesis(V, data.c.map((c_i, i) => (s[i] / (s[i] ** 2 + lam)) * c_i)),
      own: errorsOf(data.terms)(lam)[0],
      curves: data.curves,
      ...chosen(data, sigma * 2 ** log2_told),
    };
  };
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

function sliders(controls, model) {
  controls.classList.add("cu-pairs");
  const add = (trait, label, min, max, show) =>
    slider(controls, model, trait, { label, min, max, step: 0.1, show });
  add("log2_told", "assumed σ / true σ", -1, 1, (v) => (2 ** v).toFixed(2));
  add("width", "noise blurred by", 0, 2, (v) => `${v.toFixed(1)} px`);
  add("log10_sigma", "noise level σ", -4, -1, exponential);
  add("log10_lam", "your λ", FIRST, LAST, exponential);
}

/** How many rules have more than ten times the least error. */
function failures({ ofOracles, ofChosen }) {
  return RULES.filter((_, i) => ofChosen[i] > 10 * ofOracles[0]);
}

/** What is read out: your error over the least one, and which rules fail. */
function comparison(drawn) {
  const failed = failures(drawn);
  const names = failed.length ? failed.join(", ") : "none";
  const own = over(drawn.own, drawn.ofOracles[0]);
  const first = over(drawn.ofChosen[0], drawn.ofOracles[0]);
  return `More than ten times the least error: ${names}. ` +
    `Your λ: ${own} times; the discrepancy principle: ${first}.`;
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawErrors = lambdaPlot(panels, model, {
    ylim: [1e-3, 1e3],
    yticks: [1e-3, 1e-2, 1e-1, 1, 10, 100],
    min: FIRST,
    step: 0.1,
  });
  const drawEstimate = signalPlot(panels, floats(model, "scene"));
  key(panels, [
    ["classical", "error of f over λ; estimate with your λ"],
    ["data", "error of Hf"],
    ["learned", "your λ: drag it"],
    ["scene", "signal f"],
    ["kept", "filled: uses σ; open: does not"],
  ]);
  sliders(controls, model);
  respond(model, ["log10_lam", "log10_sigma", "log2_told", "width"], (setting) => {
    const drawn = compute(setting);
    drawEstimate(drawn.f_lam);
    drawErrors(drawn, setting.log10_lam);
    output.textContent = comparison(drawn);
    if (failures(drawn).length >= 3) reached("Three rules of five fail at once.");
  });
}

export default { render };
