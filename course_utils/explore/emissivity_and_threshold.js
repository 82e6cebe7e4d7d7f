// T = L^-1[(L - (1 - eps) L_around) / eps], and the pixels above a threshold.

const FOUND = { min: 298, max: 325, step: 0.5 };
const BINS = { first: 284, last: 348, width: 2 }; // of the histogram, in kelvin
// Not hot, missed, wrongly called hot, found: black, blue, orange, yellow.
const VERDICTS = [
  [0, 0, 213, 252],
  [0, 114, 94, 255],
  [4, 178, 0, 164],
];

/** The intersection over the union of what is called hot and what is hot. */
function overlap(verdicts) {
  const either = verdicts.reduce((count, v) => count + (v > 0), 0);
  const both = verdicts.reduce((count, v) => count + (v === 3), 0);
  return either ? both / either : 1;
}

/** How many of some pixels have a temperature in each bin; those beyond go to the ends. */
function histogram(T, wanted) {
  const { first, last, width } = BINS;
  const counts = new Float64Array((last - first) / width);
  T.forEach((t, x) => {
    const at = clamp(Math.floor((t - first) / width), 0, counts.length - 1);
    if (wanted(x)) counts[at]++;
  });
  return counts;
}

/** The temperatures at an assumed emissivity, and what a threshold says of them. */
function computation(model) {
  const L = floats(model, "radiance");
  const truth = floats(model, "scene");
  const hot = floats(model, "hot");
  const around = model.get("around");
  const inversion = inversionOf(model);
  const read = remembered((emissivity) => {
    const own = (radiance) => (radiance - (1 - emissivity) * around) / emissivity;
    const T = L.map((radiance) => inversion(own(radiance)));
    return {
      T,
      error: rootMeanSquare(T, truth),
      ofHot: histogram(T, (x) => hot[x]),
      ofOthers: histogram(T, (x) => !hot[x]),
    };
  });
  return ({ emissivity, threshold }) => {
    const found = read(emissivity);
    const verdicts = found.T.map((t, x) => 2 * (t > threshold) + (hot[x] > 0));
    return { ...found, verdicts, iou: overlap(verdicts) };
  };
}

/** The histograms of both kinds of pixels, and the threshold, which is dragged in them. */
function histogramPlot(panels, model) {
  const { first, last, width } = BINS;
  const plot = axes(panels, {
    label: "How many pixels are read at each temperature, hot things and others",
    xlabel: "temperature as read (K): drag the threshold",
    ylabel: "pixels",
    xlim: [first, last],
    ylim: [0.8, 2000],
    log: true,
    xticks: [290, 300, 310, 320, 330, 340],
    yticks: [1, 10, 100, 1000],
  });
  const drawn = [curve(plot, "data"), curve(plot, "learned")];
  const line = upright(plot, "classical");
  dragAlong(plot, model, "threshold", FOUND);
  // each bin is a step: two points, at its left and at its right end
  const place = (i) => first + Math.floor((i + 1) / 2) * width;
  const bottom = plot.ylim[0]; // where a bin without a pixel is drawn
  const stepped = (counts) =>
    [...counts].flatMap((v) => [Math.max(v, bottom), Math.max(v, bottom)]);
  return ({ ofHot, ofOthers }, threshold) => {
    drawn[0](stepped(ofOthers), place);
    drawn[1](stepped(ofHot), place);
    line(threshold);
  };
}

function sliders(controls, model) {
  slider(controls, model, "threshold", {
    label: "threshold",
    ...FOUND,
    show: (threshold) => `${threshold.toFixed(1)} K`,
  });
  slider(controls, model, "emissivity", {
    label: "emissivity ε",
    min: 0.3,
    max: 1,
    step: 0.01,
    show: (eps) => eps.toFixed(2),
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const ends = [model.get("low"), model.get("high")];
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const temperatures = coloured(panels, `as read, ${inKelvin(...ends)}`, n);
  const words = "called hot: yellow rightly, orange wrongly; blue is missed";
  const labels = coloured(panels, words, n, VERDICTS);
  const drawHistogram = histogramPlot(panels, model);
  key(panels, [
    ["learned", "hot things"],
    ["data", "all else"],
    ["classical", "threshold"],
  ]);
  sliders(controls, model);
  const first = compute({
    emissivity: model.get("emissivity"),
    threshold: model.get("threshold"),
  });
  respond(model, ["emissivity", "threshold"], (setting) => {
    const found = compute(setting);
    temperatures.draw(found.T, ...ends);
    labels.draw(found.verdicts, 0, 3);
    drawHistogram(found, setting.threshold);
    const { error, iou } = found;
    output.textContent = `Error of the temperatures ${error.toFixed(2)} K; ` +
      `IoU of what is hot ${iou.toFixed(3)}.`;
    if (iou > first.iou + 0.5 * (1 - first.iou)) {
      reached(`Half of what was mislabelled is right: IoU ${iou.toFixed(3)}.`);
    }
  });
}

export default { render };
