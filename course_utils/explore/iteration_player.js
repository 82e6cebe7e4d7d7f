// f <- soft(f - tau (H'H f - H'g), tau lambda), from zero, two hundred times.

const STEPS = 200;

function render({ model, el }) {
  const n = model.get("size"), f = floats(model, "scene"), G = floats(model, "gram"), b = floats(model, "b");
  const L = model.get("L"), energy = model.get("energy"), J = new Float32Array(STEPS + 1);
  const { panels, controls, output } = frame(el, model.get("label"));
  const picture = axes(panels, { label: "The scene and its estimate", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-3, 3], yticks: [-2, 0, 2], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const objective = axes(panels, { label: "The objective over its value at zero, for each iteration", xlabel: "iteration k",
    ylabel: "J / J at start", xlim: [0, STEPS], ylim: [1e-3, 1e3], log: true, yticks: [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3],
    xticks: [0, 50, 100, 150, 200] });
  curve(picture, "scene")(f);
  const drawEstimate = curve(picture, "classical"), drawJ = curve(objective, "classical"), drawHere = curve(objective, "data");
  key(panels, [["scene", "scene f"], ["classical", "estimate; objective"], ["data", "iteration k"]]);
  slider(controls, model, "log10_lam", { label: "price λ", min: -4, max: -0.5, step: 0.1, show: (v) => (10 ** v).toExponential(1) });
  slider(controls, model, "tau_L", { label: "step τL", min: 0.1, max: 2.6, step: 0.05, show: (v) => v.toFixed(2) });
  slider(controls, model, "k", { label: "iteration k", min: 0, max: STEPS, step: 1 });
  respond(model, ["log10_lam", "tau_L", "k"], () => {
    const lam = 10 ** model.get("log10_lam"), tau = model.get("tau_L") / L, k = model.get("k");
    let x = new Float64Array(n), shown = x;
    for (let step = 0; step <= STEPS; step++) {
      const next = new Float64Array(n);
      let quadratic = 0, size = 0;
      for (let i = 0; i < n; i++) {
        let Gx = 0;
        for (let j = 0; j < n; j++) Gx += G[i * n + j] * x[j];
        quadratic += x[i] * (Gx - 2 * b[i]);
        size += Math.abs(x[i]);
        const v = x[i] - tau * (Gx - b[i]);
        next[i] = Math.sign(v) * Math.max(Math.abs(v) - tau * lam, 0);
      }
      J[step] = Math.min((energy + quadratic + 2 * lam * size) / energy, 1e9);
      if (step === k) shown = x;
      x = next;
    }
    drawEstimate(shown.map((v) => Math.max(-9, Math.min(9, v))));
    drawJ(J);
    drawHere([1e-3, 1e3], () => k);
    const kept = shown.filter((v) => v !== 0).length, error = relativeError(shown, f);
    output.textContent = `${kept} of ${n} entries are not zero, relative error `
      + `${error < 100 ? error.toPrecision(3) : "over 100"} after ${k} iterations.`;
  });
}

export default { render };
