// FISTA beside unrolled layers on one signal, step by step, all computed before.

const LOW = -2; // log10 of the smallest λ that is stored
const PER_DECADE = 10;

/** What Python stored for one λ and one step, and the errors of all steps. */
async function computation(model) {
  const K = model.get("steps");
  const n = model.get("window");
  const f = floats(model, "scene");
  const byFista = await unpacked(model, "by_fista");
  const byLayers = await unpacked(model, "by_layers");
  const fistaErrors = floats(model, "fista_errors");
  const layerErrors = floats(model, "layer_errors");
  const count = fistaErrors.length / K;
  const placeOf = (log10) => clamp(Math.round((log10 - LOW) * PER_DECADE), 0, count - 1);
  const row = (values, place, size) => values.subarray(place * size, (place + 1) * size);
  return ({ log10_lam, k }) => {
    const place = placeOf(log10_lam);
    return {
      f,
      fista: row(byFista, place * K + k - 1, n),
      layers: row(byLayers, k - 1, n),
      fistaErrors: row(fistaErrors, place, K),
      layerErrors,
    };
  };
}

/** The signal and both estimates; what it returns draws the estimates. */
function signalPlot(panels, f) {
  const most = f.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const tick = +most.toPrecision(1);
  const plot = signalAxes(panels, f.length, {
    label: "The signal, and the estimates of FISTA and of the layers",
    xlabel: "entry",
    ylim: [-1.2 * most, 1.2 * most],
    yticks: [-tick, 0, tick],
  });
  curve(plot, "scene")(f);
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  return (...estimates) => estimates.forEach((f_k, i) => lines[i](f_k));
}

/** The errors after each step, and the present one; what it returns draws them. */
function errorPlot(panels, model) {
  const K = model.get("steps");
  const plot = axes(panels, {
    label: "The median error in dB after each step of FISTA and each layer",
    xlabel: "step k",
    ylabel: "error (dB)",
    xlim: [1, K],
    ylim: [-80, 5],
    xticks: [1, 4, 8, 12, 16].filter((k) => k <= K),
    yticks: [-80, -60, -40, -20, 0],
  });
  const lines = ["classical", "learned"].map((role) => curve(plot, role));
  const drawLevel = curve(plot, "noise");
  const drawHere = upright(plot, "data");
  dragAlong(plot, model, "k", { min: 1, max: K, step: 1 });
  return (k, ...errors) => {
    errors.forEach((values, i) => lines[i](values, (j) => j + 1));
    const end = errors[0].at(-1);
    drawLevel([end, end], (i) => 1 + i * (K - 1));
    drawHere(k);
  };
}

function sliders(controls, model) {
  const pair = make(controls, "div", { class: "cu-pairs" });
  const K = model.get("steps");
  slider(pair, model, "k", { label: "step k", min: 1, max: K, step: 1 });
  slider(pair, model, "log10_lam", {
    label: "λ of FISTA",
    min: LOW,
    max: 0,
    step: 1 / PER_DECADE,
    show: exponential,
  });
  for (const trait of ["k", "log10_lam"]) remember(controls, model, trait);
}

/** The least error of FISTA at its last step, over all λ. */
function bestOf(model) {
  const K = model.get("steps");
  return floats(model, "fista_errors").filter((_, i) => i % K === K - 1)
    .reduce((a, b) => Math.min(a, b));
}

async function render({ model, el }) {
  const compute = await computation(model);
  const K = model.get("steps");
  const best = bestOf(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = signalPlot(panels, floats(model, "scene"));
  const drawErrors = errorPlot(panels, model);
  key(panels, [
    ["scene", "signal"],
    ["classical", "FISTA"],
    ["learned", "layers"],
    ["noise", `FISTA after ${K} steps`],
    ["data", "step k: drag it"],
  ]);
  sliders(controls, model);
  textsBelow(panels);
  respond(model, ["log10_lam", "k"], (setting) => {
    const { fista, layers, fistaErrors, layerErrors } = compute(setting);
    const { k } = setting;
    const end = fistaErrors.at(-1);
    const lam = exponential(setting.log10_lam);
    drawEstimates(fista, layers);
    drawErrors(k, fistaErrors, layerErrors);
    output.textContent =
      `After ${k} of ${K} steps, λ = ${lam}: FISTA ${signed(fistaErrors[k - 1], 1)} dB, ` +
      `layers ${signed(layerErrors[k - 1], 1)} dB. FISTA ends at ${signed(end, 1)} dB.`;
    const first = layerErrors.findIndex((error) => error < end) + 1;
    if (end <= best && k === first) {
      reached(
        `λ = ${lam} is the best for FISTA, ${signed(end, 1)} dB after ${K} steps. ` +
          `Layer ${k} has ${signed(layerErrors[k - 1], 1)} dB.`,
      );
    }
  });
}

export default { render };
