// A picture through blur and noise, and three answers: inverse, filter, a small network.

const ALIASES = 3; // terms on either side of a sampled Gaussian's transfer function
// What is shown, in this order; the first three are the answers.
const SHOWN = [
  { name: "inverse", role: "noise", means: "the naive inverse of the blur" },
  { name: "filter", role: "classical", means: "a classical filter, Wiener's" },
  { name: "network", role: "learned", means: "the small network" },
  { name: "data", role: "data", means: "what the camera saw: blurred and noisy" },
  { name: "truth", role: "scene", means: "the photograph itself" },
];
const NETWORK = 2;

/** The ring of each frequency: |nu| in periods per picture, rounded. */
function ringsOf(n) {
  const nu = (i) => (i < n / 2 ? i : i - n);
  const radius = (i) => Math.sqrt(nu(Math.floor(i / n)) ** 2 + nu(i % n) ** 2);
  return Uint16Array.from({ length: n * n }, (_, i) => Math.floor(radius(i) + 0.5));
}

/** What a Gaussian blur leaves of each frequency: sums in which nothing cancels. */
function transferOf(width, n) {
  const rate = -2 * Math.PI ** 2 * width ** 2;
  const line = Float64Array.from({ length: n }, (_, i) => {
    const nu = (i < n / 2 ? i : i - n) / n;
    let sum = 0;
    for (let m = -ALIASES; m <= ALIASES; m++) sum += Math.exp(rate * (nu + m) ** 2);
    return sum;
  });
  const h = new Float64Array(n * n);
  for (let y = 0; y < n; y++) {
    const scale = line[y] / line[0] ** 2;
    for (let x = 0; x < n; x++) h[y * n + x] = scale * line[x];
  }
  return h;
}

/** h S / (h^2 S + weight sigma^2): the Wiener filter under a mean spectrum S. */
function wienerFactors(h, S, noise) {
  const factors = new Float64Array(h.length);
  for (let i = 0; i < h.length; i++) {
    factors[i] = (h[i] * S[i]) / (h[i] ** 2 * S[i] + noise);
  }
  return factors;
}

/** The error that the filter of weight 1 leaves on the average: its root mean square. */
function expectedError(h, S, sigma) {
  let sum = 0;
  for (let i = 0; i < h.length; i++) {
    sum += (S[i] * sigma ** 2) / (h[i] * h[i] * S[i] + sigma ** 2);
  }
  return Math.sqrt(sum / h.length);
}

/** Two real pictures from their spectra by one transform: F^-1 [A + i B] = a + i b. */
function twoFrom(n) {
  const rows = transformOf(n);
  const half = plane(n);
  const sum = plane(n);
  return (A, B) => {
    for (let i = 0; i < n * n; i++) { // the inverse is the transform of the conjugate
      sum.re[i] = (A.re[i] - B.im[i]) / (n * n);
      sum.im[i] = -(A.im[i] + B.re[i]) / (n * n);
    }
    const { re, im } = rows(rows(sum, half), plane(n));
    for (let i = 0; i < n * n; i++) im[i] = -im[i];
    return [re, im];
  };
}

/** The data of a picture, and the two answers of one formula each, at any setting. */
function answersOf(n, { f, noise, spectrum, weight }) {
  const { forward, back } = fourierOf(n);
  const backOfTwo = twoFrom(n);
  const S = Float64Array.from(ringsOf(n), (ring) => spectrum[ring]);
  const F_f = forward(f);
  const F_noise = forward(noise);
  return (width, sigma) => {
    const h = transferOf(width, n);
    const G = plane(n);
    for (let i = 0; i < n * n; i++) {
      G.re[i] = h[i] * F_f.re[i] + sigma * F_noise.re[i];
      G.im[i] = h[i] * F_f.im[i] + sigma * F_noise.im[i];
    }
    const filtered = (strength) =>
      times(wienerFactors(h, S, strength * weight * sigma ** 2), G);
    const [data, filter] = backOfTwo(G, filtered(1));
    const inverse = back(times(h.map((v) => 1 / v), G));
    const others = () => { // what the network needs beside them
      const [weak, strong] = backOfTwo(...[0.1, 10].map(filtered));
      return [weak, filter, strong, back(filtered(100))];
    };
    const scale = () => expectedError(h, S, sigma);
    return { data, inverse, filter, others, scale, width, sigma };
  };
}

/** The layers of the network, from whole numbers and one scale for each layer. */
function layersOf(whole, biases, shapes) {
  let at = 0;
  let first = 0;
  return shapes.map(({ from, to, scale }) => {
    const taken = whole.subarray(at, at + 9 * from * to);
    const bias = biases.subarray(first, first + to);
    at += taken.length;
    first += to;
    return { from, to, bias, weight: Float64Array.from(taken, (v) => v * scale) };
  });
}

