// T = L^-1[(L - (1 - eps) L_around) / eps], and the pixels above a threshold.

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

function render({ model, el }) {
  const n = model.get("size"), around = model.get("around"), low = model.get("low"), high = model.get("high");
  const L = floats(model, "radiance"), truth = floats(model, "scene"), hot = floats(model, "hot");
  const invert = inversion(floats(model, "kelvin"), model.get("log_low"), model.get("log_high"));
  const { panels, controls, output } = frame(el, model.get("label"));
  const T = new Float32Array(n * n);
  const drawT = heat(panels, `temperatures, ${low.toFixed(0)} K (black) to ${high.toFixed(0)} K (bright)`, n, low, high);
  const drawHot = heat(panels, "called hot, bright where far above the threshold", n, low, high);
  heat(panels, "scene", n, low, high)(truth);
  slider(controls, model, "emissivity", { label: "emissivity ε believed", min: 0.3, max: 1, step: 0.01, show: (v) => v.toFixed(2) });
  slider(controls, model, "threshold", { label: "threshold", min: 298, max: 325, step: 0.5, show: (v) => `${v.toFixed(1)} K` });
  respond(model, ["emissivity", "threshold"], () => {
    const eps = model.get("emissivity"), threshold = model.get("threshold"), shown = new Float32Array(n * n).fill(low);
    let square = 0, both = 0, either = 0;
    for (let x = 0; x < n * n; x++) {
      T[x] = invert((L[x] - (1 - eps) * around) / eps);
      square += (T[x] - truth[x]) ** 2;
      const is = T[x] > threshold;
      if (is) shown[x] = low + (high - low) * (0.3 + 0.7 * (T[x] - threshold) / (high - threshold));
      both += is && hot[x];
      either += is || hot[x];
    }
    drawT(T);
    drawHot(shown);
    output.textContent = `error ${Math.sqrt(square / (n * n)).toFixed(2)} K; IoU of what is hot ${(either ? both / either : 1).toFixed(3)}; `
      + `warmest pixel ${Math.max(...T).toFixed(1)} K.`;
  });
}

export default { render };
