// f = V phi(S) U' g with two filters: s / (s^2 + lambda), and k steps of Landweber.

function render({ model, el }) {
  const n = model.get("size"), s = floats(model, "s"), V = floats(model, "V");
  const f = floats(model, "scene"), c = floats(model, "c"), index = (i) => i + 1;
  const { panels, controls, output } = frame(el, model.get("label"));
  const picture = axes(panels, { label: "The scene and its two estimates", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-0.5, 1.5], yticks: [0, 0.5, 1], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const factors = axes(panels, { label: "The part of each coefficient that reaches the estimate", xlabel: "index i",
    ylabel: "s φ(s)", xlim: [1, n], ylim: [0, 1], yticks: [0, 0.5, 1], xticks: [1, n / 4, n / 2, (3 * n) / 4, n] });
  curve(picture, "scene")(f);
  const drawPrice = curve(picture, "classical"), drawSteps = curve(picture, "learned");
  const drawPriceFactor = curve(factors, "classical"), drawStepsFactor = curve(factors, "learned");
  key(panels, [["scene", "scene f"], ["classical", "price λ"], ["learned", "k steps"]]);
  slider(controls, model, "log10_lam", { label: "price λ", min: -8, max: 1, step: 0.1, show: (v) => (10 ** v).toExponential(1) });
  slider(controls, model, "log10_k", { label: "steps k", min: 0, max: 6, step: 0.1, show: (v) => `${Math.round(10 ** v)}` });
  const part = new Float64Array(n);
  /** V diag(part / s) c, where part is s phi(s). */
  const estimate = () => {
    const f_hat = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const a = (part[i] / s[i]) * c[i];
      for (let x = 0; x < n; x++) f_hat[x] += a * V[x * n + i];
    }
    return f_hat;
  };
  respond(model, ["log10_lam", "log10_k"], () => {
    const lam = 10 ** model.get("log10_lam"), k = Math.round(10 ** model.get("log10_k"));
    for (let i = 0; i < n; i++) part[i] = s[i] ** 2 / (s[i] ** 2 + lam);
    const priced = estimate();
    drawPriceFactor(part, index);
    // 1 - (1 - x)^k, without the loss of digits where x is tiny
    for (let i = 0; i < n; i++) part[i] = i ? -Math.expm1(k * Math.log1p(-((s[i] / s[0]) ** 2))) : 1;
    const stepped = estimate();
    drawStepsFactor(part, index);
    drawPrice(priced);
    drawSteps(stepped);
    output.textContent = `relative error ${relativeError(priced, f).toPrecision(3)} with the price ${lam.toExponential(1)}, `
      + `${relativeError(stepped, f).toPrecision(3)} after ${k} steps.`;
  });
}

export default { render };
