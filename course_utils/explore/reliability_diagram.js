// How much intervals of each level hold, of signals of two kinds, under an assumed model.

/** v_i of each coefficient, and the factor that makes its posterior mean of a datum. */
function posteriorOf({ s, p, sigma2 }, { log2_sigma, log2_p }) {
  const assumed = sigma2 * 4 ** log2_sigma;
  const v = s.map((s_i, i) => 1 / (s_i ** 2 / assumed + 1 / (p[i] * 2 ** log2_p)));
  return { v, factors: v.map((v_i, i) => (v_i * s[i]) / assumed) };
}

/** At each level, the share of the pixels whose error is within its interval. */
function sharesOf(errors, widths, counted) {
  const newly = new Float64Array(widths.length + 1); // at which level they come inside
  let pixels = 0;
  for (let i = 0; i < errors.length; i++) {
    if (!counted[i]) continue;
    let level = 0;
    while (level < widths.length && errors[i] > widths[level]) level++;
    newly[level]++;
    pixels++;
  }
  let inside = 0;
  return widths.map((_, level) => (inside += newly[level]) / pixels);
}

/** |f - V (factors c)|, for each signal f and its coefficients c; `modes` are rows. */
function errorsOf({ f, c }, factors, modes) {
  const n = factors.length;
  const errors = f.slice();
  for (let start = 0; start < f.length; start += n) {
    const rest = errors.subarray(start, start + n);
    for (let i = 0; i < n; i++) {
      const w = factors[i] * c[start + i];
      const mode = modes[i];
      for (let x = 0; x < n; x++) rest[x] -= w * mode[x];
    }
  }
  for (let i = 0; i < errors.length; i++) errors[i] = Math.abs(errors[i]);
  return errors;
}

/** The shares at all levels, for all pixels and for those beside an edge. */
function computation(model) {
  const s = floats(model, "s");
  const n = s.length;
  const V = floats(model, "V");
  const modes = Array.from(s, (_, i) => s.map((_, x) => V[x * n + i]));
  const z = floats(model, "z");
  const sigma2 = model.get("sigma") ** 2;
  const kinds = {};
  for (const name of model.get("kinds")) kinds[name] = readKind(model.get("sent")[name]);
  const everywhere = kinds[model.get("kind")].f.map(() => 1);
  const found = remembered((kind, log2_sigma, log2_p) => {
    const { p, beside } = kinds[kind];
    const { v, factors } = posteriorOf({ s, p, sigma2 }, { log2_sigma, log2_p });
    const sd = Math.sqrt(v.reduce((sum, v_i) => sum + v_i, 0) / n); // at every pixel
    const errors = errorsOf(kinds[kind], factors, modes);
    const widths = z.map((z_i) => z_i * sd);
    const all = sharesOf(errors, widths, everywhere);
    return { sd, all, beside: sharesOf(errors, widths, beside) };
  });
  return ({ kind, log2_sigma, log2_p }) => found(kind, log2_sigma, log2_p);
}

/** Signals, data coefficients, prior power, and 1 where a pixel is beside an edge. */
function readKind(sent) {
  return Object.fromEntries(Object.entries(sent).map(([k, given]) => [k, numbers(given)]));
}

/** The diagram; what it returns draws both curves, and the level that is chosen. */
function diagram(panels, model) {
  const levels = floats(model, "levels");
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const plot = axes(panels, {
    label: "The share of pixels that intervals hold, against the level that they state",
    xlabel: "stated level",
    ylabel: "share inside",
    xlim: [0, 1],
    ylim: [0, 1],
    xticks: ticks,
    yticks: ticks,
  });
  curve(plot, "data")([0, 1]);
  const drawBeside = curve(plot, "noise");
  const drawAll = curve(plot, "classical");
  const drawLevel = upright(plot, "scene");
  const [first, last] = [levels[0], levels[levels.length - 1]];
  dragAlong(plot, model, "level", {
    min: Math.round(100 * first),
    max: Math.round(100 * last),
    step: 5,
    from: (percent) => percent / 100,
    to: (share) => 100 * share,
  });
  return ({ all, beside }, kind, level) => {
    const at = (i) => levels[i];
    drawAll(all, at);
    drawBeside(kind === model.get("kinds")[1] ? beside : [], at);
    drawLevel(level / 100);
  };
}

function controlsOf(controls, model) {
  const row = make(controls, "div", { class: "cu-buttons" });
  choice(controls, row, model, "kind", {
    label: "signals",
    names: model.get("kinds"),
  });
  const show = (log2) => `× ${(2 ** log2).toPrecision(2)}`;
  const range = { min: -4, max: 4, step: 0.25, show };
  slider(controls, model, "log2_sigma", { label: "assumed σ", ...range });
  slider(controls, model, "log2_p", { label: "assumed power", ...range });
  slider(controls, model, "level", {
    label: "level",
    min: 5,
    max: 95,
    step: 5,
    show: (v) => `${v} %`,
  });
}

/** How far the curve is from the diagonal, where it is farthest. */
const farthest = (shares, levels) =>
  Math.max(...shares.map((share, i) => Math.abs(share - levels[i])));

const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

function render({ model, el }) {
  const levels = floats(model, "levels");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = diagram(panels, model);
  key(panels, [
    ["data", "a calibrated model"],
    ["classical", "all pixels"],
    ["noise", "beside an edge"],
    ["scene", "level: drag it"],
  ]);
  controlsOf(controls, model);
  const edges = model.get("kinds")[1];
  const traits = ["kind", "log2_sigma", "log2_p", "level"];
  respond(model, traits, ({ level, ...setting }) => {
    const { sd, all, beside } = compute(setting);
    draw({ all, beside }, setting.kind, level);
    const at = Math.round((levels.length - 1) * (level - 5) / 90);
    const more = setting.kind === edges ? ` (beside an edge ${percent(beside[at])})` : "";
    output.textContent = `The ${level}\u00a0% intervals hold ${percent(all[at])} of the ` +
      `pixels${more}; the posterior standard deviation is ${sd.toPrecision(2)}.`;
    if (setting.kind === edges && farthest(all, levels) < 0.05) {
      const last = levels.findIndex((l) => Math.abs(l - 0.9) < 1e-6);
      reached(
        `All levels are right to within 0.05, on average over all pixels. Beside an ` +
          `edge 90\u00a0% holds ${percent(beside[last])}.`,
      );
    }
  });
}

export default { render };