/** Add a 3 x 3 convolution of one padded plane to another. */
function addConvolved(sum, x, w, row) {
  const [a, b, c, d, e, f, g, h, i] = w;
  for (let top = 0; top + 2 * row < x.length; top += row) {
    for (let p = top + row + 1; p < top + 2 * row - 1; p++) {
      sum[p] += a * x[p - row - 1] + b * x[p - row] + c * x[p - row + 1] +
        d * x[p - 1] + e * x[p] + f * x[p + 1] +
        g * x[p + row - 1] + h * x[p + row] + i * x[p + row + 1];
    }
  }
}

/** One value on n x n pixels, in a frame of zeros one pixel wide. */
function flat(value, n) {
  const row = n + 2;
  const out = new Float64Array(row * row);
  for (let y = 1; y <= n; y++) out.fill(value, y * row + 1, y * row + 1 + n);
  return out;
}

/** One layer: what each channel adds, then the relu, unless it is the last layer. */
function throughLayer(planes, { from, to, bias, weight }, n, last) {
  const row = n + 2;
  return Array.from({ length: to }, (_, o) => {
    const sum = flat(bias[o], n);
    for (let c = 0; c < from; c++) {
      const at = 9 * (o * from + c);
      addConvolved(sum, planes[c], weight.subarray(at, at + 9), row);
    }
    return last ? sum : sum.map((value) => Math.max(0, value));
  });
}

/** Every second pixel of every second row, in a frame of zeros one pixel wide. */
function quarter(f, n, dy, dx) {
  const side = n / 2;
  const out = new Float64Array((side + 2) ** 2);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      out[(y + 1) * (side + 2) + x + 1] = f[(2 * y + dy) * n + 2 * x + dx];
    }
  }
  return out;
}

/** The four quarters of a picture: the pixels of its blocks of 2 x 2. */
function quarters(f, n) {
  return [[0, 0], [0, 1], [1, 0], [1, 1]].map(([dy, dx]) => quarter(f, n, dy, dx));
}

/** What the network looks at: details between filters, the width and the noise. */
function inputsOf({ others, width, sigma }, scale, n) {
  const filters = others();
  const detail = (a, b) => quarters(a.map((v, i) => (v - b[i]) / scale), n);
  return [
    ...filters.slice(1).flatMap((smooth, i) => detail(filters[i], smooth)),
    flat(width - 1.5, n / 2),
    flat(Math.log10(sigma) + 2, n / 2),
  ];
}

/** The filter's answer, and what the last layer adds to the pixels of each block. */
function corrected({ filter }, scale, planes, n) {
  const row = n / 2 + 2;
  return filter.map((value, i) => {
    const y = Math.floor(i / n);
    const x = i % n;
    const place = ((y >> 1) + 1) * row + (x >> 1) + 1;
    return value + scale * planes[2 * (y % 2) + (x % 2)][place];
  });
}

/** The network's answer, layer by layer: a generator, which ends with the picture. */
function* throughNetwork(answers, layers, n) {
  const scale = answers.scale();
  let planes = inputsOf(answers, scale, n);
  for (const layer of layers) {
    yield;
    planes = throughLayer(planes, layer, n / 2, layer === layers.at(-1));
  }
  return corrected(answers, scale, planes, n);
}

