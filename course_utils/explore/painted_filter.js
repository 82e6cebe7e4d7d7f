// f = F^-1 [ phi(|nu|) F g ]: a filter over the frequency, painted by hand or by a slider.

const TOP = 8; // the largest factor
const REACH = 2; // the slider changes so many frequencies on either side

/** The order in which a fast Fourier transform reads n numbers: the bits of i, reversed. */
function reversedBits(n) {
  const bits = Math.log2(n);
  return Uint16Array.from({ length: n }, (_, i) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
}

/** exp(-2 pi i k / n) for the first half of the k. */
function roots(n) {
  const angles = Array.from({ length: n / 2 }, (_, k) => (-2 * Math.PI * k) / n);
  return {
    cos: Float32Array.from(angles, Math.cos),
    sin: Float32Array.from(angles, Math.sin),
  };
}

/** The Fourier transform of n complex numbers in place, given in the order reversedBits. */
function transformLine({ re, im }, { cos, sin }) {
  const n = re.length;
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * stride];
        const s = sin[k * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** The Fourier transform of each row of n x n complex numbers, put into columns of `to`. */
function transformOf(n) {
  const order = reversedBits(n);
  const factors = roots(n);
  const line = { re: new Float32Array(n), im: new Float32Array(n) };
  return (from, to) => {
    for (let row = 0; row < n; row++) {
      for (let i = 0; i < n; i++) {
        line.re[i] = from.re[row * n + order[i]];
        line.im[i] = from.im[row * n + order[i]];
      }
      transformLine(line, factors);
      for (let i = 0; i < n; i++) {
        to.re[i * n + row] = line.re[i];
        to.im[i * n + row] = line.im[i];
      }
    }
    return to;
  };
}

/** n x n complex numbers. */
function plane(n) {
  return { re: new Float32Array(n * n), im: new Float32Array(n * n) };
}

/** For each frequency in FFT order, its ring; the corners belong to the last ring. */
function rings(n) {
  const nu = (i) => (i < n / 2 ? i : i - n);
  const radius = (i) => Math.round(Math.hypot(nu(Math.floor(i / n)), nu(i % n)));
  return Uint16Array.from({ length: n * n }, (_, i) => Math.min(n / 2, radius(i)));
}

/** What the painted factors make of the data: f = F^-1 [ phi F g ]. */
function filterOf(n, g) {
  const fourier = transformOf(n);
  const half = plane(n);
  const product = plane(n);
  const ring = rings(n);
  const f = new Float32Array(n * n);
  const F_g = fourier(fourier({ re: g, im: new Float32Array(n * n) }, half), plane(n));
  return (phi) => {
    for (let i = 0; i < f.length; i++) { // the inverse is the transform of the conjugate
      product.re[i] = phi[ring[i]] * F_g.re[i];
      product.im[i] = -phi[ring[i]] * F_g.im[i];
    }
    const { re } = fourier(fourier(product, half), product);
    for (let i = 0; i < f.length; i++) f[i] = re[i] / (n * n);
    return f;
  };
}

/** The factors over the frequency; what it returns draws them and the band. */
function factorsPlot(panels, model, last, stroke) {
  const plot = axes(panels, {
    label: "The factor of each frequency; paint it with the pointer",
    xlabel: "frequency (periods per picture)",
    ylabel: "factor φ",
    xlim: [0, last],
    ylim: [0, TOP],
    xticks: [0, last / 4, last / 2, (3 * last) / 4, last],
    yticks: [0, 2, 4, 6, 8],
  });
  curve(plot, "noise")(floats(model, "naive"));
  const drawPhi = curve(plot, "learned");
  const drawBand = upright(plot, "data");
  brush(plot, last, stroke);
  return (phi, band) => {
    drawPhi(phi);
    drawBand(band);
  };
}

/** Where an event points to in a plot, as a frequency and a factor. */
function pointed({ svg, x, y }, event, last) {
  const box = svg.getBoundingClientRect();
  const right = ((event.clientX - box.left) * PLOT.width) / box.width;
  const down = ((event.clientY - box.top) * PLOT.height) / box.height;
  const band = (right - x(0)) / (x(1) - x(0));
  const factor = (down - y(0)) / (y(1) - y(0));
  return [Math.round(clamp(band, 0, last)), clamp(factor, 0, TOP)];
}

/** Paint over the plot with a mouse, a pen or a finger. */
function brush(plot, last, stroke) {
  const { svg } = plot;
  let from = null;
  const move = (event) => {
    if (!from) return;
    const to = pointed(plot, event, last);
    stroke(from[0], to[0], from[1], to[1]);
    from = to;
  };
  svg.classList.add("cu-brush");
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    from = pointed(plot, event, last);
    move(event);
  });
  svg.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => {
      from = null;
    });
  }
}

/** A row of buttons, one for each preset. */
function buttons(parent, presets, choose) {
  const row = make(parent, "div", { class: "cu-buttons" });
  const attributes = { type: "button", "data-lm-suppress-shortcuts": "true" };
  for (const [name, preset] of Object.entries(presets)) {
    make(row, "button", attributes, name).addEventListener("click", () => choose(preset));
  }
}

function presetsOf(model, last) {
  const presets = {
    "all 0": new Float32Array(last + 1),
    "all 1": new Float32Array(last + 1).fill(1),
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
    model.set("phi", new DataView(phi.buffer));
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

function render({ model, el }) {
  const n = model.get("size");
  const last = n / 2;
  const f = floats(model, "scene");
  const g = floats(model, "data");
  const filter = filterOf(n, g);
  const { paint, stroke } = painting(model, last);
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "data g", n, n).draw(g);
  const estimate = picture(panels, "what your filter makes of it", n, n);
  const drawFactors = factorsPlot(panels, model, last, stroke);
  key(panels, [
    ["learned", "your factor φ; paint it"],
    ["noise", "naive inverse, 1/s"],
    ["data", "band of the sliders"],
  ]);
  sliders(controls, model, last);
  buttons(controls, presetsOf(model, last), (phi) => paint(phi.slice()));
  keepInStep(model, stroke);
  respond(model, ["phi", "band"], () => {
    const phi = floats(model, "phi");
    const band = model.get("band");
    const f_hat = filter(phi);
    estimate.draw(f_hat);
    drawFactors(phi, band);
    output.textContent = `relative error ${relativeError(f_hat, f).toFixed(3)} ` +
      `(the data's: ${relativeError(g, f).toFixed(3)}); ` +
      `φ = ${phi[band].toFixed(1)} at ${band} periods.`;
  });
}

export default { render };
