// The posterior of an image when a square of the detector is dead, by Fourier transforms.

/** L with L L^T = A, for the k x k numbers of A row by row; L is 0 above its diagonal. */
function cholesky(A, k) {
  const L = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * k + j];
      for (let l = 0; l < j; l++) sum -= L[i * k + l] * L[j * k + l];
      L[i * k + j] = i === j ? Math.sqrt(sum) : sum / L[j * k + j];
    }
  }
  return L;
}

/** A^-1 b, in the place of b, for the first numbers of the k x k matrix A = L L^T. */
function solveCholesky(L, k, b) {
  const count = b.length;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) b[i] -= L[i * k + j] * b[j];
    b[i] /= L[i * k + i];
  }
  for (let i = count - 1; i >= 0; i--) {
    for (let j = i + 1; j < count; j++) b[i] -= L[j * k + i] * b[j];
    b[i] /= L[i * k + i];
  }
  return b;
}

/** Row and column of each pixel of a square in the upper left corner.

    The smaller squares come first: what is known of the largest is known of all. */
function square(side) {
  const pixels = Array.from({ length: side * side }, (_, i) => {
    return [Math.floor(i / side), i % side];
  });
  return pixels.sort((a, b) => Math.max(...a) - Math.max(...b));
}

/** The entry of a periodic kernel, whose origin is its first entry, at a displacement. */
function kernelAt(kernel, n, down, right) {
  return kernel[((down + n) % n) * n + ((right + n) % n)];
}

/** What is known of an image with no dead pixel: v for each frequency, and two kernels. */
function wholeDetector(model, n, back) {
  const line = floats(model, "line");
  const p = floats(model, "p");
  const sigma2 = model.get("sigma") ** 2;
  const s = p.map((_, i) => line[Math.floor(i / n)] * line[i % n]);
  const v = s.map((s_i, i) => 1 / (s_i ** 2 / sigma2 + 1 / p[i]));
  const kernel = (factors) => back({ re: factors, im: new Float64Array(n * n) });
  const seen = s.map((s_i, i) => s_i * v[i]); // H Sigma
  const data = s.map((s_i, i) => s_i ** 2 * v[i]); // H Sigma H^T
  const variance = v.reduce((sum, v_i) => sum + v_i, 0) / (n * n);
  return { s, seen, sigma2, variance, H_Sigma: kernel(seen), data: kernel(data) };
}

/** L of sigma^2 I - (H Sigma H^T) on the largest square, and for each side the variance.

    The first numbers of L belong to the smaller squares. */
function holesOf({ H_Sigma, data, sigma2, variance }, n, largest) {
  const dead = square(largest);
  const k = dead.length;
  const A = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      const [down, right] = [dead[i][0] - dead[j][0], dead[i][1] - dead[j][1]];
      A[i * k + j] = (i === j ? sigma2 : 0) - kernelAt(data, n, down, right);
    }
  }
  const L = cholesky(A, k);
  return { L, maps: widened(L, dead, H_Sigma, n, variance) };
}

/** For each side, variance + the squares of L^-1 (H Sigma) on the dead pixels.

    A row of pixels is done at once. */
function widened(L, dead, H_Sigma, n, variance) {
  const k = dead.length;
  const maps = Array.from({ length: Math.sqrt(k) + 1 }, () => new Float64Array(n * n));
  const x = dead.map(() => new Float64Array(n));
  for (let row = 0; row < n; row++) {
    const squares = new Float64Array(n).fill(variance);
    for (let i = 0; i < k; i++) {
      const [r, c] = dead[i];
      const start = ((row - r + n) % n) * n;
      x[i].set(H_Sigma.subarray(start, start + n - c), c);
      x[i].set(H_Sigma.subarray(start + n - c, start + n));
      for (let j = 0; j < i; j++) subtract(x[i], L[i * k + j], x[j]);
      for (let u = 0; u < n; u++) squares[u] += (x[i][u] /= L[i * k + i]) ** 2;
      const side = Math.sqrt(i + 1);
      if (Number.isInteger(side)) maps[side].set(squares, row * n);
    }
  }
  return maps;
}

/** a - factor * b, in the place of a. */
function subtract(a, factor, b) {
  for (let u = 0; u < a.length; u++) a[u] -= factor * b[u];
}

/** The data of an image on a whole detector, and what they make of it.

    `fitted` is H times their posterior mean. */
function onWholeDetector(model, f, { s, seen, sigma2 }, { forward, back }) {
  const noise = floats(model, "noise");
  const sigma = model.get("sigma");
  const grey = model.get("grey");
  const exact = back(times(s, forward(f.map((value) => value - grey))));
  const g = exact.map((value, i) => value + sigma * noise[i]);
  const M = times(seen.map((value) => value / sigma2), forward(g));
  return { g, mean: back(M), fitted: back(times(s, M)) };
}

