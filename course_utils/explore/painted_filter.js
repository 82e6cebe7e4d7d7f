// f = F^-1 [ phi(|nu|) F g ]: a filter over the frequency, painted by hand or by a band slider.

/** The discrete Fourier transform of n x n complex numbers, in place and transposed. */
function transform(n) {
  const turns = Array.from({ length: n / 2 }, (_, k) => (-2 * Math.PI * k) / n);
  const cos = Float32Array.from(turns, Math.cos), sin = Float32Array.from(turns, Math.sin);
  const bits = Math.log2(n), reversed = Uint16Array.from({ length: n }, (_, i) => {
    let r = 0;
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
    return r;
  });
  const line = { re: new Float32Array(n), im: new Float32Array(n) };
  return (from, to) => {
    const { re, im } = line;
    for (let row = 0; row < n; row++) {
      for (let i = 0; i < n; i++) {
        re[i] = from.re[row * n + reversed[i]];
        im[i] = from.im[row * n + reversed[i]];
      }
      for (let half = 1, stride = n / 2; half < n; half *= 2, stride /= 2) {
        for (let start = 0; start < n; start += 2 * half) {
          for (let k = 0; k < half; k++) {
            const a = start + k, b = a + half, c = cos[k * stride], s = sin[k * stride];
            const x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
            re[b] = re[a] - x; im[b] = im[a] - y;
            re[a] += x; im[a] += y;
          }
        }
      }
      for (let i = 0; i < n; i++) { to.re[i * n + row] = re[i]; to.im[i * n + row] = im[i]; }
    }
    return to;
  };
}

const plane = (n) => ({ re: new Float32Array(n * n), im: new Float32Array(n * n) });

/** For each frequency in FFT order, the ring it lies on; the corners belong to the last ring. */
function rings(n) {
  const nu = (i) => (i < n / 2 ? i : i - n);
  return Uint16Array.from({ length: n * n }, (_, i) =>
    Math.min(n / 2, Math.round(Math.hypot(nu(Math.floor(i / n)), nu(i % n)))));
}

/** What the painted factors make of the data: f = F^-1 [ phi F g ]. */
function filtering(n, g) {
  const fourier = transform(n), half = plane(n), ring = rings(n), product = plane(n), f = new Float32Array(n * n);
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

function render({ model, el }) {
  const n = model.get("size"), last = n / 2, top = 8, reach = 2;
  const f = floats(model, "scene"), g = floats(model, "data"), filter = filtering(n, g);
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "data g", n, n).draw(g);
  const estimate = picture(panels, "what your filter makes of it", n, n);
  const plot = axes(panels, { label: "The factor of each frequency; paint it with the pointer", xlabel: "frequency (periods per picture)",
    ylabel: "factor φ", xlim: [0, last], ylim: [0, top], yticks: [0, 2, 4, 6, 8], xticks: [0, last / 4, last / 2, (3 * last) / 4, last] });
  curve(plot, "noise")(floats(model, "naive"));
  const drawPhi = curve(plot, "learned"), drawBand = curve(plot, "data");
  key(panels, [["learned", "your factor φ; paint it"], ["noise", "naive inverse, 1/s"], ["data", "band of the sliders"]]);

  const paint = (phi) => { model.set("phi", new DataView(phi.buffer)); model.save_changes(); };
  /** Give the bands from a to b the factors from u to v. */
  const stroke = (a, b, u, v) => {
    const phi = floats(model, "phi"), [first, end] = a < b ? [a, b] : [b, a];
    for (let i = Math.max(0, first); i <= Math.min(last, end); i++) phi[i] = a === b ? v : u + ((v - u) * (i - a)) / (b - a);
    paint(phi);
  };
  brush(plot, last, top, stroke);
  slider(controls, model, "band", { label: "band", min: 0, max: last, step: 1, show: (v) => `${v} periods` });
  slider(controls, model, "factor", { label: "factor φ of the band", min: 0, max: top, step: 0.1, show: (v) => v.toFixed(1) });
  const presets = { "all 0": new Float32Array(last + 1), "all 1": new Float32Array(last + 1).fill(1) };
  for (const [name, view] of Object.entries(model.get("presets"))) presets[name] = floats({ get: () => view });
  buttons(controls, presets, (phi) => paint(phi.slice()));

  const here = () => floats(model, "phi")[model.get("band")];
  const tell = () => { // the slider of the factor says what stands in the band
    if (Math.abs(model.get("factor") - here()) > 0.05) model.set("factor", Math.min(top, Math.round(10 * here()) / 10));
  };
  model.on("change:band", tell);
  model.on("change:phi", tell);
  model.on("change:factor", () => {
    const band = model.get("band"), factor = model.get("factor");
    if (Math.abs(factor - Math.min(top, here())) > 0.05) stroke(band - reach, band + reach, factor, factor);
  });
  respond(model, ["phi", "band"], () => {
    const phi = floats(model, "phi"), band = model.get("band"), f_hat = filter(phi);
    estimate.draw(f_hat);
    drawPhi(phi);
    drawBand([0, top], () => band);
    output.textContent = `relative error ${relativeError(f_hat, f).toFixed(3)} (the data's: ${relativeError(g, f).toFixed(3)}); `
      + `φ = ${phi[band].toFixed(1)} at ${band} periods.`;
  });
}

/** Paint over the plot with a mouse, a pen or a finger. */
function brush({ svg, x, y }, last, top, stroke) {
  let from = null;
  const at = (event) => {
    const { left, top: above, width, height } = svg.getBoundingClientRect(), [, , W, H] = svg.getAttribute("viewBox").split(" ");
    const band = ((event.clientX - left) * W / width - x(0)) / (x(1) - x(0));
    const factor = ((event.clientY - above) * H / height - y(0)) / (y(1) - y(0));
    return [Math.round(Math.max(0, Math.min(last, band))), Math.max(0, Math.min(top, factor))];
  };
  const move = (event) => {
    if (!from) return;
    const to = at(event);
    stroke(from[0], to[0], from[1], to[1]);
    from = to;
  };
  svg.classList.add("cu-brush");
  svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); from = at(event); move(event); });
  svg.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { from = null; });
}

/** A row of buttons, one for each preset. */
function buttons(parent, presets, choose) {
  const row = make(parent, "div", { class: "cu-buttons" });
  for (const [name, preset] of Object.entries(presets)) {
    const button = make(row, "button", { type: "button", "data-lm-suppress-shortcuts": "true" }, name);
    button.addEventListener("click", () => choose(preset));
  }
}

export default { render };