/** What a generator returns, without a pause. */
function atOnce(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** 10 log10 of || a - b ||^2 / || b ||^2, as in metrics.nmse_db. */
function decibels(a, b) {
  return 20 * Math.log10(relativeError(a, b));
}

/** The pictures of the book, one after the other. */
function albumOf(model) {
  const n = model.get("size");
  const all = floats(model, "album");
  const count = all.length / (n * n);
  return Array.from({ length: count }, (_, i) => all.subarray(i * n * n, (i + 1) * n * n));
}

/** The layers of the network that Python sent. */
function networkOf(model) {
  const { buffer, byteOffset, byteLength } = model.get("weights");
  const whole = new Int16Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return layersOf(whole, floats(model, "biases"), model.get("layers"));
}

/** The answers to the data of one picture. */
function answersTo(model, f) {
  return answersOf(model.get("size"), {
    f,
    noise: floats(model, "noise"),
    spectrum: floats(model, "spectrum"),
    weight: model.get("weight"),
  });
}

/** All answers at a setting, and their errors: what the tests compare with Python. */
// deno-lint-ignore no-unused-vars
function computation(model) {
  const n = model.get("size");
  const layers = networkOf(model);
  const ofPicture = albumOf(model).map((f) => ({ f, answer: answersTo(model, f) }));
  return (setting) => {
    const { f, answer } = ofPicture[setting.picture];
    const answers = answer(setting.width, 10 ** setting.log10_sigma);
    const { data, inverse, filter } = answers;
    const network = atOnce(throughNetwork(answers, layers, n));
    const errors = [data, inverse, filter, network].map((x) => decibels(x, f));
    return { data, inverse, filter, network, errors };
  };
}

/** Runs the network in the pauses of the page: a slider never waits for all of it.

    What this returns asks for an answer; `done` gets it, and whether it is the last. */
function patiently(layers, n, done) {
  let wanted = null;
  let running = false;
  const begin = () => {
    const answers = wanted;
    const steps = throughNetwork(answers, layers, n);
    wanted = null;
    running = true;
    const go = () => {
      const step = steps.next();
      if (!step.done) return setTimeout(go);
      running = false;
      done(step.value, wanted === null);
      if (wanted) begin();
    };
    setTimeout(go);
  };
  return (answers) => {
    wanted = answers;
    if (!running) begin();
  };
}

/** The left part of one picture and the right part of another. */
function spliced(left, right, part, n) {
  const edge = Math.round(part * n);
  const mixed = Float64Array.from(right);
  for (let row = 0; row < n * n; row += n) mixed.set(left.subarray(row, row + edge), row);
  return mixed;
}

function change(model, values) {
  model.set(values);
  model.save_changes();
}

/** Two pictures in one place, with a divider to drag; what it returns draws them. */
function wipe(parent, model, n) {
  const stage = make(parent, "div", {
    class: "cu-wipe",
    role: "slider",
    "aria-label": "divider between two pictures",
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  const { draw } = picture(stage, "the two that you compare", n, n);
  const names = ["left", "right"].map((side) =>
    make(stage, "span", { class: `cu-side cu-${side}` })
  );
  const line = make(stage, "span", { class: "cu-divider" });
  const put = (part) => change(model, { divider: clamp(part, 0, 1) });
  draggable(stage, {
    across: true,
    move: ({ x }) => put(x),
    keys: (right, up) => put(model.get("divider") + 0.02 * (right + up)),
  });
  return (pictures) => {
    const { left, right, divider } = sides(model);
    draw(spliced(pictures[left], pictures[right], divider, n));
    [left, right].forEach((i, side) => {
      names[side].textContent = SHOWN[i].name;
    });
    line.style.left = `${100 * divider}%`;
    tellPlace(stage, SHOWN[left].name, SHOWN[right].name, Math.round(100 * divider));
  };
}

function sides(model) {
  return Object.fromEntries(["left", "right", "divider"].map((t) => [t, model.get(t)]));
}

function tellPlace(stage, left, right, percent) {
  stage.setAttribute("aria-valuenow", percent);
  stage.setAttribute(
    "aria-valuetext",
    `${left} on the left of ${percent} %, then ${right}`,
  );
}

/** The picture that is touched goes to the right, and what was there to the left. */
function compare(model, i) {
  if (i !== model.get("right")) change(model, { left: model.get("right"), right: i });
}

/** A small picture that one may touch, with a line of its own below it. */
function tile(parent, { name, role, means }, n, touch) {
  const node = button(parent, "", touch);
  node.className = `cu-tile cu-of-${role}`;
  node.title = means;
  const { draw } = picture(node, name, n, n);
  const line = make(node, "span", { class: "cu-error" });
  let shown = null;
  const show = (f) => {
    if (f !== shown) draw(f);
    shown = f;
  };
  return { node, show, line };
}

/** The small pictures with their errors; what it returns draws them. */
function tiles(parent, model, n) {
  const row = make(parent, "div", { class: "cu-tiles", role: "group" });
  row.setAttribute("aria-label", "Touch two pictures to compare them");
  const all = SHOWN.map((about, i) => tile(row, about, n, () => compare(model, i)));
  make(row, "p", {}, "Touch two to compare them. Fewer dB are better.");
  return (pictures, errors) => {
    const chosen = [model.get("left"), model.get("right")];
    const best = Math.min(...errors.slice(0, 3));
    all.forEach(({ node, show, line }, i) => {
      show(pictures[i]);
      if (i < errors.length) line.textContent = inDecibels(errors[i]);
      node.classList.toggle("cu-best", errors[i] === best);
      node.setAttribute("aria-pressed", chosen.includes(i));
    });
  };
}

function inDecibels(error) {
  return `${signed(error, error > 100 ? 0 : 1)} dB`;
}

/** The photographs to choose from; what it returns marks the one that is chosen. */
function chooser(parent, model, album) {
  const n = model.get("size");
  const row = make(parent, "div", { class: "cu-album", role: "group" });
  row.setAttribute("aria-label", "Choose a photograph");
  const all = album.map((f, i) => {
    const node = button(row, "", () => change(model, { picture: i }));
    picture(node, model.get("names")[i], n, n).draw(f);
    return node;
  });
  return (chosen) =>
    all.forEach((node, i) => node.setAttribute("aria-pressed", i === chosen));
}

function sliders(controls, model) {
  slider(controls, model, "log10_sigma", {
    label: "noise",
    min: -3.5,
    max: -0.5,
    step: 0.05,
    show: (log10) => ofWhite(10 ** log10),
  });
  slider(controls, model, "width", {
    label: "blur",
    min: 0.5,
    max: 2.5,
    step: 0.05,
    show: (width) => `${width.toFixed(2)} px`,
  });
}

/** A part of white, in percent with two digits. */
function ofWhite(part) {
  return `${+(100 * part).toPrecision(2)} %`;
}

/** What the errors of the filter and of the network say, once both are there. */
function verdict(ofFilter, ofNetwork, sigma, [low, high]) {
  const gain = +(ofFilter - ofNetwork).toFixed(1);
  const size = `${Math.abs(gain).toFixed(1)} dB`;
  const known = `It was trained on noise of ${ofWhite(low)} to ${ofWhite(high)}.`;
  const note = sigma < low || sigma > high ? ` ${known}` : "";
  if (gain > 0) return `The network is better than the filter, by ${size}.${note}`;
  if (gain < 0) return `The network loses to the filter, by ${size}.${note}`;
  return `The network and the filter are equally good.${note}`;
}

/** What is on show: the pictures in the order of SHOWN, and the errors of all but one. */
function exhibition(model, album) {
  const now = { pictures: [], errors: [], answers: null };
  let f = null;
  let answer = null;
  const choose = (own) => {
    f = own ?? album[model.get("picture")];
    answer = answersTo(model, f);
  };
  const measure = () => {
    now.answers = answer(model.get("width"), 10 ** model.get("log10_sigma"));
    const { data, inverse, filter } = now.answers;
    const network = now.pictures[NETWORK] ?? filter;
    now.pictures = [inverse, filter, network, data, f];
    now.errors = now.pictures.slice(0, 4).map((x) => decibels(x, f));
  };
  const add = (network) => {
    now.pictures[NETWORK] = network;
    now.errors[NETWORK] = decibels(network, f);
  };
  choose();
  return { now, choose, measure, add };
}

/** The frame with its parts; what it returns draws what is on show. */
function parts(el, model, album) {
  const n = model.get("size");
  const { panels, controls, output, reached } = frame(el, model);
  panels.classList.add("cu-answers");
  const drawWipe = wipe(panels, model, n);
  const beside = make(panels, "div", { class: "cu-beside" });
  const mark = chooser(beside, model, album);
  const drawTiles = tiles(beside, model, n);
  sliders(controls, model);
  for (const trait of ["picture", "left", "right", "divider"]) {
    remember(controls, model, trait);
  }
  const draw = ({ pictures, errors }) => {
    drawWipe(pictures);
    drawTiles(pictures, errors);
  };
  return { controls, output, reached, mark, draw };
}

/** Say the setting at once, and what it leads to when the network is through. */
function reader(model, { output, reached }) {
  const setting = () =>
    `Noise ${ofWhite(10 ** model.get("log10_sigma"))}, ` +
    `blur ${model.get("width").toFixed(2)} px.`;
  const wait = () => {
    output.textContent = `${setting()} …`;
  };
  const tell = (errors) => {
    const [, ofFilter, ofNetwork] = errors;
    const sigma = 10 ** model.get("log10_sigma");
    const words = verdict(ofFilter, ofNetwork, sigma, model.get("trained"));
    output.textContent = `${setting()} ${words}`;
    if (+(ofFilter - ofNetwork).toFixed(1) < 0) {
      reached("Here what the network has learned does more harm than good.");
    }
  };
  return { wait, tell };
}

function render({ model, el }) {
  const album = albumOf(model);
  const { now, choose, measure, add } = exhibition(model, album);
  const page = parts(el, model, album);
  const { wait, tell } = reader(model, page);
  const ask = patiently(networkOf(model), model.get("size"), (network, last) => {
    add(network);
    page.draw(now);
    if (last) tell(now.errors);
  });
  const recompute = () => {
    measure();
    wait();
    page.draw(now);
    ask(now.answers);
  };
  const use = (own) => {
    choose(own);
    page.mark(own ? -1 : model.get("picture"));
    recompute();
  };
  model.on("change:picture", () => use());
  respond(model, ["left", "right", "divider"], () => {
    if (now.answers) page.draw(now);
  });
  use();
  for (const trait of ["width", "log10_sigma"]) model.on(`change:${trait}`, recompute);
  ownPicture(page.controls, model.get("size"), use);
}

export default { render };
