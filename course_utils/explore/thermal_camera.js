// g = H L(T) + eps by a lens and coarse pixels, and f_hat = V Lambda V^T H^T (g - mean).

const LOUDEST = 8; // kelvin, the ends of the colours of an error

/** Bessel's J_1, by the trapezoidal rule on its integral: exact to the last digits here. */
function besselJ1(x) {
  const count = 24;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const theta = (Math.PI * (k + 0.5)) / count;
    sum += Math.cos(theta - x * Math.sin(theta));
  }
  return sum / count;
}

/** What a lens lets through of a frequency in periods per metre: infrared.py. */
function opticalTransfer(nu, { f_number, wavelength, spot }) {
  const r = nu * wavelength * f_number;
  if (r >= 1) return 0;
  const a = Math.max(Math.PI * nu * spot, 1e-6);
  const diffraction = (2 / Math.PI) * (Math.acos(r) - r * Math.sqrt(1 - r * r));
  return (diffraction * 2 * besselJ1(a)) / a;
}

/** |nu| of each frequency of n x n pixels, in periods per picture. */
function frequencies(n) {
  const signed = (k) => (k < n / 2 ? k : k - n);
  return Float64Array.from(
    { length: n * n },
    (_, i) => Math.hypot(signed(Math.floor(i / n)), signed(i % n)),
  );
}

/** The transfer of the lens at all frequencies; each |nu| is computed once. */
function lensOf(nu, n) {
  const each = [...new Set(nu)];
  const order = new Map(each.map((v, k) => [v, k]));
  const places = Uint16Array.from(nu, (v) => order.get(v));
  return (lens) => {
    const known = each.map((v) => opticalTransfer(v / (n * lens.pixel), lens));
    return Float64Array.from(places, (k) => known[k]);
  };
}

/** The mean over two pixels, 2i and 2i + 1, as a factor on each frequency of a line. */
function pairMeans(n) {
  const angles = Array.from({ length: n }, (_, k) => (2 * Math.PI * k) / n);
  return {
    re: angles.map((w) => (1 + Math.cos(w)) / 2),
    im: angles.map((w) => Math.sin(w) / 2),
  };
}

/** The transfer t of lens and pixel together: complex numbers on the grid of the scene. */
function transferOf(lens, n) {
  const { re, im } = pairMeans(n);
  const t = plane(n);
  for (let i = 0; i < n * n; i++) {
    const [a, b] = [(i / n) | 0, i % n];
    t.re[i] = lens[i] * (re[a] * re[b] - im[a] * im[b]);
    t.im[i] = lens[i] * (re[a] * im[b] + im[a] * re[b]);
  }
  return t;
}

/** For each frequency of the scene, its place among those of the detector. */
function foldedPlaces(n) {
  const m = n / 2;
  return Uint16Array.from(
    { length: n * n },
    (_, i) => (Math.floor(i / n) % m) * m + (i % n) % m,
  );
}

/** G(mu), a quarter of the sum of t F over the four frequencies that share a number. */
function folded(t, F, places, n) {
  const G = plane(n / 2);
  for (let i = 0; i < n * n; i++) {
    G.re[places[i]] += (t.re[i] * F.re[i] - t.im[i] * F.im[i]) / 4;
    G.im[places[i]] += (t.re[i] * F.im[i] + t.im[i] * F.re[i]) / 4;
  }
  return G;
}

/** The variance of a frame from its spectrum, without its mean. */
function varianceOf({ re, im }) {
  const count = re.length;
  let sum = 0;
  for (let i = 1; i < count; i++) sum += re[i] ** 2 + im[i] ** 2;
  return sum / count / (count - 1);
}

/** The power (1 + nu)^-3 of scenes, with a mean of one over all but the frequency 0. */
function decayOf(nu) {
  const decay = nu.map((v) => (1 + v) ** -3);
  const mean = (decay.reduce((a, b) => a + b) - decay[0]) / (decay.length - 1);
  return decay.map((v) => v / mean);
}

