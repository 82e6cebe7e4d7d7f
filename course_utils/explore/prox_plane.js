// Where the proximal maps of five penalties send a point of the plane.

// Equal units on both axes: 306 of 206 pixels of a plot (figure.js) are room for the plane.
const UP = 3;
const ACROSS = (UP * 306) / 206;
let planes = 0; // on this page: each has a window of its own
const soft = (x, t) => Math.sign(x) * Math.max(Math.abs(x) - t, 0);
const times = (v, factor) => v.map((x) => factor * x);

/** The penalties: R(f), its proximal map, and the points of a line on which R is c. */
const PENALTIES = {
  "ℓ1": {
    R: ([a, b]) => Math.abs(a) + Math.abs(b),
    prox: (v, t) => v.map((x) => soft(x, t)),
    level: (c) => [[c, 0], [0, c], [-c, 0], [0, -c], [c, 0]],
  },
  "squares": {
    R: ([a, b]) => (a * a + b * b) / 2,
    prox: (v, t) => times(v, 1 / (1 + t)),
    level: (c) => circle(Math.sqrt(2 * c)),
  },
  "length": {
    R: ([a, b]) => Math.hypot(a, b),
    prox: (v, t) => times(v, Math.max(0, 1 - t / Math.max(Math.hypot(...v), 1e-30))),
    level: (c) => circle(c),
  },
  "TV of two pixels": {
    R: ([a, b]) => Math.abs(b - a),
    prox: ([a, b], t) => {
      const half = soft((b - a) / 2, t);
      return [(a + b) / 2 - half, (a + b) / 2 + half];
    },
    level: (c) => [[-19, c - 19], [19, 19 + c], [19, 19 - c], [-19, -19 - c]],
  },
  "disc": {
    R: () => 0,
    prox: (v, t) => times(v, Math.min(1, t / Math.max(Math.hypot(...v), 1e-30))),
    level: (_, t) => circle(t),
  },
};

function circle(radius, [a, b] = [0, 0]) {
  return Array.from({ length: 97 }, (_, i) => {
    const angle = (i * Math.PI) / 48;
    return [a + radius * Math.cos(angle), b + radius * Math.sin(angle)];
  });
}

/** f = prox_{tR}(v), R(f) and |v - f|, and the first entry of the map along a line. */
function computation() {
  return ({ penalty, v1, v2, t }) => {
    const { R, prox } = PENALTIES[penalty];
    const f = prox([v1, v2], t);
    const along = Array.from({ length: 81 }, (_, i) => prox([(i - 40) / 10, v2], t)[0]);
    return { f, sizes: [R(f), Math.hypot(v1 - f[0], v2 - f[1])], along };
  };
}

/** A line through points of the plane; what it returns draws it. */
function pathIn({ svg, x, y }, clip, attributes) {
  const path = make(svg, "path", { ...attributes, "clip-path": `url(#${clip})` });
  const place = ([a, b]) => `${x(a).toFixed(1)},${height(y, b).toFixed(1)}`;
  return (points) => path.setAttribute("d", `M${points.map(place).join("L")}`);
}

/** The height of a number, beyond the ends of an axis too. */
function height(y, b) {
  return y(0) + (y(1) - y(0)) * b;
}

/** A window as large as the plot, for what reaches beyond it. */
function windowOf(plot) {
  planes += 1;
  const id = `cu-plane-${planes}`;
  const clip = make(plot.svg, "clipPath", { id });
  const { left, right, top, bottom } = PLOT;
  const width = PLOT.width - left - right;
  make(clip, "rect", { x: left, y: top, width, height: PLOT.height - top - bottom });
  return id;
}

function moveTo(model, v1, v2) {
  const inside = (x, most) => clamp(Math.round(20 * x) / 20, -most, most);
  model.set({ v1: inside(v1, 4), v2: inside(v2, UP) });
  model.save_changes();
}

