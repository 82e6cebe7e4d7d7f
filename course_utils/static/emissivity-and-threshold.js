// T = L^-1[(L - (1 - eps) L_around) / eps], and the pixels that are hot, in company or alone.

const SWEEPS = 6, WIDTH = 2;
const INFERNO = [[0, 0, 4], [40, 11, 84], [101, 21, 110], [159, 42, 99], [212, 72, 66], [245, 125, 21], [250, 193, 39], [252, 255, 164]];

/** A canvas whose pixels are temperatures, drawn from black over red to bright yellow. */
function heat(parent, caption, n, low, high) {
  const { canvas } = picture(parent, caption, n, n);
  const context = canvas.getContext("2d"), pixels = context.createImageData(n, n), last = INFERNO.length - 1;
  pixels.data.fill(255);
  return (values) => {
    for (let x = 0; x < n * n; x++) {
      const at = Math.max(0, Math.min(1, (values[x] - low) / (high - low))) * last, i = Math.min(last - 1, Math.floor(at));
      for (let k = 0; k < 3; k++) pixels.data[4 * x + k] = INFERNO[i][k] + (at - i) * (INFERNO[i + 1][k] - INFERNO[i][k]);
    }
    context.putImageData(pixels, 0, 0);
  };
}

/** The temperature of a radiance, from a table that is even in the logarithm. */
function inversion(table, low, high) {
  const last = table.length - 1, scale = last / (high - low), least = Math.exp(low);
  return (L) => {
    const at = Math.min(last, Math.max(0, (Math.log(Math.max(L, least)) - low) * scale)), i = Math.min(last - 1, Math.floor(at));
    return table[i] + (at - i) * (table[i + 1] - table[i]);
  };
}

/** 1 where a pixel is hot: its excess in units of WIDTH, and beta for each neighbour's vote. */
function hotPixels(T, n, threshold, beta) {
  const z = Uint8Array.from(T, (kelvin) => +(kelvin > threshold));
  for (let half = 0; beta > 0 && half < 2 * SWEEPS; half++) {
    for (let i = 0; i < n; i++) {
      for (let j = (i + half) % 2; j < n; j += 2) {
        const x = i * n + j;
        let votes = 0;
        if (i > 0) votes += 2 * z[x - n] - 1;
        if (i < n - 1) votes += 2 * z[x + n] - 1;
        if (j > 0) votes += 2 * z[x - 1] - 1;
        if (j < n - 1) votes += 2 * z[x + 1] - 1;
        z[x] = +((T[x] - threshold) / WIDTH + beta * votes > 0);
      }
    }
  }
  return z;
}

function render({ model, el }) {
  const n = model.get("size"), around = model.get("around"), low = model.get("low"), high = model.get("high");
  const L = floats(model, "radiance"), truth = floats(model, "scene"), hot = floats(model, "hot");
  const invert = inversion(floats(model, "kelvin"), model.get("log_low"), model.get("log_high"));
  const { panels, controls, output } = frame(el, model.get("label"));
  const T = new Float32Array(n * n);
  const drawT = heat(panels, `temperatures, ${low.toFixed(0)} K (black) to ${high.toFixed(0)} K (bright)`, n, low, high);
  const drawHot = heat(panels, "called hot, the rest black", n, low, high);
  heat(panels, "scene", n, low, high)(truth);
  slider(controls, model, "emissivity", { label: "emissivity ε believed", min: 0.3, max: 1, step: 0.01, show: (v) => v.toFixed(2) });
  slider(controls, model, "threshold", { label: "threshold", min: 295, max: 345, step: 0.5, show: (v) => `${v.toFixed(1)} K` });
  slider(controls, model, "beta", { label: "β, liking for company", min: 0, max: 4, step: 0.1, show: (v) => v.toFixed(1) });
  respond(model, ["emissivity", "threshold", "beta"], () => {
    const eps = model.get("emissivity");
    let square = 0, both = 0, either = 0;
    for (let x = 0; x < n * n; x++) {
      T[x] = invert((L[x] - (1 - eps) * around) / eps);
      square += (T[x] - truth[x]) ** 2;
    }
    const z = hotPixels(T, n, model.get("threshold"), model.get("beta"));
    for (let x = 0; x < n * n; x++) { both += z[x] & hot[x]; either += z[x] | hot[x]; }
    drawT(T);
    drawHot(Float32Array.from(z, (is, x) => (is ? Math.max(T[x], low + 0.3 * (high - low)) : low)));
    output.textContent = `error ${Math.sqrt(square / (n * n)).toFixed(2)} K; IoU of what is hot ${(either ? both / either : 1).toFixed(3)}; `
      + `warmest pixel ${Math.max(...T).toFixed(1)} K.`;
  });
}

export default { render };