/** The share of a power p = 1 that reaches each number of the detector. */
function arrivingOf(t, p, places) {
  const a = new Float64Array(p.length / 4);
  for (let i = 0; i < p.length; i++) {
    a[places[i]] += (p[i] * (t.re[i] ** 2 + t.im[i] ** 2)) / 4;
  }
  return a;
}

/** The spectrum of V Lambda V^T H^T (g - mean) + mean, Lambda = c p / (c a + noise).

    The size c of the power is what the variance of the frame has beyond its noise. */
function restoredSpectrum({ t, a }, p, G, noise, places) {
  const c = Math.max(varianceOf(G) - noise, noise);
  const factor = a.map((v) => c / (c * v + noise));
  factor[0] = 0; // the mean of the frame, which is taken off, and its aliases
  const F = plane(Math.sqrt(p.length));
  for (let i = 1; i < p.length; i++) {
    const k = places[i];
    const Lambda = p[i] * factor[k];
    F.re[i] = Lambda * (t.re[i] * G.re[k] + t.im[i] * G.im[k]);
    F.im[i] = Lambda * (t.re[i] * G.im[k] - t.im[i] * G.re[k]);
  }
  F.re[0] = 4 * G.re[0];
  return F;
}

/** The radiance of a temperature, from a table that is even in it. */
function radianceOf(model) {
  const table = floats(model, "log_radiance").map(Math.exp);
  const [low, high] = model.get("table_ends");
  const scale = (table.length - 1) / (high - low);
  return (T) => between(table, (T - low) * scale);
}

/** The temperatures of the scene: grey values between two ends, and stripes. */
function temperaturesOf(x, n, height) {
  return (coldest, warmest, nu) => {
    const line = Float64Array.from({ length: n }, (_, i) => {
      return nu ? height * Math.cos((2 * Math.PI * nu * i) / n) : 0;
    });
    return x.map((v, i) => coldest + (warmest - coldest) * v + line[i % n]);
  };
}

/** Scene, frame and restoration in kelvin at a setting, and how far both are off. */
function computation(model, x = floats(model, "scene")) {
  const n = model.get("size");
  const [fine, coarse] = [realFourierOf(n), realFourierOf(n / 2)];
  const [places, nu_all] = [foldedPlaces(n), frequencies(n)];
  const E = coarse.forward(floats(model, "noise"));
  const [radiance, kelvin] = [radianceOf(model), inversionOf(model)];
  const scene = remembered(temperaturesOf(x, n, model.get("height")));
  const spectrum = remembered((T) => fine.forward(T.map(radiance)));
  const p = decayOf(nu_all);
  const lens = lensOf(nu_all, n);
  const camera = remembered((spot) => {
    const t = transferOf(lens({ ...model.get("lens"), spot }), n);
    return { t, a: arrivingOf(t, p, places) };
  });
  const exact = remembered((t, F) => folded(t, F, places, n));
  return ({ coldest, warmest, nu, spot, log10_netd }) => {
    const T = scene(coldest, warmest, nu);
    const { t, a } = camera(spot * 1e-6);
    const G_0 = exact(t, spectrum(T));
    const sigma = model.get("slope") * 10 ** log10_netd;
    const G = {
      re: G_0.re.map((v, i) => v + sigma * E.re[i]),
      im: G_0.im.map((v, i) => v + sigma * E.im[i]),
    };
    const frame = coarse.back(G).map(kelvin);
    const F = restoredSpectrum({ t, a }, p, G, sigma ** 2, places);
    const T_hat = fine.back(F).map(kelvin);
    const repeated = T.map((_, i) => frame[((i / n) >> 1) * (n / 2) + ((i % n) >> 1)]);
    return {
      T,
      frame,
      T_hat,
      errors: [rootMeanSquare(repeated, T), rootMeanSquare(T_hat, T)],
      seen: Math.min(nu, n / 2 - nu),
      passed: Math.hypot(t.re[nu], t.im[nu]),
    };
  };
}