/** The plane, in which the point is dragged; what it returns draws a setting. */
function plane(panels, model) {
  const plot = axes(panels, {
    label: "The plane: a point v, and where the proximal map sends it",
    xlabel: "first entry",
    ylabel: "second entry",
    xlim: [-ACROSS, ACROSS],
    ylim: [-UP, UP],
    xticks: [-4, -2, 0, 2, 4],
    yticks: [-2, 0, 2],
  });
  const grid = make(plot.svg, "g", { class: "cu-grid" });
  for (const v of [-4, -2, 0, 2, 4]) {
    const x = plot.x(v);
    make(grid, "line", { x1: x, x2: x, y1: plot.y(-UP), y2: plot.y(UP) });
  }
  const clip = windowOf(plot);
  const drawLevel = pathIn(plot, clip, { class: "cu-line cu-classical" });
  const drawReach = pathIn(plot, clip, { class: "cu-line cu-noise" });
  const drawWay = pathIn(plot, clip, { class: "cu-line cu-data" });
  const sent = make(plot.svg, "circle", { class: "cu-kept", r: 5 });
  const grip = make(plot.svg, "circle", { class: "cu-grip", r: 6 });
  draggable(plot.svg, {
    move: (at) => moveTo(model, plot.at(at).x, plot.at(at).y),
    keys: (right, up) =>
      moveTo(model, model.get("v1") + right / 10, model.get("v2") + up / 10),
  });
  const put = (dot, [a, b]) => {
    dot.setAttribute("cx", plot.x(a).toFixed(1));
    dot.setAttribute("cy", height(plot.y, b).toFixed(1));
  };
  return ({ penalty, v1, v2, t }, { f, sizes: [size, reach] }) => {
    const v = [v1, v2];
    drawLevel(PENALTIES[penalty].level(size, t));
    drawReach(circle(reach, v));
    drawWay([v, f]);
    put(grip, v);
    put(sent, f);
  };
}

/** The first entry of the map against the first entry of v, the second being kept. */
function profile(panels, model) {
  const plot = axes(panels, {
    label: "The first entry of prox(v) against the first entry of v",
    xlabel: "first entry of v",
    ylabel: "first entry of prox",
    xlim: [-4, 4],
    ylim: [-4, 4],
    xticks: [-4, -2, 0, 2, 4],
    yticks: [-4, -2, 0, 2, 4],
  });
  curve(plot, "data")([-4, 4], (i) => 8 * i - 4);
  const drawMap = curve(plot, "classical");
  const dot = make(plot.svg, "circle", { class: "cu-kept", r: 5 });
  dragAlong(plot, model, "v1", { min: -4, max: 4, step: 0.05 });
  return ({ v1 }, { f, along }) => {
    drawMap(along, (i) => (i - 40) / 10);
    dot.setAttribute("cx", plot.x(v1).toFixed(1));
    dot.setAttribute("cy", plot.y(f[0]).toFixed(1));
  };
}

function controlsOf(controls, model) {
  choice(controls, controls, model, "penalty", { names: Object.keys(PENALTIES) });
  const show = (v) => signed(v, 2);
  slider(controls, model, "v1", { label: "v, first", min: -4, max: 4, step: 0.05, show });
  slider(controls, model, "v2", {
    label: "v, second",
    min: -UP,
    max: UP,
    step: 0.05,
    show,
  });
  slider(controls, model, "t", { label: "threshold t", min: 0, max: 2, step: 0.05, show });
}

function render({ model, el }) {
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawPlane = plane(panels, model);
  const drawProfile = profile(panels, model);
  key(panels, [
    ["data", "from v, drag it, to prox(v)"],
    ["noise", "as far from v as prox(v)"],
    ["classical", "all with the same R; the map"],
  ]);
  controlsOf(controls, model);
  respond(model, ["penalty", "v1", "v2", "t"], (setting) => {
    const drawn = compute(setting);
    drawPlane(setting, drawn);
    drawProfile(setting, drawn);
    const [a, b] = drawn.f;
    const pair = (p, q) => `(${signed(p, 2)}, ${signed(q, 2)})`;
    const zeros = [a, b].filter((x) => x === 0).length;
    output.textContent = `${setting.penalty}: prox${pair(setting.v1, setting.v2)} = ` +
      `${pair(a, b)}, with ${zeros} of 2 entries zero` +
      `${a === b && a !== 0 ? " and both equal" : ""}.`;
    const apart = Math.abs(setting.v1 - setting.v2);
    if (Math.abs(a - b) < 1e-9 && a !== 0 && apart > 2) {
      reached(
        `Total variation makes entries equal that are ${signed(apart, 2)} apart, and ` +
          "keeps their sum.",
      );
    }
  });
}

export default { render };
