/* What every responding figure is made of: numbers from Python, a slider, axes, a picture.
   It stands before each figure's own text (see explore/figure.py), which draws with it. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

const SVG = "http://www.w3.org/2000/svg";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
// The size of a plot, and the room that its labels take.
const PLOT = { width: 360, height: 250, left: 46, right: 8, top: 8, bottom: 36 };

// What an arrow key moves, to the right and upwards.
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};
// For the controls of each figure, the values that its traits had at first.
const atFirst = new WeakMap();

/** The numbers that Python sent: float32, or whole steps of 8 or 16 bits (figure.py). */
function numbers(sent) {
  const { data = sent, bits, low = 0, step = 1 } = ArrayBuffer.isView(sent) ? {} : sent;
  const end = data.byteOffset + data.byteLength;
  const Kind = { 8: Uint8Array, 16: Uint16Array }[bits] ?? Float32Array;
  const steps = new Kind(data.buffer.slice(data.byteOffset, end));
  return Float64Array.from(steps, (v) => low + step * v);
}

/** The numbers that Python put into a trait, in double precision. */
function floats(model, trait) {
  return numbers(model.get(trait));
}

function clamp(v, low, high) {
  return Math.max(low, Math.min(high, v));
}

/** A new element, the last in its parent. */
function make(parent, tag, attributes = {}, text = "") {
  const inSvg = tag === "svg" || parent.namespaceURI === SVG;
  const node = inSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  parent.append(node);
  return node;
}

/** The frame of a figure: its task, panels in a row, sliders, a line that is read out.

    `reached(text)` says once that the goal of the task is reached; an empty text takes
    that back. */
function frame(el, model) {
  const attributes = {
    class: "cu-figure",
    role: "group",
    "aria-label": model.get("label"),
  };
  const figure = make(el, "figure", attributes);
  figure.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
  const task = model.get("task");
  if (task) make(figure, "p", { class: "cu-task" }, task);
  const panels = make(figure, "div", { class: "cu-panels" });
  const controls = make(figure, "div", { class: "cu-controls" });
  const output = make(figure, "output", { class: "cu-output", "aria-live": "polite" });
  const goal = make(figure, "p", { class: "cu-reached", role: "status" });
  atFirst.set(controls, {});
  const buttons = make(figure, "div", { class: "cu-buttons" });
  button(buttons, "Reset", () => {
    model.set(atFirst.get(controls));
    model.save_changes();
    goal.textContent = "";
    figure.dispatchEvent(new Event("reset")); // for what is no trait, such as a training
  });
  openLarger(buttons, el, figure);
  const reached = (text) => {
    goal.textContent = text && (goal.textContent || `✓ ${text}`);
  };
  return { panels, controls, output, reached };
}

/** A button that does something. */
function button(parent, name, act) {
  const node = make(parent, "button", { type: "button" }, name);
  node.addEventListener("click", act);
  return node;
}

/** A button that shows the figure alone, as large as the window or, better, the screen. */
function openLarger(buttons, el, figure) {
  const name = figure.getAttribute("aria-label");
  const dialog = make(el, "dialog", { class: "cu-larger", "aria-label": name });
  const root = document.documentElement;
  const toggle = button(buttons, "Open larger", async () => {
    if (dialog.open) return dialog.close();
    await root.requestFullscreen?.().catch(() => {}); // forbidden: the window must do
    dialog.append(figure);
    dialog.showModal();
    toggle.textContent = "Close";
    toggle.focus({ preventScroll: true });
  });
  dialog.addEventListener("close", () => {
    el.prepend(figure);
    if (document.fullscreenElement) document.exitFullscreen();
    toggle.textContent = "Open larger";
    toggle.focus();
  });
  // Escape leaves the full screen first, and is not told to the page
  root.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && dialog.open) dialog.close();
  });
}

/** Keep the value that a trait has now for the button Reset. */
function remember(controls, model, trait) {
  const values = atFirst.get(controls);
  if (values) values[trait] = model.get(trait);
}

/** A labelled slider bound to a trait of the model, which Python and the reader share. */
function slider(parent, model, trait, { label, min, max, step, show = String }) {
  const line = make(parent, "label", { class: "cu-slider" });
  make(line, "span", { class: "cu-slider-name" }, label);
  const input = make(line, "input", { type: "range", min, max, step, "aria-label": label });
  input.dataset.lmSuppressShortcuts = "true";
  remember(parent, model, trait);
  const value = make(line, "span", { class: "cu-slider-value" });
  const update = () => {
    input.value = model.get(trait);
    value.textContent = show(model.get(trait));
    input.setAttribute("aria-valuetext", `${label} ${value.textContent}`);
  };
  input.addEventListener("input", () => {
    model.set(trait, +input.value);
    model.save_changes();
  });
  model.on(`change:${trait}`, update);
  update();
}

/** A thing that a mouse, a pen or a finger drags, and the arrow keys, given `keys`.

    `move` gets the place in the box of the node, from its upper left corner, as parts of
    its sides; `keys` gets a step to the right and one upwards. With `across`, a finger
    that moves up or down scrolls the page. */
