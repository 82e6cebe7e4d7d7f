// A section, what a scanner has seen of it so far, and its filtered back-projection.

const MOST = 64; // the largest number of views over half a turn
const LEAST = 5; // degrees
const SEEN = 3; // how far a lesion stands above the streaks where one can see it

/** What the ramp filter, sampled in space, takes from a neighbour so many pixels away. */
function rampWeights(n) {
  return Float64Array.from({ length: 2 * n }, (_, d) => 1 / (Math.PI * d) ** 2);
}

/** A view after the ramp filter, with half a detector more at either end. */
function ramp(view, weights) {
  const n = view.length;
  const beyond = Math.floor(n / 2) + 1;
  const filtered = new Float64Array(n + 2 * beyond);
  for (let place = 0; place < filtered.length; place++) {
    const i = place - beyond;
    let sum = i >= 0 && i < n ? view[i] / 4 : 0;
    for (let j = Math.abs(i + 1) % 2; j < n; j += 2) {
      sum -= view[j] * weights[Math.abs(i - j)];
    }
    filtered[place] = sum;
  }
  return filtered;
}

/** Add to each pixel what stands at its place in a filtered view. */
function smear(filtered, n, theta, weight, f) {
  const cos = Math.cos(theta);
  const sin = Math.sin(theta);
  const centre = (n - 1) / 2;
  const middle = (filtered.length - 1) / 2;
  for (let y = 0; y < n; y++) {
    const start = middle - centre * cos - (y - centre) * sin;
    for (let x = 0; x < n; x++) {
      const s = start + x * cos;
      const below = Math.floor(s);
      const step = filtered[below + 1] - filtered[below];
      f[y * n + x] += weight * (filtered[below] + (s - below) * step);
    }
  }
}

/** A function that gives the views of a scan so far, and what FBP makes of them.

    Of `count` views over half a turn, those of the first `arc` degrees are measured. */
function scannerOf(f, n) {
  const lines = framed(f, n);
  const weights = rampWeights(n);
  return (count, arc) => {
    const f_hat = new Float64Array(n * n);
    const views = [];
    for (let k = 0; k < Math.ceil((count * arc) / 180); k++) {
      const theta = (k / count) * Math.PI;
      const view = project(lines, n, theta);
      smear(ramp(view, weights), n, theta, Math.PI / count, f_hat);
      views.push(view);
    }
    return { views, f_hat: f_hat.map((v) => clamp(v, 0, 1)) };
  };
}

/** The pixels of the lesion, and those of a ring around it. */
function besideLesion(model) {
  const n = model.get("size");
  const [right, up, radius] = model.get("lesion");
  const apart = (i) => {
    const x = (i % n) - (n - 1) / 2;
    const y = (n - 1) / 2 - Math.floor(i / n);
    return Math.hypot(x - right, y - up);
  };
  const pixels = Array.from({ length: n * n }, (_, i) => i);
  const ring = (d) => d > radius + 1 && d <= 2 * radius + 2;
  return {
    lesion: pixels.filter((i) => apart(i) <= radius),
    around: pixels.filter((i) => ring(apart(i))),
  };
}

function meanOver(f, pixels) {
  return pixels.reduce((sum, i) => sum + f[i], 0) / pixels.length;
}

/** How far the lesion stands above the mean around it, in standard deviations there. */
function contrastIn(f, { lesion, around }) {
  const mean = meanOver(f, around);
  const squares = around.reduce((sum, i) => sum + (f[i] - mean) ** 2, 0);
  return (meanOver(f, lesion) - mean) / Math.sqrt(squares / (around.length - 1));
}

/** The views so far, their filtered back-projection, and the contrast of the lesion. */
function computation(model) {
  const scan = scannerOf(floats(model, "scene"), model.get("size"));
  const places = besideLesion(model);
  return ({ views, arc }) => {
    const drawn = scan(views, arc);
    return { ...drawn, contrast: contrastIn(drawn.f_hat, places) };
  };
}