/** The data, the posterior mean and the standard deviation for a place of the square. */
function computation(model, f = floats(model, "scene")) {
  const n = model.get("size");
  const grey = model.get("grey");
  const z = model.get("z");
  const fourier = realFourierOf(n);
  const known = wholeDetector(model, n, fourier.back);
  const whole = onWholeDetector(model, f, known, fourier);
  const { L, maps } = holesOf(known, n, model.get("largest"));
  return ({ row, column, side }) => {
    const dead = square(side).map(([r, c]) => (r + row) * n + c + column);
    const g = whole.g.map((value) => value + grey);
    for (const x of dead) g[x] = 0;
    const mean = meanOf(whole, dead, L, known, fourier);
    const sd = moved(maps[side], n, row, column).map(Math.sqrt);
    const hit = f.map((f_x, x) => Math.abs(f_x - grey - mean[x]) <= z * sd[x] ? 1 : 0);
    const covered = dead.filter((x) => hit[x]).length;
    const elsewhere = hit.reduce((sum, h) => sum + h, 0) - covered;
    const f_hat = mean.map((m) => m + grey);
    return { g, f_hat, sd, covered, elsewhere: elsewhere / (n * n - dead.length) };
  };
}

/** A map that was moved down and to the right. */
function moved(map, n, row, column) {
  return map.map((_, x) => kernelAt(map, n, Math.floor(x / n) - row, (x % n) - column));
}

/** The mean where the dead data are 0: as if these were data, and then mended.

    To put 0 in the place of a datum takes its share from the mean of all data. */
function meanOf(whole, dead, L, { seen, sigma2, data }, { forward, back }) {
  const n = Math.sqrt(whole.g.length);
  const taken = dead.map((x) => whole.g[x] / sigma2);
  const fitted = Float64Array.from(dead, (x) => {
    const apart = (y) => kernelAt(data, n, ((x / n) | 0) - ((y / n) | 0), x % n - y % n);
    return dead.reduce((sum, y, j) => sum - taken[j] * apart(y), whole.fitted[x]);
  });
  const w = new Float64Array(n * n);
  const missing = solveCholesky(L, Math.sqrt(L.length), fitted);
  dead.forEach((x, i) => w[x] = missing[i] - taken[i]);
  const mended = back(times(seen, forward(w)));
  return mended.map((value, x) => value + whole.mean[x]);
}

function sliders(controls, model) {
  const n = model.get("size");
  const pair = make(controls, "div", { class: "cu-pairs" });
  atFirst.set(pair, atFirst.get(controls));
  for (const [trait, label] of [["column", "patch: column"], ["row", "patch: row"]]) {
    slider(pair, model, trait, { label, min: 0, max: n - model.get("largest"), step: 1 });
  }
  const max = model.get("largest");
  slider(controls, model, "side", { label: "side of the patch", min: 1, max, step: 1 });
}

/** Drag the patch by its middle. */
function dragPatch(canvas, model) {
  const n = model.get("size");
  const last = n - model.get("largest");
  const place = (part) => clamp(Math.round(part * n - model.get("side") / 2), 0, last);
  const go = (row, column) => {
    model.set({ row: clamp(row, 0, last), column: clamp(column, 0, last) });
    model.save_changes();
  };
  draggable(canvas, {
    move: ({ x, y }) => go(place(y), place(x)),
    keys: (right, up) => go(model.get("row") - up, model.get("column") + right),
  });
}

/** Four pictures; what they return draws the setting. */
function pictures(panels, model) {
  const n = model.get("size");
  const names = [
    "data g: drag the patch",
    "restoration",
    "posterior uncertainty",
    "actual error",
  ];
  const [data, restored, map, error] = names.map((name) => picture(panels, name, n, n));
  for (const { canvas } of [data, restored, map, error]) {
    canvas.parentNode.style.flexBasis = "9.5rem"; // four in a row
  }
  dragPatch(data.canvas, model);
  return (f, { g, f_hat, sd }) => {
    const top = 1.5 * Math.max(...sd);
    data.draw(g);
    restored.draw(f_hat);
    map.draw(sd, 0, top);
    error.draw(f.map((value, x) => Math.abs(value - f_hat[x])), 0, top);
  };
}

function render({ model, el }) {
  const n = model.get("size");
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model);
  sliders(controls, model);
  let f = floats(model, "scene");
  let compute = computation(model, f);
  const redraw = respond(model, ["row", "column", "side"], (setting) => {
    const drawn = compute(setting);
    draw(f, drawn);
    const pixels = setting.side ** 2;
    const share = Math.round(100 * drawn.elsewhere);
    output.textContent = `Patch at row ${setting.row}, column ${setting.column}: ` +
      `${drawn.covered} of its ${pixels} pixels lie in their 90\u00a0% interval; ` +
      `elsewhere ${share}\u00a0% do.`;
    if (setting.side > 4 && drawn.covered < 0.7 * pixels) {
      const found = Math.round((100 * drawn.covered) / pixels);
      reached(`90\u00a0% was promised, and here ${found}\u00a0% came true.`);
    }
  });
  ownPicture(controls, n, (own) => {
    f = own ?? floats(model, "scene");
    compute = computation(model, f);
    redraw();
  });
}

export default { render };
