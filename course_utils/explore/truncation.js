// f_k = sum of (u_i' g / s_i) v_i over the first k terms, beside the Picard plot of these.

/** Two plots; what they return draws the first k terms of so noisy data. */
function plots(panels, f, s) {
  const n = f.length;
  const signal = signalAxes(panels, n, {
    label: "The scene and its reconstruction from k terms",
    ylim: [-0.7, 1.7],
    yticks: [0, 1],
  });
  const picard = axes(panels, {
    label: "Picard plot: singular values, data coefficients and the noise level",
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
  const circles = dots(picard, s.map(() => 0), 1).childNodes;
  return ({ f_k, coefficients, k, sigma }) => {
    drawEstimate(f_k);
    drawSigma([sigma, sigma], (i) => (i ? n : 0));
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
  const f = floats(model, "scene");
  const s = floats(model, "s");
  const V = floats(model, "V");
  const exact = floats(model, "exact");
  const unitNoise = floats(model, "noise");
  const { panels, controls, output } = frame(el, model.get("label"));
  const draw = plots(panels, f, s);
  key(panels, [
    ["scene", "scene f; singular values sᵢ"],
    ["classical", "estimate f_k"],
    ["kept", "|uᵢᵀg| kept"],
    ["dropped", "|uᵢᵀg| dropped"],
    ["noise", "noise level σ"],
  ]);
  sliders(controls, model);
  respond(model, ["k", "log10_sigma"], () => {
    const k = model.get("k");
    const sigma = 10 ** model.get("log10_sigma");
    const coefficients = exact.map((a, i) => a + sigma * unitNoise[i]);
    const weights = Float64Array.from(s, (s_i, i) => (i < k ? coefficients[i] / s_i : 0));
    const f_k = synthesis(V, weights);
    draw({ f_k, coefficients, k, sigma });
    const above = exact.filter((a) => Math.abs(a) > sigma).length;
    output.textContent =
      `relative error ${relativeError(f_k, f).toPrecision(3)} with k = ${k}; ` +
      `${above} noise-free coefficients stand above σ.`;
  });
}

export default { render };