/** The sinogram, half a turn from top to bottom; what is not measured yet is empty. */
function sinogram(views, count, n) {
  const rows = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const view = views[Math.floor((row / n) * count)];
    if (view) rows.set(view, row * n);
  }
  return rows;
}

function turnTo(model, arc) {
  model.set("arc", clamp(arc, LEAST, 180));
  model.save_changes();
}

/** The way of the source around a picture, to be dragged; what it returns draws it. */
function sourceAround({ canvas }, model) {
  const box = { class: "cu-over", viewBox: "-1 -1 2 2", "aria-hidden": "true" };
  const svg = make(canvas.parentNode, "svg", box);
  const way = make(svg, "path", { class: "cu-line cu-learned" });
  const source = make(svg, "circle", { class: "cu-kept", r: 0.07 });
  draggable(svg, {
    move({ x, y }) { // the first view has the source above; it turns to the left
      const degrees = (Math.atan2(1 - 2 * x, 1 - 2 * y) * 180) / Math.PI;
      turnTo(model, degrees < -90 ? 180 : 5 * Math.round(degrees / 5));
    },
  });
  return (arc) => {
    const x = (-0.92 * Math.sin((arc / 180) * Math.PI)).toFixed(3);
    const y = (-0.92 * Math.cos((arc / 180) * Math.PI)).toFixed(3);
    way.setAttribute("d", `M0,-0.92A.92,.92 0 0 0 ${x},${y}`);
    source.setAttribute("cx", x);
    source.setAttribute("cy", y);
  };
}

/** A button that turns the source once, step by step, until the reader turns it. */
function turnButton(controls, model) {
  let expected = 0;
  let next = 0;
  const step = () => {
    if (model.get("arc") !== expected) return;
    expected = Math.min(expected + 5, 180);
    turnTo(model, expected);
    if (expected < 180) next = setTimeout(step, 40);
  };
  const row = make(controls, "div", { class: "cu-buttons" });
  button(row, "Turn the scanner", () => {
    clearTimeout(next);
    expected = LEAST;
    turnTo(model, expected);
    next = setTimeout(step, 40);
  });
}

function sliders(controls, model) {
  slider(controls, model, "views", {
    label: "views in half a turn",
    min: 2,
    max: MOST,
    step: 1,
  });
  slider(controls, model, "arc", {
    label: "turned by",
    min: LEAST,
    max: 180,
    step: 5,
    show: (degrees) => `${degrees}°`,
  });
}

/** What one can see of the lesion, in words. */
function verdict({ views, contrast }) {
  const outcome = contrast < SEEN ? "it is lost in the streaks" : "it can be seen";
  return `${views.length} views so far. The lesion stands ${signed(contrast, 1)} ` +
    `standard deviations above the streaks around it: ${outcome}.`;
}

function render({ model, el }) {
  const n = model.get("size");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const scene = picture(panels, "truth: drag the source", n, n);
  scene.draw(floats(model, "scene"));
  const drawSource = sourceAround(scene, model);
  const estimate = picture(panels, "reconstruction (FBP)", n, n);
  const data = picture(panels, "sinogram: the data", n, n);
  sliders(controls, model);
  turnButton(controls, model);
  respond(model, ["views", "arc"], (setting) => {
    const drawn = compute(setting);
    const rows = sinogram(drawn.views, setting.views, n);
    drawSource(setting.arc);
    data.draw(rows, 0, rows.reduce((a, b) => Math.max(a, b), 1e-9));
    estimate.draw(drawn.f_hat);
    output.textContent = verdict(drawn);
    if (setting.arc < 180 || drawn.contrast < SEEN || setting.views < 3) return;
    const fewer = compute({ ...setting, views: setting.views - 1 });
    if (fewer.contrast >= SEEN) return;
    reached(`${setting.views} views show the lesion; with one view less it is lost.`);
  });
}

export default { render };
