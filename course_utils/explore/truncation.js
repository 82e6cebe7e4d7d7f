// f_k = sum of (u_i' g / s_i) v_i over the first k terms, beside the Picard plot of these.

/** The estimate from k terms, and the error for every k. */
function computation(model) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const exact = floats(model, "exact");
  const unitNoise = floats(model, "noise");
  return ({ k, log10_sigma }) => {
    const sigma = 10 ** log10_sigma;
    const coefficients = exact.map((a, i) => a + sigma * unitNoise[i]);
    const sum = new Float64Array(f.length);
    const errors = [relativeError(sum, f)];
    let f_k = sum.slice();
    s.forEach((s_i, i) => {
      const weight = coefficients[i] / s_i;
      for (let x = 0; x < f.length; x++) sum[x] += weight * V[x * s.length + i];
      errors.push(relativeError(sum, f));
      if (i + 1 === k) f_k = sum.slice();
    });
    const above = exact.filter((a) => Math.abs(a) > sigma).length;
    return { f_k, coefficients, sigma, errors, above };
  };
}

/** Two plots; what they return draws the first k terms of so noisy data. */
function plots(panels, model) {
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const n = f.length;
  const signal = signalAxes(panels, n, {
    label: "The signal and its reconstruction from k terms",
    ylim: [-0.7, 1.7],
    yticks: [0, 1],
  });
  const picard = axes(panels, {
    label: "Picard plot: singular values, data coefficients, the noise level, the cut-off",
    xlabel: "index i",
    ylabel: "size",
    xlim: [0, n],
    ylim: [1e-8, 10],
    log: true,
    xticks: [1, n / 4, n / 2, (3 * n) / 4],
    yticks: [1e-8, 1e-6, 1e-4, 1e-2, 1],
  });
  curve(signal, "scene")(f);
  const drawEstimate = curve(signal, "classical");
  curve(picard, "scene")(s, (i) => i + 1);
  const drawSigma = curve(picard, "noise");
  const drawCut = upright(picard, "data");
  const circles = dots(picard, s.map(() => 0), 1).childNodes;
  dragAlong(picard, model, "k", { min: 0, max: n, step: 1, from: (k) => k + 0.5 });
  return ({ f_k, coefficients, sigma }, k) => {
    drawEstimate(f_k);
    drawSigma([sigma, sigma], (i) => (i ? n : 0));
    drawCut(k + 0.5);
    circles.forEach((circle, i) => {
      circle.setAttribute("cy", picard.y(Math.abs(coefficients[i])).toFixed(1));
      circle.setAttribute("class", i < k ? "cu-kept" : "cu-dropped");
    });
  };
}

function sliders(controls, model) {
  const n = model.get("size");
  slider(controls, model, "k", { label: "terms kept, k", min: 0, max: n, step: 1 });
  slider(controls, model, "log10_sigma", {
    label: "noise level σ",
    min: -7,
    max: -0.5,
    step: 0.1,
    show: exponential,
  });
}

function render({ model, el }) {
  const compute = computation(model);
  const start = model.get("log10_sigma");
  const { panels, controls, output, reached } = frame(el, model);
  const draw = plots(panels, model);
  key(panels, [
    ["scene", "signal f; singular values sᵢ"],
    ["classical", "estimate fₖ"],
    ["kept", "|uᵢᵀg| kept"],
    ["dropped", "|uᵢᵀg| dropped"],
    ["noise", "noise level σ"],
    ["data", "cut-off k: drag it"],
  ]);
  sliders(controls, model);
  respond(model, ["k", "log10_sigma"], ({ k, log10_sigma }) => {
    const drawn = compute({ k, log10_sigma });
    draw(drawn, k);
    const { errors, sigma, above } = drawn;
    output.textContent = `relative error ${errors[k].toPrecision(3)} with k = ${k}; ` +
      `${above} noise-free coefficients stand above σ.`;
    if (log10_sigma > start + 0.99 && errors[k] < 1.01 * Math.min(...errors)) {
      reached(`With σ = ${sigma.toExponential(1)} no cut-off is 1 % better than k = ${k}.`);
    }
  });
}

export default { render };
