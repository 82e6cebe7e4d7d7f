// Labels of a noisy image: iterated conditional modes of the Potts model, on the page.

const SWEEPS = 8;
const NONE = 255; // the label of a hidden pixel before its neighbours have one

/** (f - m_k)^2 / 2 v for each pixel and each class, and the class where it is smallest.

    Where an image is hidden the first is 0, and there is no class. */
function nearest(f, m, v, hidden) {
  const K = m.length;
  const fit = new Float64Array(K * f.length);
  const z = new Uint8Array(f.length);
  for (let x = 0; x < f.length; x++) {
    if (hidden[x]) {
      z[x] = NONE;
      continue;
    }
    for (let k = 0; k < K; k++) {
      fit[K * x + k] = (f[x] - m[k]) ** 2 / (2 * v);
      if (fit[K * x + k] < fit[K * x + z[x]]) z[x] = k;
    }
  }
  return { fit, z };
}

/** What fills company, at x = i n + j, with beta times the neighbours of each label. */
function neighboursOf(z, n, beta, company) {
  const meet = (y) => {
    if (z[y] !== NONE) company[z[y]] += beta;
  };
  return (x, i, j) => {
    for (let k = 0; k < company.length; k++) company[k] = 0;
    if (i > 0) meet(x - n);
    if (i < n - 1) meet(x + n);
    if (j > 0) meet(x - 1);
    if (j < n - 1) meet(x + 1);
  };
}

/** Half a sweep: the pixels of one colour of the checkerboard take their best class.

    How many of them had another one. */
function halfSweep(z, fit, n, beta, colour, hidden) {
  const K = fit.length / z.length;
  const company = new Float64Array(K);
  const count = neighboursOf(z, n, beta, company);
  let changed = 0;
  for (let i = 0; i < n; i++) {
    for (let j = (i + colour) % 2; j < n; j += 2) {
      const x = i * n + j;
      count(x, i, j);
      if (hidden[x] && company.every((c) => c === 0)) continue;
      const best = bestClass(fit, K * x, company);
      changed += best !== z[x];
      z[x] = best;
    }
  }
  return changed;
}

/** The class with the smallest misfit less the weight of the neighbours that have it. */
function bestClass(fit, first, company) {
  let best = 0;
  for (let k = 1; k < company.length; k++) {
    if (fit[first + k] - company[k] < fit[first + best] - company[best]) best = k;
  }
  return best;
}

/** The labels after SWEEPS sweeps of a checkerboard, from the nearest means.

    Once a sweep has changed nothing, no later one would. */
function materials(f, n, m, v, beta, hidden = new Uint8Array(f.length)) {
  const { fit, z } = nearest(f, m, v, hidden);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const even = halfSweep(z, fit, n, beta, 0, hidden);
    const odd = halfSweep(z, fit, n, beta, 1, hidden);
    if (even + odd === 0) break;
  }
  return z.map((label) => label === NONE ? 0 : label);
}

/** Where a label is not that of the material of most pixels of its class. */
function mistaken(z, truth, classes) {
  const kinds = Math.max(...truth) + 1;
  const pairs = Array.from({ length: classes }, () => new Array(kinds).fill(0));
  z.forEach((k, x) => pairs[k][truth[x]]++);
  const meant = pairs.map((row) => row.indexOf(Math.max(...row)));
  return z.map((k, x) => meant[k] === truth[x] ? 0 : 1);
}

/** 1 in a square and 0 around it. */
function squareOf(n, { row, column, side }) {
  const hidden = new Uint8Array(n * n);
  for (let i = row; i < row + side; i++) {
    hidden.fill(1, i * n + column, i * n + column + side);
  }
  return hidden;
}

