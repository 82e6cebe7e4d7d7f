// ISTA beside FISTA: a step along the gradient, then the soft threshold, from zero.

const STEPS = 200;

/** H'H y - H'g, by the columns of the entries of y that are not zero. */
function gradient(y, { G, b }) {
  const n = y.length;
  const sum = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const y_j = y[j];
    if (y_j === 0) continue;
    for (let i = 0; i < n; i++) sum[i] += y_j * G[j * n + i]; // G is symmetric
  }
  for (let i = 0; i < n; i++) sum[i] -= b[i];
  return sum;
}

/** soft(y - tau (H'H y - H'g), tau lambda), the step that both iterations share. */
function step(y, given, lam, tau) {
  const slope = gradient(y, given);
  const t = tau * lam;
  return y.map((y_i, i) => {
    const v = y_i - tau * slope[i];
    return v > t ? v - t : v < -t ? v + t : 0;
  });
}

/** The iterates f_0, f_1 ... of ISTA, or of FISTA, which steps from beyond the last one. */
function iterates(given, lam, tau, momentum) {
  let f_k = new Float64Array(given.b.length);
  let y = f_k;
  let t = 1;
  const all = [f_k];
  while (all.length <= STEPS) {
    const last = f_k;
    f_k = step(y, given, lam, tau);
    const tLast = t;
    t = momentum ? (1 + Math.sqrt(1 + 4 * t * t)) / 2 : 1;
    const beyond = (tLast - 1) / t;
    y = f_k.map((v, i) => v + beyond * (v - last[i]));
    all.push(f_k);
  }
  return all;
}

/** Both estimates after k steps, their entries that are not zero, and all errors. */
function computation(model) {
  const f = floats(model, "scene");
  const given = { G: floats(model, "gram"), b: floats(model, "b") };
  const ways = remembered((log10_lam, tau_L) => {
    const tau = tau_L / model.get("L");
    return [false, true].map((m) => {
      const way = iterates(given, 10 ** log10_lam, tau, m);
      return { way, errors: way.map((f_k) => relativeError(f_k, f)) };
    });
  });
  return ({ log10_lam, tau_L, k }) => {
    const [slow, fast] = ways(log10_lam, tau_L);
    const kept = [slow, fast].map(({ way }) => way[k].filter((v) => v !== 0).length);
    return {
      ista: slow.way[k],
      fista: fast.way[k],
      kept,
      slowErrors: slow.errors,
      fastErrors: fast.errors,
    };
  };
}

/** The signal, its data and the estimates; what it returns draws the estimates. */
function signalPlot(panels, f, g) {
  const most = f.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const tick = +most.toPrecision(1);
  const plot = signalAxes(panels, f.length, {
    label: "The signal, its data, and the estimates of ISTA and FISTA",
    ylim: [-1.2 * most, 1.2 * most],
    yticks: [-tick, 0, tick],
  });
  curve(plot, "data")(g);
  curve(plot, "scene")(f);
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  const seen = (v) => clamp(v, -9 * most, 9 * most);
  return (...estimates) => estimates.forEach((f_k, i) => lines[i](f_k.map(seen)));
}

/** The errors over the iterations, and the present one; what it returns draws them. */
function errorPlot(panels, model, rival) {
  const plot = axes(panels, {
    label: "The relative error of both estimates, for each iteration",
    xlabel: "iteration k",
    ylabel: "relative error",
    xlim: [0, STEPS],
    ylim: [0.03, 3],
    log: true,
    xticks: [0, 50, 100, 150, 200],
    yticks: [0.1, 1],
  });
  curve(plot, "noise")([rival, rival], (i) => i * STEPS);
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  const drawHere = upright(plot, "data");
  dragAlong(plot, model, "k", { min: 0, max: STEPS, step: 1 });
  const drawErrors = remembered((...errors) => {
    errors.forEach((line, i) => lines[i](line.map((v) => Math.min(v, 1e9))));
  });
  return (k, ...errors) => {
    drawErrors(...errors);
    drawHere(k);
  };
}

/** The iteration among the controls; the other two, on a phone, under the plots. */
function sliders(controls, model) {
  slider(controls, model, "k", { label: "iteration k", min: 0, max: STEPS, step: 1 });
  const pair = make(controls.parentNode, "div", { class: "cu-pairs" });
  controls.after(pair);
  slider(pair, model, "log10_lam", {
    label: "penalty λ",
    min: -4,
    max: -0.5,
    step: 0.1,
    show: exponential,
  });
  slider(pair, model, "tau_L", {
    label: "step τL",
    min: 0.1,
    max: 2.6,
    step: 0.05,
    show: (v) => v.toFixed(2),
  });
  for (const trait of ["log10_lam", "tau_L"]) remember(controls, model, trait);
}

/** An error as one reads it, also where an iteration diverges. */
function said(error) {
  return error < 100 ? error.toPrecision(2) : "over 100";
}

function render({ model, el }) {
  const f = floats(model, "scene");
  const rival = relativeError(floats(model, "rival"), f);
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = signalPlot(panels, f, floats(model, "g"));
  const drawErrors = errorPlot(panels, model, rival);
  key(panels, [
    ["scene", "signal f"],
    ["data", "data g; iteration k: drag it"],
    ["classical", "ISTA"],
    ["learned", "FISTA"],
    ["noise", "best of all Tikhonov estimates"],
  ]);
  sliders(controls, model);
  textsBelow(panels);
  respond(model, ["log10_lam", "tau_L", "k"], (setting) => {
    const { k } = setting;
    const { ista, fista, kept, slowErrors, fastErrors } = compute(setting);
    drawEstimates(ista, fista);
    drawErrors(k, slowErrors, fastErrors);
    output.textContent = `k = ${k}, λ = ${exponential(setting.log10_lam)}, τL = ` +
      `${setting.tau_L.toFixed(2)}. ISTA: error ${said(slowErrors[k])}, ${kept[0]} ` +
      `entries; FISTA ${said(fastErrors[k])}, ${kept[1]}; Tikhonov ${said(rival)}.`;
    if (fastErrors[k] < rival / 4) {
      reached(
        `λ = ${exponential(setting.log10_lam)}: FISTA leaves ${said(fastErrors[k])}, ` +
          `less than a quarter of ${said(rival)}.`,
      );
    }
  });
}

export default { render };