function draggable(node, { move, keys, across = false }) {
  const tell = (event) => {
    const box = node.getBoundingClientRect();
    const x = clamp((event.clientX - box.left) / box.width, 0, 1);
    const y = clamp((event.clientY - box.top) / box.height, 0, 1);
    move({ x, y }, event);
  };
  node.classList.add("cu-draggable");
  if (across) node.classList.add("cu-across");
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    node.setPointerCapture(event.pointerId);
    tell(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) tell(event);
  });
  if (keys) obeyArrows(node, keys);
}

function obeyArrows(node, keys) {
  node.setAttribute("tabindex", 0);
  node.addEventListener("keydown", (event) => {
    if (!ARROWS[event.key]) return;
    event.preventDefault();
    keys(...ARROWS[event.key]);
  });
}

/** Drag a trait along the x axis of a plot; its slider is there for the keyboard.

    `from` gives the place of a value, and `to` the value at a place. */
function dragAlong(plot, model, trait, { min, max, step, from = (v) => v, to = (x) => x }) {
  draggable(plot.svg, {
    across: true,
    move(at) {
      const steps = Math.round((to(plot.at(at).x) - min) / step);
      model.set(trait, clamp(min + steps * step, min, max));
      model.save_changes();
    },
  });
  const cy = PLOT.height - PLOT.bottom;
  const grip = make(plot.svg, "circle", { class: "cu-grip", r: 5.5, cy });
  const place = () => grip.setAttribute("cx", plot.x(from(model.get(trait))).toFixed(1));
  model.on(`change:${trait}`, place);
  place();
}

/** Buttons in a row, of which one is pressed: the values that a trait may have. */
function choice(controls, parent, model, trait, { label = trait, names }) {
  const row = make(parent, "div", {
    class: "cu-choice",
    role: "group",
    "aria-label": label,
  });
  remember(controls, model, trait);
  const choose = (name) => () => {
    model.set(trait, name);
    model.save_changes();
  };
  const nodes = names.map((name) => button(row, name, choose(name)));
  const update = () => {
    for (const node of nodes) {
      node.setAttribute("aria-pressed", node.textContent === model.get(trait));
    }
  };
  model.on(`change:${trait}`, update);
  update();
}

/** How a slider over log10 of a number shows the number. */
function exponential(log10) {
  return (10 ** log10).toExponential(1);
}

/** A number with so many decimals and a true minus sign. */
function signed(v, decimals) {
  return v.toFixed(decimals).replace("-", "−");
}

/** A grey picture with sharp pixels: `draw(values, low, high)` and `name(caption)` it. */
function picture(parent, caption, width, height) {
  const panel = make(parent, "div", { class: "cu-panel" });
  const attributes = { width, height, role: "img", "aria-label": caption };
  const canvas = make(panel, "canvas", attributes);
  const words = make(
    panel,
    "span",
    { class: "cu-caption", "aria-hidden": "true" },
    caption,
  );
  const name = (text) => {
    words.textContent = text;
    canvas.setAttribute("aria-label", text);
  };
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  pixels.data.fill(255);
  const draw = (values, low = 0, high = 1) => {
    const scale = 255 / (high - low);
    for (let i = 0; i < values.length; i++) {
      const grey = (values[i] - low) * scale; // which the array rounds and clamps
      for (let channel = 0; channel < 3; channel++) pixels.data[4 * i + channel] = grey;
    }
    context.putImageData(pixels, 0, 0);
  };
  return { canvas, draw, name };
}

/** Axes with labels; `x` and `y` turn numbers into places, `at` a place into numbers.

    `y` may be logarithmic; then `at` gives its logarithm. */
function axes(parent, { label, xlabel, ylabel, xlim, ylim, xticks, yticks, log = false }) {
  const panel = make(parent, "div", { class: "cu-panel cu-panel-plot" });
  const viewBox = `0 0 ${PLOT.width} ${PLOT.height}`;
  const svg = make(panel, "svg", { viewBox, role: "img", "aria-label": label });
  const x = across(xlim);
  const y = upwards(ylim, log);
  const grid = make(svg, "g", { class: "cu-grid" });
  drawGrid(grid, y, yticks, log);
  labelBelow(grid, x, xticks);
  nameAxes(grid, xlabel, ylabel);
  const ends = log ? ylim.map(Math.log10) : ylim;
  return { svg, x, y, ylim, at: (place) => pointed(place, xlim, ends) };
}

/** The numbers at a place of a plot, which is given as parts of its sides. */
function pointed({ x, y }, [left, right], [low, high]) {
  const { width, height, top, bottom } = PLOT;
  const along = (x * width - PLOT.left) / (width - PLOT.left - PLOT.right);
  const up = (height - bottom - y * height) / (height - top - bottom);
  const between = (part, a, b) => a + clamp(part, 0, 1) * (b - a);
  return { x: between(along, left, right), y: between(up, low, high) };
}

