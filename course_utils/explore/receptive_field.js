// Which inputs of a stack of convolutions reach one output: the gradient, without weights.

const DILATIONS = {
  "1 1 1": () => 1,
  "1 2 4": (layer) => 2 ** layer,
  "1 2 1": (layer, depth) => Math.min(layer + 1, depth - layer),
};
const GOAL = { pixels: 31, weights: 12 };

/** The number of places of the input and of each layer. */
function sizesOf({ size, stride, depth }) {
  const sizes = [size];
  for (let l = 0; l < depth; l++) sizes.push(Math.floor((sizes[l] - 1) / stride) + 1);
  return sizes;
}

/** The places that a place of layer l + 1 reads in layer l, ends or no ends. */
function reads(place, layer, { kernel, depth, stride, dilation }) {
  const half = Math.floor(kernel / 2);
  const step = DILATIONS[dilation](layer, depth);
  return Array.from({ length: kernel }, (_, j) => place * stride + (j - half) * step);
}

/** From the output down to the input: the places of each layer that reach it, in order. */
function reaching(setting) {
  const { depth, stride, position } = setting;
  const sizes = sizesOf(setting);
  const rows = [[Math.floor(position / stride ** depth)]];
  for (let l = depth - 1; l >= 0; l--) {
    const below = new Set(rows[0].flatMap((place) => reads(place, l, setting)));
    const inside = [...below].filter((place) => place >= 0 && place < sizes[l]);
    rows.unshift(inside.sort((a, b) => a - b));
  }
  return rows;
}

/** The receptive field in pixels, from the first to the last, ends or no ends. */
function fieldWidth({ kernel, depth, stride, dilation }) {
  let steps = 0;
  for (let l = 0; l < depth; l++) steps += DILATIONS[dilation](l, depth) * stride ** l;
  return 1 + (kernel - 1) * steps;
}

function computation() {
  return (setting) => ({ inputs: reaching(setting)[0], width: fieldWidth(setting) });
}

/** Where a place of a layer is drawn: above the pixel in its middle. */
function placesOf({ size, stride, depth }, width) {
  const left = 58;
  const pitch = (width - left - 8) / (size - 1);
  const height = 34 * depth + 30;
  return {
    height,
    pitch,
    x: (place, layer) => left + pitch * place * stride ** layer,
    y: (layer) => height - 12 - 34 * layer,
    pixel: (x) => clamp(Math.round((x - left) / pitch), 0, size - 1),
  };
}

/** The connections from the lit places of layer l + 1 to those of layer l, as a path. */
function connections(rows, layer, setting, { x, y }) {
  const lit = new Set(rows[layer]);
  let d = "";
  for (const place of rows[layer + 1]) {
    const top = `M${x(place, layer + 1).toFixed(1)},${y(layer + 1)}`;
    for (const below of reads(place, layer, setting)) {
      if (lit.has(below)) d += `${top}L${x(below, layer).toFixed(1)},${y(layer)}`;
    }
  }
  return d;
}

/** A row of dots; those that reach the output are full. */
function layerRow(svg, { count, layer, lit, top }, { x, y, pitch }) {
  const reached = new Set(lit);
  const r = Math.min(4, 0.46 * pitch);
  for (let place = 0; place < count; place++) {
    const on = reached.has(place);
    const colour = on ? "var(--cu-learned, #d55e00)" : "var(--cu-data, #7f7f7f)";
    const style = `fill: ${on ? colour : "none"}; stroke: ${colour}; stroke-width: 0.8`;
    make(svg, "circle", { cx: x(place, layer).toFixed(1), cy: y(layer), r, style });
  }
  const names = { 0: "input", [top]: "output" };
  make(svg, "text", { x: 0, y: y(layer) + 4 }, names[layer] ?? `layer ${layer}`);
}

/** The layers as rows of dots; what it returns draws a setting. */
function stackPlot(panels, model) {
  const style = "flex-basis: 100%; max-width: none";
  const panel = make(panels, "div", { class: "cu-panel cu-panel-plot", style });
  const label = "The layers as rows of dots: drag the output from left to right";
  const svg = make(panel, "svg", { role: "img", "aria-label": label });
  let places;
  draggable(svg, {
    across: true,
    move({ x }) {
      model.set("position", places.pixel(x * svg.viewBox.baseVal.width));
      model.save_changes();
    },
  });
  return (setting) => {
    const width = panel.clientWidth > 560 ? 720 : 360;
    places = placesOf(setting, width);
    svg.setAttribute("viewBox", `0 0 ${width} ${places.height}`);
    svg.replaceChildren();
    const rows = reaching(setting);
    const line = "fill: none; stroke: var(--cu-learned, #d55e00); opacity: 0.45";
    for (let l = 0; l < setting.depth; l++) {
      make(svg, "path", { d: connections(rows, l, setting, places), style: line });
    }
    sizesOf(setting).forEach((count, layer) => {
      const row = { count, layer, lit: rows[layer], top: setting.depth };
      layerRow(svg, row, places);
    });
  };
}

function controlsOf(controls, model) {
  const size = model.get("size");
  const sliders = make(controls, "div", { class: "cu-pairs" });
  const all = {
    kernel: { label: "kernel", min: 1, max: 7, step: 2 },
    depth: { label: "layers", min: 1, max: 7, step: 1 },
    position: { label: "output at pixel", min: 0, max: size - 1, step: 1 },
    stride: { label: "stride", min: 1, max: 2, step: 1 },
  };
  for (const [trait, options] of Object.entries(all)) {
    slider(sliders, model, trait, options);
    remember(controls, model, trait);
  }
  const buttons = make(controls, "div", { class: "cu-buttons" });
  make(buttons, "span", {}, "dilations");
  choice(controls, buttons, model, "dilation", { names: Object.keys(DILATIONS) });
}

/** What is to be seen, in words. */
function sentence({ inputs, width }, { kernel, depth, dilation }) {
  const dilations = Array.from({ length: depth }, (_, l) => DILATIONS[dilation](l, depth));
  const lit = width === inputs.length ? "" : `, ${inputs.length} of them connected`;
  return `${kernel * depth} weights, dilations ${
    dilations.join(", ")
  }: a receptive field of ` +
    `${width} pixels${lit}.`;
}

function render({ model, el }) {
  const compute = computation();
  const { panels, controls, output, reached } = frame(el, model);
  const draw = stackPlot(panels, model);
  controlsOf(controls, model);
  const traits = ["size", "kernel", "depth", "stride", "dilation", "position"];
  const redraw = respond(model, traits, (setting) => {
    draw(setting);
    const found = compute(setting);
    output.textContent = sentence(found, setting);
    const weights = setting.kernel * setting.depth;
    if (found.width >= GOAL.pixels && weights <= GOAL.weights) {
      reached(`${found.width} pixels with ${weights} weights.`);
    }
  });
  new globalThis.ResizeObserver(redraw).observe(panels);
}

export default { render };