/** Two sliders beside each other, which the figure's reset puts back, too. */
function pairOf(controls, model, sliders) {
  const pair = make(controls, "div", { class: "cu-pairs" });
  atFirst.set(pair, atFirst.get(controls));
  for (const [trait, options] of Object.entries(sliders)) {
    slider(pair, model, trait, options);
  }
}

function sliders(controls, model) {
  slider(controls, model, "nu", {
    label: "stripes (periods)",
    min: 0,
    max: model.get("size") / 2 - 1,
    step: 1,
    show: (nu) => (nu ? `${nu}` : "none"),
  });
  const micrometres = (spot) => `${spot} µm`;
  const netd = (log10) => `${(10 ** log10).toFixed(2)} K`;
  pairOf(controls, model, {
    spot: { label: "out of focus", min: 0, max: 48, step: 2, show: micrometres },
    log10_netd: { label: "noise", min: -1.7, max: 0.3, step: 0.1, show: netd },
  });
  const ends = { min: 250, max: 400, step: 1, show: (T) => `${T} K` };
  pairOf(controls, model, {
    coldest: { label: "black is", ...ends },
    warmest: { label: "white is", ...ends },
  });
}

/** Drag the stripes in the scene: to the right they are finer. */
function dragStripes(canvas, model) {
  const last = model.get("size") / 2 - 1;
  draggable(canvas, {
    across: true,
    move({ x }) {
      model.set("nu", clamp(Math.round(x * last), 0, last));
      model.save_changes();
    },
  });
}

/** What the camera makes of the stripes, in words. */
function verdict({ errors, seen, passed }, nu) {
  const [frame, restored] = errors.map((v) => v.toFixed(2));
  const share = `${Number((100 * passed).toPrecision(2))}\u00a0%`;
  const stripes = nu
    ? `Stripes of ${nu} periods arrive as ${seen}, with ${share} of their contrast.`
    : "No stripes.";
  return `${stripes} Error: frame ${frame}\u00a0K, restoration ${restored}\u00a0K.`;
}

/** Four pictures; what it returns draws them. */
function pictures(panels, model) {
  const n = model.get("size");
  const scene = coloured(panels, "scene", n);
  const frame = coloured(panels, `frame, ${n / 2} × ${n / 2} pixels`, n / 2);
  const restored = coloured(panels, "restoration", n);
  const wrong = coloured(panels, `its error, ±${LOUDEST} K`, n, BLUE_TO_RED);
  for (const { canvas } of [scene, frame, restored, wrong]) {
    canvas.parentNode.style.flexBasis = "9.5rem"; // four in a row
  }
  dragStripes(scene.canvas, model);
  return ({ T, frame: seen, T_hat }, low, high) => {
    scene.name(`scene, ${low.toFixed(0)} to ${high.toFixed(0)} K`);
    scene.draw(T, low, high);
    frame.draw(seen, low, high);
    restored.draw(T_hat, low, high);
    wrong.draw(T_hat.map((v, i) => v - T[i]), -LOUDEST, LOUDEST);
  };
}

function render({ model, el }) {
  const n = model.get("size");
  const start = model.get("nu");
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model);
  sliders(controls, model);
  let compute = computation(model);
  const traits = ["nu", "spot", "log10_netd", "coldest", "warmest"];
  const redraw = respond(model, traits, (setting) => {
    const { coldest, warmest, nu } = setting;
    const height = nu ? model.get("height") : 0;
    const low = Math.min(coldest, warmest) - height;
    const high = Math.max(coldest, warmest) + height;
    const found = compute(setting);
    draw(found, low, high);
    output.textContent = verdict(found, nu);
    if (nu !== start && found.seen === start) {
      reached(`${nu} periods look like ${start}: together they make ${n / 2}.`);
    }
  });
  ownPicture(controls, n, (own) => {
    compute = computation(model, own ?? undefined);
    redraw();
  });
}

export default { render };
