// T = L^-1[(L - (1 - eps) L_around) / eps], and the pixels above a threshold.

// Colours from black over red to bright yellow: the map "inferno" at eight places.
const RED = [0, 40, 101, 159, 212, 245, 250, 252];
const GREEN = [0, 11, 21, 42, 72, 125, 193, 255];
const BLUE = [4, 84, 110, 99, 66, 21, 39, 164];

/** What a table says at a place between two of its entries. */
function between(table, at) {
  const i = Math.min(table.length - 2, Math.floor(at));
  return table[i] + (at - i) * (table[i + 1] - table[i]);
}

/** A picture of n x n temperatures; what it returns draws them. */
function heat(panels, caption, n, low, high) {
  const { canvas } = picture(panels, caption, n, n);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(n, n);
  pixels.data.fill(255);
  return (T) => {
    for (let x = 0; x < n * n; x++) {
      const at = clamp((T[x] - low) / (high - low), 0, 1) * (RED.length - 1);
      pixels.data[4 * x] = between(RED, at);
      pixels.data[4 * x + 1] = between(GREEN, at);
      pixels.data[4 * x + 2] = between(BLUE, at);
    }
    context.putImageData(pixels, 0, 0);
  };
}

/** The temperature of a radiance, from a table that is even in the logarithm. */
function inversionOf(model) {
  const table = floats(model, "kelvin");
  const low = model.get("log_low");
  const last = table.length - 1;
  const scale = last / (model.get("log_high") - low);
  const least = Math.exp(low);
  return (L) =>
    between(table, clamp((Math.log(Math.max(L, least)) - low) * scale, 0, last));
}

/** The root of the mean square of the error, in kelvin. */
function rootMeanSquare(T, truth) {
  let sum = 0;
  for (let x = 0; x < T.length; x++) sum += (T[x] - truth[x]) ** 2;
  return Math.sqrt(sum / T.length);
}

/** The intersection over the union of what is called hot and what is hot. */
function overlap(T, threshold, hot) {
  let both = 0;
  let either = 0;
  for (let x = 0; x < T.length; x++) {
    if (T[x] > threshold && hot[x]) both++;
    if (T[x] > threshold || hot[x]) either++;
  }
  return either ? both / either : 1;
}

/** The temperatures at an assumed emissivity, and what a threshold says of them. */
function computation(model) {
  const L = floats(model, "radiance");
  const truth = floats(model, "scene");
  const hot = floats(model, "hot");
  const around = model.get("around");
  const inversion = inversionOf(model);
  return ({ emissivity, threshold }) => {
    const own = (radiance) => (radiance - (1 - emissivity) * around) / emissivity;
    const T = L.map((radiance) => inversion(own(radiance)));
    return {
      T,
      labels: T.map((t) => +(t > threshold)),
      error: rootMeanSquare(T, truth),
      iou: overlap(T, threshold, hot),
      warmest: T.reduce((most, t) => Math.max(most, t)),
    };
  };
}

/** Three pictures, the last of the truth; what it returns draws the first two. */
function pictures(panels, model, truth) {
  const n = model.get("size");
  const low = model.get("low");
  const high = model.get("high");
  const range = `${low.toFixed(0)} K (black) to ${high.toFixed(0)} K (bright)`;
  const drawT = heat(panels, `temperatures, ${range}`, n, low, high);
  const hotter = "called hot, bright where far above the threshold";
  const drawHot = heat(panels, hotter, n, low, high);
  heat(panels, "true temperatures", n, low, high)(truth);
  return (T, threshold) => {
    const part = (t) => 0.3 + (0.7 * (t - threshold)) / (high - threshold);
    drawT(T);
    drawHot(T.map((t) => (t > threshold ? low + (high - low) * part(t) : low)));
  };
}

function sliders(controls, model) {
  slider(controls, model, "emissivity", {
    label: "assumed emissivity ε",
    min: 0.3,
    max: 1,
    step: 0.01,
    show: (eps) => eps.toFixed(2),
  });
  slider(controls, model, "threshold", {
    label: "threshold",
    min: 298,
    max: 325,
    step: 0.5,
    show: (threshold) => `${threshold.toFixed(1)} K`,
  });
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model, floats(model, "scene"));
  sliders(controls, model);
  const first = compute({
    emissivity: model.get("emissivity"),
    threshold: model.get("threshold"),
  });
  respond(model, ["emissivity", "threshold"], (setting) => {
    const { T, error, iou, warmest } = compute(setting);
    draw(T, setting.threshold);
    output.textContent = `error ${error.toFixed(2)} K; IoU of what is hot ` +
      `${iou.toFixed(3)}; warmest pixel ${warmest.toFixed(1)} K.`;
    if (iou > first.iou + 0.5 * (1 - first.iou)) {
      reached(`Half of what was mislabelled is right: IoU ${iou.toFixed(3)}.`);
    }
  });
}

export default { render };
