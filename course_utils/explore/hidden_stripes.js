// g = H (f + stripes) + eps, and f_hat = V [s > c] / s U^T g, by the Fourier transform.

/** The image, the data and the restoration at a setting. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const height = model.get("height");
  const { forward, back } = fourierOf(n);
  const F = forward(f);
  const E = forward(floats(model, "noise"));
  const line = floats(model, "line");
  const s = Float64Array.from({ length: n * n }, (_, i) => {
    return line[Math.floor(i / n)] * line[i % n];
  });
  const G = plane(n);
  return ({ nu, log10_sigma }) => {
    const sigma = 10 ** log10_sigma;
    const cut = model.get("margin") * sigma;
    for (let i = 0; i < n * n; i++) {
      G.re[i] = s[i] * F.re[i] + sigma * E.re[i];
      G.im[i] = s[i] * F.im[i] + sigma * E.im[i];
    }
    // n x n cosines: half of their sum at each of two frequencies of the first row
    for (const i of [nu, (n - nu) % n]) G.re[i] += (s[i] * height * n * n) / 2;
    const inverse = s.map((v) => (v > cut ? 1 / v : 0));
    const stripes = (i) => height * Math.cos((2 * Math.PI * nu * (i % n)) / n);
    return {
      image: f.map((v, i) => v + stripes(i)),
      g: back(G),
      f_hat: back(times(inverse, G)),
      passed: line[nu],
      finest: line.subarray(0, n / 2 + 1).findLastIndex((v) => v > cut),
    };
  };
}

function sliders(controls, model) {
  slider(controls, model, "nu", {
    label: "stripes (periods)",
    min: 0,
    max: model.get("size") / 2,
    step: 1,
  });
  slider(controls, model, "log10_sigma", {
    label: "noise level σ",
    min: -6,
    max: -1.3,
    step: 0.1,
    show: exponential,
  });
}

/** Drag the stripes in their image: to the right they are finer. */
function dragStripes(canvas, model) {
  const last = model.get("size") / 2;
  const change = (nu) => {
    model.set("nu", clamp(Math.round(nu), 0, last));
    model.save_changes();
  };
  draggable(canvas, { across: true, move: ({ x }) => change(x * last) });
}

/** A share as one says it: in percent, or as one part in so many. */
function inWords(share) {
  if (share >= 0.01) return `${Number((100 * share).toPrecision(2))}\u00a0%`;
  return `one part in ${Number((1 / share).toPrecision(2)).toLocaleString("en")}`;
}

/** What the lens does to the stripes, in words. */
function verdict({ passed, finest }, nu, cut) {
  const outcome = nu <= finest ? "kept" : "lost";
  return `The lens passes ${inWords(passed)} of these stripes. The restoration ` +
    `keeps what passes by more than 10\u00a0σ, ${inWords(cut)}: they are ${outcome}.`;
}

function render({ model, el }) {
  const n = model.get("size");
  const start = { log10_sigma: model.get("log10_sigma") };
  const { panels, controls, output, reached } = frame(el, model);
  const image = picture(panels, "image f: drag it", n, n);
  const data = picture(panels, "data g = Hf + ε", n, n);
  const restored = picture(panels, "restoration", n, n);
  dragStripes(image.canvas, model);
  sliders(controls, model);
  let compute = computation(model);
  const redraw = respond(model, ["nu", "log10_sigma"], ({ nu, log10_sigma }) => {
    const drawn = compute({ nu, log10_sigma });
    image.draw(drawn.image);
    data.draw(drawn.g);
    restored.draw(drawn.f_hat);
    output.textContent = verdict(drawn, nu, model.get("margin") * 10 ** log10_sigma);
    if (log10_sigma < start.log10_sigma - 0.99 && nu === drawn.finest) {
      const before = compute({ nu, ...start }).finest;
      const times = (nu / before).toFixed(1);
      reached(
        `${nu} periods, not ${before}: ${times} times finer at a tenth of the noise.`,
      );
    }
  });
  ownPicture(controls, n, (own) => {
    compute = computation(model, own?.map((v) => 0.3 + 0.4 * v));
    redraw();
  });
}

export default { render };
