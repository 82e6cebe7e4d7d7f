/* What every responding figure is made of: numbers from Python, a slider, axes, a picture.
   It stands before each figure's own module (see explore/figure.py), which draws with it. */

const SVG = "http://www.w3.org/2000/svg";

/** The float32 numbers that Python put into a Bytes trait. */
function floats(model, name) {
  const view = model.get(name);
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function make(parent, tag, attributes = {}, text = "") {
  const node = parent.namespaceURI === SVG || tag === "svg"
    ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  parent.append(node);
  return node;
}

/** The frame of a figure: panels in a row, then sliders, then one line that is read out. */
function frame(el, label) {
  const figure = make(el, "figure", { class: "cu-figure", role: "group", "aria-label": label });
  const panels = make(figure, "div", { class: "cu-panels" });
  const controls = make(figure, "div", { class: "cu-controls" });
  const output = make(figure, "output", { class: "cu-output", "aria-live": "polite" });
  return { figure, panels, controls, output };
}

/** A labelled slider bound to a trait of the model, so that Python and the reader share it. */
function slider(parent, model, trait, { label, min, max, step, show = String }) {
  const line = make(parent, "label", { class: "cu-slider" });
  const name = make(line, "span", { class: "cu-slider-name" }, label);
  const input = make(line, "input", { type: "range", min, max, step, "aria-label": label });
  input.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
  const value = make(line, "span", { class: "cu-slider-value" });
  const update = () => {
    input.value = model.get(trait);
    value.textContent = show(model.get(trait));
    input.setAttribute("aria-valuetext", `${name.textContent} ${value.textContent}`);
  };
  input.addEventListener("input", () => { model.set(trait, +input.value); model.save_changes(); });
  model.on(`change:${trait}`, update);
  update();
  return input;
}

/** A grey picture that keeps its pixels square and sharp. `draw(values, low, high)` paints it. */
function picture(parent, caption, width, height) {
  const panel = make(parent, "div", { class: "cu-panel" });
  const canvas = make(panel, "canvas", { width, height, role: "img", "aria-label": caption });
  make(panel, "span", { class: "cu-caption", "aria-hidden": "true" }, caption);
  const context = canvas.getContext("2d"), pixels = context.createImageData(width, height);
  pixels.data.fill(255);
  const draw = (values, low = 0, high = 1) => {
    const scale = 255 / (high - low);
    for (let i = 0, j = 0; i < values.length; i++, j += 4) {
      const grey = Math.max(0, Math.min(255, (values[i] - low) * scale));
      pixels.data[j] = pixels.data[j + 1] = pixels.data[j + 2] = grey;
    }
    context.putImageData(pixels, 0, 0);
  };
  return { canvas, draw };
}

/** Axes with room for labels; `x` and `y` turn numbers into places. `y` may be logarithmic. */
function axes(parent, { label, xlabel, ylabel, xlim, ylim, log = false, yticks, xticks }) {
  const W = 360, H = 250, left = 46, right = 8, top = 8, bottom = 36;
  const panel = make(parent, "div", { class: "cu-panel cu-panel-plot" });
  const svg = make(panel, "svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": label });
  const tall = log ? Math.log10 : (v) => v;
  const [lo, hi] = ylim.map(tall);
  const x = (v) => left + ((v - xlim[0]) / (xlim[1] - xlim[0])) * (W - left - right);
  const y = (v) => {
    const at = Math.max(-0.05, Math.min(1.05, (tall(Math.max(v, log ? 1e-300 : v)) - lo) / (hi - lo)));
    return H - bottom - at * (H - top - bottom);
  };
  const grid = make(svg, "g", { class: "cu-grid" });
  for (const v of yticks) {
    make(grid, "line", { x1: left, x2: W - right, y1: y(v), y2: y(v) });
    make(grid, "text", { x: left - 5, y: y(v) + 4, "text-anchor": "end" }, log ? power(v) : `${v}`);
  }
  for (const v of xticks) make(grid, "text", { x: x(v), y: H - bottom + 14, "text-anchor": "middle" }, `${v}`);
  make(grid, "text", { x: (W + left) / 2, y: H - 5, "text-anchor": "middle" }, xlabel);
  make(grid, "text", { x: 11, y: (H - bottom) / 2, "text-anchor": "middle",
    transform: `rotate(-90 11 ${(H - bottom) / 2})` }, ylabel);
  return { svg, x, y };
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
function power(v) {
  const e = Math.round(Math.log10(v));
  return e === 0 ? "1" : "10" + (e < 0 ? "⁻" : "") + [...`${Math.abs(e)}`].map((d) => RAISED[d]).join("");
}

/** A curve or a row of dots in one of the colour roles (see figure.css). */
function curve({ svg, x, y }, role) {
  const path = make(svg, "path", { class: `cu-line cu-${role}` });
  return (values, places = (i) => i) => {
    let d = "";
    for (let i = 0; i < values.length; i++) d += `${i ? "L" : "M"}${x(places(i)).toFixed(1)},${y(values[i]).toFixed(1)}`;
    path.setAttribute("d", d);
  };
}

function dots({ svg, x, y }, values, first = 0) {
  const group = make(svg, "g");
  values.forEach((v, i) => make(group, "circle", { cx: x(i + first).toFixed(1), cy: y(v).toFixed(1), r: 2.2 }));
  return group;
}

/** What each line and dot means, under the panels. */
function key(parent, entries) {
  const list = make(parent.parentNode, "div", { class: "cu-key" });
  parent.after(list);
  for (const [role, text] of entries) {
    const item = make(list, "span");
    const svg = make(item, "svg", { viewBox: "0 0 32 10", "aria-hidden": "true" });
    if (role === "kept" || role === "dropped") make(svg, "circle", { class: `cu-${role}`, cx: 16, cy: 5, r: 3 });
    else make(svg, "path", { class: `cu-line cu-${role}`, d: "M0,5L32,5" });
    item.append(text);
  }
}

/** || a - b || / || b ||, as in metrics.relative_error. */
function relativeError(a, b) {
  let above = 0, below = 0;
  for (let i = 0; i < b.length; i++) { above += (a[i] - b[i]) ** 2; below += b[i] ** 2; }
  return Math.sqrt(above / below);
}

/** Redraw now and whenever a trait changes, once for each change. */
function respond(model, traits, draw) {
  for (const trait of traits) model.on(`change:${trait}`, draw);
  draw();
}