/** Axes over the n entries of a signal. */
function signalAxes(parent, n, options) {
  const xticks = [0, n / 4, n / 2, (3 * n) / 4];
  const own = { xlabel: "pixel", ylabel: "value", xlim: [0, n - 1], xticks };
  return axes(parent, { ...own, ...options });
}

/** The place of a number from left to right. */
function across([first, last]) {
  const width = PLOT.width - PLOT.left - PLOT.right;
  return (v) => PLOT.left + ((v - first) / (last - first)) * width;
}

/** The place of a number from the bottom to the top, a little beyond both at most. */
function upwards(limits, log) {
  const height = PLOT.height - PLOT.top - PLOT.bottom;
  const scaled = log ? (v) => Math.log10(Math.max(v, 1e-300)) : (v) => v;
  const [low, high] = limits.map(scaled);
  return (v) => {
    const part = clamp((scaled(v) - low) / (high - low), -0.05, 1.05);
    return PLOT.height - PLOT.bottom - part * height;
  };
}

function drawGrid(grid, y, ticks, log) {
  const x1 = PLOT.left;
  const x2 = PLOT.width - PLOT.right;
  for (const v of ticks) {
    const text = log ? power(v) : `${v}`;
    make(grid, "line", { x1, x2, y1: y(v), y2: y(v) });
    make(grid, "text", { x: x1 - 5, y: y(v) + 4, "text-anchor": "end" }, text);
  }
}

function labelBelow(grid, x, ticks) {
  const y = PLOT.height - PLOT.bottom + 14;
  for (const v of ticks) {
    make(grid, "text", { x: x(v), y, "text-anchor": "middle" }, `${v}`);
  }
}

function nameAxes(grid, xlabel, ylabel) {
  const x = (PLOT.width + PLOT.left) / 2;
  const y = (PLOT.height - PLOT.bottom) / 2;
  const middle = { "text-anchor": "middle" };
  const transform = `rotate(-90 11 ${y})`;
  make(grid, "text", { x, y: PLOT.height - 5, ...middle }, xlabel);
  make(grid, "text", { x: 11, y, ...middle, transform }, ylabel);
}

/** A power of ten as it stands beside an axis. */
function power(v) {
  const exponent = Math.round(Math.log10(v));
  if (exponent === 0) return "1";
  const digits = [...`${Math.abs(exponent)}`].map((digit) => RAISED[digit]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/** A curve in one of the colour roles (see figure.css); what it returns draws it. */
function curve({ svg, x, y }, role) {
  const path = make(svg, "path", { class: `cu-line cu-${role}` });
  return (values, places = (i) => i) => {
    let d = "";
    for (let i = 0; i < values.length; i++) {
      d += `${i ? "L" : "M"}${x(places(i)).toFixed(1)},${y(values[i]).toFixed(1)}`;
    }
    path.setAttribute("d", d);
  };
}

/** A vertical line from the bottom of a plot to its top; what it returns draws it. */
function upright(plot, role) {
  const draw = curve(plot, role);
  return (place) => draw(plot.ylim, () => place);
}

/** A row of dots. */
function dots({ svg, x, y }, values, first = 0) {
  const group = make(svg, "g");
  values.forEach((v, i) => {
    const attributes = { cx: x(i + first).toFixed(1), cy: y(v).toFixed(1), r: 2.2 };
    make(group, "circle", attributes);
  });
  return group;
}

/** What each line and dot means, under the panels. */
function key(panels, entries) {
  const list = make(panels.parentNode, "div", { class: "cu-key" });
  panels.after(list);
  for (const [role, text] of entries) {
    const item = make(list, "span");
    const svg = make(item, "svg", { viewBox: "0 0 32 10", "aria-hidden": "true" });
    if (role === "kept" || role === "dropped") {
      make(svg, "circle", { class: `cu-${role}`, cx: 16, cy: 5, r: 3 });
    } else {
      make(svg, "path", { class: `cu-line cu-${role}`, d: "M0,5L32,5" });
    }
    item.append(text);
  }
}

/** V w: a sum of the columns of V, whose numbers stand row by row. */
function synthesis(V, w) {
  const n = w.length;
  const f = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let x = 0; x < n; x++) f[x] += w[i] * V[x * n + i];
  }
  return f;
}

/** || a - b || / || b ||, as in metrics.relative_error. */
function relativeError(a, b) {
  let above = 0;
  let below = 0;
  for (let i = 0; i < b.length; i++) {
    above += (a[i] - b[i]) ** 2;
    below += b[i] ** 2;
  }
  return Math.sqrt(above / below);
}

/** Draw the setting now and whenever it changes, once for each change.

    `draw` gets the values of these traits; what this returns draws again. */
function respond(model, traits, draw) {
  const redraw = () => draw(Object.fromEntries(traits.map((t) => [t, model.get(t)])));
  for (const trait of traits) model.on(`change:${trait}`, redraw);
  redraw();
  return redraw;
}
