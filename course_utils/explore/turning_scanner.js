// Views of a scene and their filtered back-projection, computed on the page.

/** The scene with a border of nothing, along its rows and along its columns. */
function framed(f, n) {
  const rows = new Float64Array(n * (n + 3)), columns = new Float64Array(n * (n + 3));
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) rows[y * (n + 3) + x + 1] = columns[x * (n + 3) + y + 1] = f[y * n + x];
  }
  return { rows, columns };
}

/** H f: Joseph's line integrals, row by row where the ray is steep, else column by column. */
function project({ rows, columns }, n, theta, g, first) {
  const cos = Math.cos(theta), sin = Math.sin(theta), steep = Math.abs(cos) >= Math.abs(sin);
  const centre = (n - 1) / 2, lines = steep ? rows : columns, slope = steep ? sin / cos : cos / sin;
  const length = 1 / Math.max(Math.abs(cos), Math.abs(sin));
  for (let i = 0; i < n; i++) {
    let sum = 0, meets = centre + (steep ? (i - centre) / cos : (centre - i) / sin) - centre * slope;
    for (let j = 0; j < n; j++, meets += slope) {
      const below = Math.floor(meets);
      if (below < -1 || below >= n) continue;
      const near = meets - below, at = j * (n + 3) + below + 1;
      sum += (1 - near) * lines[at] + near * lines[at + 1];
    }
    g[first + i] = sum * length;
  }
}

/** The ramp filter, sampled in space. */
function ramp(g, n, first, weights, out) {
  for (let i = 0; i < n; i++) {
    let sum = g[first + i] / 4;
    for (let j = (i + 1) % 2; j < n; j += 2) sum -= g[first + j] * weights[Math.abs(i - j)];
    out[i + 1] = sum;
  }
}

/** Add to each pixel what stands at its place in a filtered view, with nothing beside it. */
function smear(h, n, theta, weight, f) {
  const cos = Math.cos(theta), sin = Math.sin(theta), centre = (n - 1) / 2;
  for (let y = 0; y < n; y++) {
    const start = -centre * cos - (y - centre) * sin + (n + 1) / 2;
    for (let x = 0; x < n; x++) {
      const s = Math.max(0, Math.min(n + 1, start + x * cos)), below = Math.min(n, Math.floor(s));
      f[y * n + x] += weight * (h[below] + (s - below) * (h[below + 1] - h[below]));
    }
  }
}

function render({ model, el }) {
  const n = model.get("size"), f = floats(model, "scene"), most = 48, h = new Float64Array(n + 2);
  const lines = framed(f, n), weights = Float64Array.from({ length: n }, (_, d) => 1 / (Math.PI * d) ** 2);
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "scene", n, n).draw(f);
  const data = picture(panels, "views, one in each row", n, most);
  const estimate = picture(panels, "filtered back-projection", n, n);
  slider(controls, model, "views", { label: "number of views", min: 2, max: most, step: 1 });
  slider(controls, model, "arc", { label: "arc", min: 20, max: 180, step: 5, show: (v) => `${v}°` });
  respond(model, ["views", "arc"], () => {
    const views = model.get("views"), arc = (model.get("arc") / 180) * Math.PI;
    const g = new Float64Array(views * n), f_hat = new Float64Array(n * n), rows = new Float64Array(most * n);
    for (let k = 0; k < views; k++) {
      const theta = (k / views) * arc;
      project(lines, n, theta, g, k * n);
      ramp(g, n, k * n, weights, h);
      smear(h, n, theta, arc / views, f_hat);
    }
    for (let row = 0; row < most; row++) {
      const k = Math.floor((row / most) * views);
      rows.set(g.subarray(k * n, (k + 1) * n), row * n);
    }
    data.draw(rows, 0, g.reduce((a, b) => Math.max(a, b), 1e-9));
    const clipped = f_hat.map((v) => Math.max(0, Math.min(1, v)));
    estimate.draw(clipped);
    output.textContent = `${views} views over ${model.get("arc")} degrees: relative error ${relativeError(clipped, f).toFixed(3)}.`;
  });
}

export default { render };
