// Views of a section and their filtered back-projection, computed on the page.

const MOST = 48; // the largest number of views
const LEAST = 20; // the smallest arc, in degrees

/** The picture with a border of nothing, along its rows and along its columns. */
function framed(f, n) {
  const rows = new Float64Array(n * (n + 3));
  const columns = new Float64Array(n * (n + 3));
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      rows[y * (n + 3) + x + 1] = f[y * n + x];
      columns[x * (n + 3) + y + 1] = f[y * n + x];
    }
  }
  return { rows, columns };
}

/** H f: Joseph's line integrals, row by row where rays are steep, else column by column. */
function project({ rows, columns }, n, theta) {
  const cos = Math.cos(theta);
  const sin = Math.sin(theta);
  const centre = (n - 1) / 2;
  const steep = Math.abs(cos) >= Math.abs(sin);
  const lines = steep ? rows : columns;
  const slope = steep ? sin / cos : cos / sin;
  const length = 1 / Math.max(Math.abs(cos), Math.abs(sin));
  return Float64Array.from({ length: n }, (_, i) => {
    const middle = centre + (steep ? (i - centre) / cos : (centre - i) / sin);
    return alongRay(lines, n, middle - centre * slope, slope) * length;
  });
}

/** The sum along a ray that meets one line at a place, and each next one farther on. */
function alongRay(lines, n, first, slope) {
  let sum = 0;
  let meets = first;
  for (let j = 0; j < n; j++) {
    const below = Math.floor(meets);
    if (below >= -1 && below < n) {
      const part = meets - below;
      const at = j * (n + 3) + below + 1;
      sum += (1 - part) * lines[at] + part * lines[at + 1];
    }
    meets += slope;
  }
  return sum;
}

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

/** A function that gives the views over an arc and what back-projection makes of them. */
function scannerOf(f, n) {
  const lines = framed(f, n);
  const weights = rampWeights(n);
  return (count, arc) => {
    const f_hat = new Float64Array(n * n);
    const views = [];
    for (let k = 0; k < count; k++) {
      const theta = (k / count) * arc;
      const view = project(lines, n, theta);
      smear(ramp(view, weights), n, theta, arc / count, f_hat);
      views.push(view);
    }
    return { views, f_hat: f_hat.map((v) => clamp(v, 0, 1)) };
  };
}

/** The views at one setting, their filtered back-projection, and its error. */
function computation(model) {
  const f = floats(model, "scene");
  const scan = scannerOf(f, model.get("size"));
  return ({ views, arc }) => {
    const drawn = scan(views, (arc / 180) * Math.PI);
    return { ...drawn, error: relativeError(drawn.f_hat, f) };
  };
}

/** The views under each other, each of them over as many rows as there is room for. */
function stacked(views, n) {
  const rows = new Float64Array(MOST * n);
  for (let row = 0; row < MOST; row++) {
    rows.set(views[Math.floor((row / MOST) * views.length)], row * n);
  }
  return rows;
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
      const turned = degrees < -90 ? 180 : degrees;
      model.set("arc", clamp(5 * Math.round(turned / 5), LEAST, 180));
      model.save_changes();
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

function sliders(controls, model) {
  slider(controls, model, "views", {
    label: "number of views",
    min: 2,
    max: MOST,
    step: 1,
  });
  slider(controls, model, "arc", {
    label: "arc",
    min: LEAST,
    max: 180,
    step: 5,
    show: (degrees) => `${degrees}°`,
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const scene = picture(panels, "true section; drag the source", n, n);
  scene.draw(floats(model, "scene"));
  const drawSource = sourceAround(scene, model);
  const estimate = picture(panels, "filtered back-projection", n, n);
  const data = picture(panels, "views, one in each row", n, MOST);
  sliders(controls, model);
  const first = compute({ views: model.get("views"), arc: model.get("arc") });
  respond(model, ["views", "arc"], (setting) => {
    const { views, f_hat, error } = compute(setting);
    const rows = stacked(views, n);
    drawSource(setting.arc);
    data.draw(rows, 0, rows.reduce((a, b) => Math.max(a, b), 1e-9));
    estimate.draw(f_hat);
    output.textContent = `${setting.views} views over ${setting.arc} degrees: ` +
      `relative error ${error.toFixed(3)}.`;
    const ratio = error / first.error;
    if (setting.views === first.views.length && ratio > 1.8 && ratio < 2.4) {
      reached(`An arc of ${setting.arc} degrees has ${ratio.toFixed(1)} times the error.`);
    }
  });
}

export default { render };
