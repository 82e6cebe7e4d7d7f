// f_k = sum of (u_i' g / s_i) v_i over the first k terms, beside the Picard plot of those terms.

function render({ model, el }) {
  const n = model.get("size"), s = floats(model, "s"), V = floats(model, "V");
  const f = floats(model, "scene"), exact = floats(model, "exact"), unit = floats(model, "noise");
  const f_k = new Float32Array(n), coefficients = new Float32Array(n);
  const { panels, controls, output } = frame(el, model.get("label"));
  const scene = axes(panels, { label: "The scene and its reconstruction from k terms", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-0.7, 1.7], yticks: [0, 1], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const picard = axes(panels, { label: "Picard plot: singular values, data coefficients and the noise level",
    xlabel: "index i", ylabel: "size", xlim: [0, n], ylim: [1e-8, 10], log: true,
    yticks: [1e-8, 1e-6, 1e-4, 1e-2, 1], xticks: [1, n / 4, n / 2, (3 * n) / 4] });
  const drawScene = curve(scene, "scene"), drawEstimate = curve(scene, "classical");
  const drawS = curve(picard, "scene"), drawSigma = curve(picard, "noise");
  const circles = dots(picard, coefficients, 1).childNodes;
  drawScene(f);
  drawS(s, (i) => i + 1);
  key(panels, [["scene", "scene f; singular values sᵢ"], ["classical", "estimate f_k"], ["kept", "|uᵢᵀg| kept"],
    ["dropped", "|uᵢᵀg| dropped"], ["noise", "noise level σ"]]);
  slider(controls, model, "k", { label: "terms kept, k", min: 0, max: n, step: 1 });
  slider(controls, model, "log10_sigma", { label: "noise level σ", min: -7, max: -0.5, step: 0.1,
    show: (v) => (10 ** v).toExponential(1) });
  respond(model, ["k", "log10_sigma"], () => {
    const k = model.get("k"), sigma = 10 ** model.get("log10_sigma");
    f_k.fill(0);
    for (let i = 0; i < n; i++) {
      coefficients[i] = exact[i] + sigma * unit[i];
      circles[i].setAttribute("cy", picard.y(Math.abs(coefficients[i])).toFixed(1));
      circles[i].setAttribute("class", i < k ? "cu-kept" : "cu-dropped");
      if (i < k) for (let x = 0; x < n; x++) f_k[x] += (coefficients[i] / s[i]) * V[x * n + i];
    }
    drawEstimate(f_k);
    drawSigma([sigma, sigma], (i) => (i ? n : 0));
    const above = exact.filter((c) => Math.abs(c) > sigma).length;
    output.textContent = `relative error ${relativeError(f_k, f).toPrecision(3)} with k = ${k}; `
      + `${above} noise-free coefficients stand above σ.`;
  });
}

export default { render };