/** The truth that Python sent, a byte for each pixel. */
function bytesOf(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** The labels, the wrong ones, and how many of these are seen and hidden. */
function computation(model) {
  const n = model.get("size");
  const f = floats(model, "image");
  const truth = bytesOf(model.get("truth"));
  const means = floats(model, "means");
  const v = floats(model, "v");
  return ({ classes, beta, row, column, side }) => {
    const hidden = squareOf(n, { row, column, side });
    const first = (classes * (classes - 1)) / 2 - 1; // 2 + 3 + ... + (classes - 1)
    const m = means.subarray(first, first + classes);
    const labels = materials(f, n, m, v[classes - 2], beta, hidden);
    const wrong = mistaken(labels, truth, classes);
    const count = (where) =>
      wrong.reduce((sum, w, x) => sum + w * (hidden[x] === where), 0);
    return { labels, m, hidden, wrong, seen: count(0), covered: count(1) };
  };
}

/** Two sliders in a row. */
function pairOf(controls) {
  const pair = make(controls, "div", { class: "cu-pairs" });
  atFirst.set(pair, atFirst.get(controls));
  return pair;
}

function sliders(controls, model) {
  const first = pairOf(controls);
  const show = (beta) => beta.toFixed(1);
  slider(first, model, "beta", { label: "coupling β", min: 0, max: 4, step: 0.1, show });
  slider(first, model, "classes", { label: "classes", min: 2, max: 6, step: 1 });
  const side = model.get("side");
  if (!side) return;
  const second = pairOf(controls);
  const max = model.get("size") - side;
  for (const trait of ["column", "row"]) {
    slider(second, model, trait, { label: `square: ${trait}`, min: 0, max, step: 1 });
  }
}

/** Drag the hidden square by its middle. */
function dragSquare(canvas, model) {
  const n = model.get("size");
  const side = model.get("side");
  if (!side) return;
  const go = (row, column) => {
    model.set({ row: clamp(row, 0, n - side), column: clamp(column, 0, n - side) });
    model.save_changes();
  };
  const place = (part) => Math.round(part * n - side / 2);
  draggable(canvas, {
    move: ({ x, y }) => go(place(y), place(x)),
    keys: (right, up) => go(model.get("row") - up, model.get("column") + right),
  });
}

/** Three pictures; what they return draws the setting. */
function pictures(panels, model) {
  const n = model.get("size");
  const f = floats(model, "image");
  const low = Math.min(...f);
  const high = Math.max(...f);
  const data = picture(panels, "noisy image", n, n);
  if (model.get("side")) data.name("noisy image: drag the square");
  dragSquare(data.canvas, model);
  const map = picture(panels, "labels, drawn as their means", n, n);
  const error = picture(panels, "wrong labels", n, n);
  for (const { canvas } of [data, map, error]) {
    canvas.parentNode.style.flexBasis = "9.5rem"; // all in a row
  }
  return ({ labels, m, hidden, wrong }) => {
    data.draw(f.map((value, x) => hidden[x] ? low : value), low, high);
    map.draw(Float64Array.from(labels, (k) => m[k]), low, high);
    error.draw(wrong);
  };
}

function render({ model, el }) {
  const n = model.get("size");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model);
  sliders(controls, model);
  respond(model, ["beta", "classes", "row", "column"], (setting) => {
    const side = model.get("side");
    const drawn = compute({ ...setting, side });
    const alone = compute({ ...setting, side, beta: 0 });
    draw(drawn);
    const percent = (count) => `${((100 * count) / (n * n - side ** 2)).toFixed(1)}\u00a0%`;
    const { row, column } = setting;
    const inside = `; of those hidden at row ${row}, column ${column}, ${drawn.covered} ` +
      `of ${side ** 2}`;
    output.textContent = `Wrong: ${percent(drawn.seen)} of the labels ` +
      `(${percent(alone.seen)} at β = 0)${side ? inside : ""}.`;
    if (drawn.seen <= alone.seen / 2 && side && drawn.covered > side ** 2 / 4) {
      reached(
        "Half as many are wrong where there are data. " +
          "Without data, labels only continue what surrounds them.",
      );
    }
  });
}

export default { render };
