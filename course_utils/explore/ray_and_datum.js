// One ray, x cos + y sin = r: the pixels between which it passes, and its sum.

/** The pixels of a ray and their weights: Joseph's, two pixels in each line it crosses. */
function rayOf(n, theta, place) {
  const cos = Math.cos(theta);
  const sin = Math.sin(theta);
  const steep = Math.abs(cos) >= Math.abs(sin);
  const length = 1 / Math.max(Math.abs(cos), Math.abs(sin));
  const centre = (n - 1) / 2;
  const r = place - centre;
  const pixels = [];
  for (let line = 0; line < n; line++) {
    const t = line - centre;
    const meets = centre + (steep ? (r + t * sin) / cos : (t * cos - r) / sin);
    const below = Math.floor(meets);
    for (const near of [below, below + 1]) {
      if (near < 0 || near >= n) continue;
      const pixel = steep ? line * n + near : near * n + line;
      pixels.push({ pixel, weight: (1 - Math.abs(meets - near)) * length });
    }
  }
  return pixels;
}

/** The sum of an image along a ray. */
function sumAlong(f, pixels) {
  return pixels.reduce((sum, { pixel, weight }) => sum + weight * f[pixel], 0);
}

/** The sinogram, and at a setting the row of H and its datum. */
function computation(model) {
  const n = model.get("size");
  const f = floats(model, "scene");
  const ray = (angle, place) => rayOf(n, (angle * Math.PI) / n, place);
  const sinogram = Float64Array.from({ length: n * n }, (_, i) => {
    return sumAlong(f, ray(Math.floor(i / n), i % n));
  });
  return ({ angle, place }) => {
    const pixels = ray(angle, place);
    const row = new Float64Array(n * n);
    for (const { pixel, weight } of pixels) row[pixel] += weight;
    return { sinogram, row, datum: sumAlong(f, pixels) };
  };
}

function change(model, values) {
  model.set(values);
  model.save_changes();
}

/** Another ray, so many places and angles on. */
function step(model, right, up) {
  const last = model.get("size") - 1;
  change(model, {
    place: clamp(model.get("place") + right, 0, last),
    angle: clamp(model.get("angle") + up, 0, last),
  });
}

/** A sheet over a picture, of so many pixels, to be dragged. */
function sheetOver({ canvas }, viewBox, move, model) {
  const svg = make(canvas.parentNode, "svg", {
    class: "cu-over",
    viewBox,
    style: "overflow:hidden",
    role: "img",
    "aria-label": "the ray: the arrow keys move it and turn it",
  });
  draggable(svg, { move, keys: (right, up) => step(model, right, up) });
  return svg;
}

/** The ray over the section; it goes where one points. What it returns draws it. */
function rayOver(section, model) {
  const n = model.get("size");
  const ray = ({ x, y }) => {
    const theta = (model.get("angle") * Math.PI) / n;
    const r = n * ((x - 0.5) * Math.cos(theta) + (0.5 - y) * Math.sin(theta));
    change(model, { place: clamp(Math.round(r + (n - 1) / 2), 0, n - 1) });
  };
  const svg = sheetOver(section, "-1 -1 2 2", ray, model);
  const line = make(svg, "path", { class: "cu-line cu-learned" });
  return ({ angle, place }) => {
    const theta = (angle * Math.PI) / n;
    const r = (2 / n) * (place - (n - 1) / 2);
    const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
    const end = (t) => [r * cos - t * sin, -r * sin - t * cos].map((v) => v.toFixed(4));
    line.setAttribute("d", `M${end(-3)}L${end(3)}`);
  };
}

/** The mark of the ray in the sinogram; it goes where one points. */
function markOver(data, model) {
  const n = model.get("size");
  const index = (part) => clamp(Math.floor(part * n), 0, n - 1);
  const move = ({ x, y }) => change(model, { place: index(x), angle: index(y) });
  const svg = sheetOver(data, `0 0 ${n} ${n}`, move, model);
  const mark = { class: "cu-grip", r: n / 28, style: `stroke-width:${n / 90}` };
  const circle = make(svg, "circle", mark);
  return ({ angle, place }) => {
    circle.setAttribute("cx", place + 0.5);
    circle.setAttribute("cy", angle + 0.5);
  };
}

function sliders(controls, model) {
  const n = model.get("size");
  slider(controls, model, "angle", {
    label: "scanner angle",
    min: 0,
    max: n - 1,
    step: 1,
    show: (angle) => `${((angle * 180) / n).toFixed(0)}°`,
  });
  slider(controls, model, "place", {
    label: "detector place",
    min: 0,
    max: n - 1,
    step: 1,
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const f = floats(model, "scene");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const section = picture(panels, "section f: drag the ray", n, n);
  const crossed = picture(panels, "its row of H", n, n);
  const data = picture(panels, "sinogram: drag the mark", n, n);
  const drawRay = rayOver(section, model);
  const drawMark = markOver(data, model);
  sliders(controls, model);
  const { sinogram } = compute({ angle: 0, place: 0 });
  const largest = sinogram.reduce((a, b) => Math.max(a, b));
  section.draw(f, 0, f.reduce((a, b) => Math.max(a, b)));
  data.draw(sinogram, 0, largest);
  respond(model, ["angle", "place"], (setting) => {
    const { row, datum } = compute(setting);
    const { angle, place } = setting;
    crossed.draw(row);
    drawRay(setting);
    drawMark(setting);
    const count = row.filter((weight) => weight > 0).length;
    output.textContent = `Row ${n * angle + place} of H has ${count} of ${n * n} ` +
      `entries that are not zero. The sum of weight × value is the datum ` +
      `g[${angle}, ${place}] = ${datum.toFixed(1)}.`;
    const percent = ((100 * datum) / largest).toFixed(0);
    if (datum > 0.98 * largest) {
      reached(`Row ${n * angle + place}: ${percent} % of the largest datum.`);
    }
  });
}

export default { render };
