// Three steps of gradient descent: what they leave of the error, and roots one can drag.

const ROOTS = ["root1", "root2", "root3"];
const HIGH = 1; // the largest eigenvalue
const MOST = 30; // of the plot over the steps

/** The factors that are left after each step at eigenvalues, for roots in their order. */
function remaining(roots, x) {
  let p = x.map(() => 1);
  return roots.map((root) => (p = p.map((v, i) => v * (1 - x[i] / root))));
}

const largest = (p) => p.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** So many numbers from a to b. */
function between(a, b, points) {
  return Array.from({ length: points }, (_, i) => a + ((b - a) * i) / (points - 1));
}

/** p over the eigenvalues from 0 to 1; over those of H'H, its size after each step. */
function computation(model) {
  const points = model.get("points");
  const x = between(0, HIGH, points);
  const own = between(model.get("low"), HIGH, points);
  return (setting) => {
    const roots = ROOTS.map((name) => setting[name]);
    const sizes = remaining(roots, own).map(largest);
    return { p: remaining(roots, x).at(-1), sizes, longest: 1 / Math.min(...roots) };
  };
}

/** The polynomial with a grip at each root; what it returns draws it. */
function polynomialPlot(panels, model, range) {
  const plot = axes(panels, {
    label: "What is left of the error at each eigenvalue, with the roots",
    xlabel: "eigenvalue s²",
    ylabel: "p(s²)",
    xlim: [0, HIGH],
    ylim: [-1, 1],
    xticks: [0, 0.25, 0.5, 0.75, 1],
    yticks: [-1, -0.5, 0, 0.5, 1],
  });
  const place = (points) => (i) => (i * HIGH) / (points - 1);
  const points = model.get("points");
  const equal = 2 / (range.min + HIGH);
  const x = between(0, HIGH, points);
  curve(plot, "classical")(x.map((v) => (1 - equal * v) ** ROOTS.length), place(points));
  for (const sign of [-1, 1]) {
    const level = sign * model.get("least");
    curve(plot, "noise")([level, level], (i) => (i ? HIGH : range.min));
  }
  const draw = curve(plot, "learned");
  grips(plot, model, range);
  return (p) => draw(p, place(points));
}

/** A dot on the axis for each root; the nearest is the one that is dragged. */
function grips(plot, model, { min, max, step }) {
  const dots = ROOTS.map(() => make(plot.svg, "circle", { class: "cu-grip", r: 6 }));
  let held = ROOTS[0];
  draggable(plot.svg, {
    across: true,
    move(at, { type }) {
      const { x } = plot.at(at);
      if (type === "pointerdown") held = nearest(model, x);
      model.set(held, clamp(min + step * Math.round((x - min) / step), min, max));
      model.save_changes();
    },
  });
  const update = () => {
    const roots = ROOTS.map((name) => model.get(name));
    roots.forEach((root, i) => {
      dots[i].setAttribute("cx", plot.x(root).toFixed(1));
      dots[i].setAttribute("cy", plot.y(0).toFixed(1));
    });
  };
  for (const name of ROOTS) model.on(`change:${name}`, update);
  update();
}

function nearest(model, x) {
  const far = (name) => Math.abs(model.get(name) - x);
  return ROOTS.reduce((a, b) => (far(b) < far(a) ? b : a));
}

/** The largest |p| after each step; what it returns draws it. */
function sizePlot(panels, model) {
  const K = ROOTS.length;
  const plot = axes(panels, {
    label: "The largest part of the error that is left after each step",
    xlabel: "after step k",
    ylabel: "largest |p|",
    xlim: [0, K],
    ylim: [0.1, MOST],
    xticks: [0, 1, 2, 3],
    yticks: [0.1, 1, 10],
    log: true,
  });
  const least = model.get("least");
  curve(plot, "noise")([least, least], (i) => i * K);
  const draw = curve(plot, "learned");
  return (sizes) => draw([1, ...sizes]);
}

function sliders(controls, model, range) {
  const pair = make(controls, "div", { class: "cu-pairs" });
  ROOTS.forEach((name, i) => {
    const show = (root) => root.toFixed(2);
    slider(pair, model, name, { label: `root ${i + 1}`, ...range, show });
    remember(controls, model, name);
  });
}

function render({ model, el }) {
  const range = { min: model.get("low"), max: HIGH, step: 0.005 };
  const least = model.get("least");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawPolynomial = polynomialPlot(panels, model, range);
  const drawSizes = sizePlot(panels, model);
  key(panels, [
    ["learned", "your steps: drag the roots"],
    ["classical", "the best equal steps"],
    ["noise", "least possible largest |p|"],
  ]);
  sliders(controls, model, range);
  respond(model, ROOTS, (setting) => {
    const { p, sizes, longest } = compute(setting);
    const last = sizes.at(-1);
    drawPolynomial(p);
    drawSizes(sizes);
    output.textContent = `Largest |p| ${last.toFixed(3)}, the least possible is ` +
      `${least.toFixed(3)}. The longest step is ${longest.toFixed(1)} / L.`;
    if (last < 1.2 * least) {
      reached(
        `${last.toFixed(3)}, with a step of ${longest.toFixed(1)} / L: ` +
          "a step that would diverge if it were repeated alone.",
      );
    }
  });
}

export default { render };
