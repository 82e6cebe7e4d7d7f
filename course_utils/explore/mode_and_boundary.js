// H e of a Fourier mode e: the part that is t e, and the modes beside it.

const LEAST = 1e-4; // the smallest amount that is drawn

/** exp(2 pi i nu x / n) for all x. */
function modeOf(n, nu) {
  const angles = Array.from({ length: n }, (_, x) => (2 * Math.PI * ((nu * x) % n)) / n);
  return { re: angles.map(Math.cos), im: angles.map(Math.sin) };
}

/** A v for a real matrix, row by row, and a real vector. */
function product(A, v) {
  const n = v.length;
  return Float64Array.from({ length: n }, (_, x) => {
    let sum = 0;
    for (let y = 0; y < n; y++) sum += A[x * n + y] * v[y];
    return sum;
  });
}

/** < e, v > / n, the amount of the mode e in v. */
function amountOf(e, v) {
  const n = v.re.length;
  let re = 0;
  let im = 0;
  for (let x = 0; x < n; x++) {
    re += e.re[x] * v.re[x] + e.im[x] * v.im[x];
    im += e.re[x] * v.im[x] - e.im[x] * v.re[x];
  }
  return { re: re / n, im: im / n };
}

/** What comes out of A, and which part of its energy is the mode that went in. */
function through(A, n, nu) {
  const e = modeOf(n, nu);
  const out = { re: product(A, e.re), im: product(A, e.im) };
  const t = amountOf(e, out);
  const own = e.re.map((c, x) => t.re * c - t.im * e.im[x]);
  const energy = (v) => v.re.reduce((sum, c, x) => sum + c ** 2 + v.im[x] ** 2, 0) / n;
  const kept = (t.re ** 2 + t.im ** 2) / energy(out);
  return { out, own, t, kept };
}

/** The mode, what comes out, and how much of each mode is in it. */
function computation(model) {
  const n = model.get("size");
  const matrices = Object.entries(model.get("matrices"));
  const A = Object.fromEntries(matrices.map(([name, sent]) => [name, numbers(sent)]));
  const modes = Array.from({ length: n }, (_, i) => modeOf(n, i - n / 2));
  return ({ kind, nu }) => {
    const { out, own, t, kept } = through(A[kind], n, nu);
    const size = ({ re, im }) => Math.hypot(re, im);
    return {
      mode: modeOf(n, nu).re,
      out: out.re,
      own,
      amounts: modes.map((e) => size(amountOf(e, out))),
      factor: size(t),
      kept,
    };
  };
}

/** The slowest mode of each operator of which more than half comes out as others. */
function slowestOf(model) {
  const n = model.get("size");
  const first = (sent) => {
    const A = numbers(sent);
    const all = Array.from({ length: n / 2 + 1 }, (_, nu) => through(A, n, nu).kept);
    return all.findIndex((kept) => kept < 0.5);
  };
  const matrices = Object.entries(model.get("matrices"));
  return Object.fromEntries(matrices.map(([name, sent]) => [name, first(sent)]));
}

/** Two plots; what they return draws a mode and what comes out. */
function plots(panels, n, model) {
  const signal = signalAxes(panels, n, {
    label: "A Fourier mode, and what comes out of the operator",
    ylim: [-1.1, 1.1],
    yticks: [-1, 0, 1],
  });
  const amounts = axes(panels, {
    label: "How much of each mode comes out; drag the frequency that goes in",
    xlabel: "frequency (periods)",
    ylabel: "amount that comes out",
    xlim: [-n / 2, n / 2],
    ylim: [LEAST, 1],
    log: true,
    xticks: [-n / 2, -n / 4, 0, n / 4, n / 2],
    yticks: [1e-4, 1e-3, 1e-2, 1e-1, 1],
  });
  const drawMode = curve(signal, "scene");
  const drawOut = curve(signal, "data");
  const drawOwn = curve(signal, "classical");
  const drawRest = curve(signal, "noise");
  const circles = dots(amounts, Array(n).fill(1), -n / 2).childNodes;
  dragAlong(amounts, model, "nu", { min: 0, max: n / 2, step: 1 });
  return (found, nu) => {
    const large = enlargement(found);
    drawMode(found.mode);
    drawOut(found.out.map((v) => large * v));
    drawOwn(found.own.map((v) => large * v));
    drawRest(found.out.map((v, x) => large * (v - found.own[x])));
    circles.forEach((circle, i) => {
      const amount = found.amounts[i];
      circle.setAttribute("cy", amounts.y(amount).toFixed(1));
      circle.setAttribute("visibility", amount < LEAST ? "hidden" : "visible");
      const isSame = i === (nu + n / 2) % n;
      circle.setAttribute("class", isSame ? "cu-kept" : "cu-dropped");
      circle.setAttribute("r", isSame ? 4 : 2.2);
    });
  };
}

/** How many times what comes out can be enlarged in the plot. */
function enlargement({ out }) {
  return Math.max(1, Math.floor(1 / Math.max(...out.map(Math.abs))));
}

/** What comes out, in words. */
function verdict(found, nu) {
  const { factor, kept } = found;
  const percent = `${(100 * (1 - kept)).toFixed(1)}\u00a0%`;
  const others = kept > 1 - 5e-4 ? "less than 0.1\u00a0%" : percent;
  const rest = kept > 1 - 1e-9
    ? "Nothing else comes out."
    : `Of the energy that comes out, ${others} is in other modes.`;
  const large = enlargement(found);
  const drawn = large > 1 ? ` (drawn ${large} times as large)` : "";
  const height = `${factor.toPrecision(3)} times as high${drawn}`;
  return `The mode of ${nu} periods comes out ${height}. ${rest}`;
}

function render({ model, el }) {
  const n = model.get("size");
  const compute = computation(model);
  const slowest = slowestOf(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = plots(panels, n, model);
  key(panels, [
    ["scene", "mode that goes in"],
    ["data", "what comes out"],
    ["classical", "its part that is the same mode"],
    ["noise", "the rest"],
    ["kept", "amount of the same mode"],
    ["dropped", "of each other mode"],
  ]);
  const names = model.get("kinds");
  choice(controls, controls, model, "kind", { label: "forward operator", names });
  slider(controls, model, "nu", {
    label: "frequency of the mode",
    min: 0,
    max: n / 2,
    step: 1,
    show: (nu) => `${nu} periods`,
  });
  respond(model, ["kind", "nu"], ({ kind, nu }) => {
    const found = compute({ kind, nu });
    draw(found, nu);
    output.textContent = verdict(found, nu);
    if (nu === slowest[kind]) {
      reached(`From ${nu} periods on, most of what comes out is other modes.`);
    }
  });
}

export default { render };
