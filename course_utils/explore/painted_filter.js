// f = F^-1 [ phi(|nu|) F g ]: a filter over the frequency, painted by hand or by a slider.

const TOP = 8; // the largest factor
const REACH = 2; // the slider changes so many frequencies on either side

/** For each frequency in FFT order, its ring; the corners belong to the last ring. */
function rings(n) {
  const nu = (i) => (i < n / 2 ? i : i - n);
  const radius = (i) => Math.round(Math.hypot(nu(Math.floor(i / n)), nu(i % n)));
  return Uint16Array.from({ length: n * n }, (_, i) => Math.min(n / 2, radius(i)));
}

/** What the painted factors make of the data, f = F^-1 [ phi F g ], of one picture. */
function computation(model, f = floats(model, "scene"), g = floats(model, "data")) {
  const n = model.get("size");
  const { forward, back } = realFourierOf(n);
  const ring = rings(n);
  const F_g = forward(g);
  const spread = new Float64Array(n * n);
  const ofData = relativeError(g, f);
  return ({ phi }) => {
    const factors = numbers(phi);
    for (let i = 0; i < n * n; i++) spread[i] = factors[ring[i]];
    const f_hat = back(times(spread, F_g));
    return { f_hat, factors, error: relativeError(f_hat, f), ofData };
  };
}

/** The data of a picture of the reader's own: the blur, from 1/s, and the book's noise. */
function dataOf(model, own) {
  const n = model.get("size");
  const { forward, back } = realFourierOf(n);
  const ring = rings(n);
  const naive = floats(model, "naive");
  const s = Float64Array.from(ring, (r) => 1 / naive[r]);
  const clean = back(times(s, forward(floats(model, "scene"))));
  const blurred = back(times(s, forward(own)));
  return floats(model, "data").map((v, x) => blurred[x] + v - clean[x]);
}

/** The factors over the frequency; what it returns draws them and the band. */
function factorsPlot(panels, model, last, stroke) {
  const plot = axes(panels, {
    label: "The factor of each frequency; paint it with the pointer",
    xlabel: "frequency (periods per image)",
    ylabel: "factor φ",
    xlim: [0, last],
    ylim: [0, TOP],
    xticks: [0, last / 4, last / 2, (3 * last) / 4, last],
    yticks: [0, 2, 4, 6, 8],
  });
  curve(plot, "noise")(floats(model, "naive"));
  const drawPhi = curve(plot, "learned");
  const drawBand = upright(plot, "data");
  brush(plot, stroke);
  return (phi, band) => {
    drawPhi(phi);
    drawBand(band);
  };
}

/** Paint over the plot with a mouse, a pen or a finger. */
function brush(plot, stroke) {
  let from = null;
  draggable(plot.svg, {
    move(place, { type }) {
      const { x, y } = plot.at(place);
      const to = [Math.round(x), y];
      if (type === "pointerdown") from = to;
      stroke(from[0], to[0], from[1], to[1]);
      from = to;
    },
  });
}

/** A row of buttons, one for each preset. */
function buttons(parent, presets, choose) {
  const row = make(parent, "div", { class: "cu-buttons" });
  for (const [name, preset] of Object.entries(presets)) {
    button(row, name, () => choose(preset));
  }
}

function presetsOf(model, last) {
  const presets = {
    "all 0": new Float64Array(last + 1),
    "all 1": new Float64Array(last + 1).fill(1),
  };
  for (const [name, view] of Object.entries(model.get("presets"))) {
    presets[name] = numbers(view);
  }
  return presets;
}

function sliders(controls, model, last) {
  slider(controls, model, "band", {
    label: "band",
    min: 0,
    max: last,
    step: 1,
    show: (band) => `${band} periods`,
  });
  slider(controls, model, "factor", {
    label: "factor φ of the band",
    min: 0,
    max: TOP,
    step: 0.1,
    show: (factor) => factor.toFixed(1),
  });
}

/** Two functions that change the factors: all, or those from one band to another. */
function painting(model, last) {
  const paint = (phi) => {
    model.set("phi", new DataView(Float32Array.from(phi).buffer));
    model.save_changes();
  };
  /** Give the bands from a to b the factors from u to v. */
  const stroke = (a, b, u, v) => {
    const phi = floats(model, "phi");
    const first = Math.max(0, Math.min(a, b));
    const end = Math.min(last, Math.max(a, b));
    for (let i = first; i <= end; i++) {
      phi[i] = a === b ? v : u + ((v - u) * (i - a)) / (b - a);
    }
    paint(phi);
  };
  return { paint, stroke };
}

/** The slider of the factor says what stands in the band, and changes it. */
function keepInStep(model, stroke) {
  const here = () => floats(model, "phi")[model.get("band")];
  const tell = () => {
    if (Math.abs(model.get("factor") - here()) > 0.05) {
      model.set("factor", Math.min(TOP, Math.round(10 * here()) / 10));
    }
  };
  model.on("change:band", tell);
  model.on("change:phi", tell);
  model.on("change:factor", () => {
    const band = model.get("band");
    const factor = model.get("factor");
    if (Math.abs(factor - Math.min(TOP, here())) > 0.05) {
      stroke(band - REACH, band + REACH, factor, factor);
    }
  });
}

/** Whether a filter is one of the presets, which win no prize. */
function isPreset(phi, presets) {
  const near = (preset) => preset.every((v, i) => Math.abs(v - phi[i]) < 1e-6);
  return Object.values(presets).some(near);
}

/** The error of the preset that a painter has to beat. */
function errorOfRival(model, compute, presets) {
  return compute({ phi: Float32Array.from(presets[model.get("rival")]) }).error;
}

/** What is reached: a filter of one's own that is better than the rival's by the gain. */
function prize(model, { error, factors }, least, presets) {
  const wins = error < (1 - model.get("gain")) * least;
  if (!wins || isPreset(factors, presets)) return null;
  const percent = `${100 * model.get("gain")}\u00a0%`;
  return `Your own filter has over ${percent} less error than ${model.get("rival")}.`;
}

function render({ model, el }) {
  const n = model.get("size");
  const last = n / 2;
  const presets = presetsOf(model, last);
  const { paint, stroke } = painting(model, last);
  const { panels, controls, output, reached } = frame(el, model);
  const data = picture(panels, "data g", n, n);
  const estimate = picture(panels, "what your filter makes of g", n, n);
  const drawFactors = factorsPlot(panels, model, last, stroke);
  key(panels, [
    ["learned", "your factor φ; paint it"],
    ["noise", "naive inverse, 1/s"],
    ["data", "band of the sliders"],
  ]);
  sliders(controls, model, last);
  remember(controls, model, "phi");
  buttons(controls, presets, paint);
  keepInStep(model, stroke);
  let compute;
  let least;
  const take = (own) => {
    const pair = own ? [own, dataOf(model, own)] : [];
    compute = computation(model, ...pair);
    least = errorOfRival(model, compute, presets);
    data.draw(pair[1] ?? floats(model, "data"));
  };
  take(null);
  const redraw = respond(model, ["phi", "band"], ({ phi, band }) => {
    const found = compute({ phi });
    estimate.draw(found.f_hat);
    drawFactors(found.factors, band);
    output.textContent = `relative error ${found.error.toFixed(4)} ` +
      `(data ${found.ofData.toFixed(4)}, ${model.get("rival")} ${least.toFixed(4)}); ` +
      `φ = ${found.factors[band].toFixed(1)} at ${band} periods.`;
    const won = prize(model, found, least, presets);
    if (won) reached(won);
  });
  ownPicture(controls, n, (own) => {
    take(own);
    redraw();
  });
}

export default { render };
