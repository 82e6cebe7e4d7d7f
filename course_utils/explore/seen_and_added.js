// A reconstruction put together: what the views have seen of an image, and what was added.

/** The images of one row each, by their names. */
function byName(names, all, size) {
  return Object.fromEntries(
    names.map((name, i) => [name, all.subarray(i * size, (i + 1) * size)]),
  );
}

function norm(values) {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
}

/** || g - H f || / || g ||, with the views of a half turn, from the image itself. */
function misfitOf(g, views, n) {
  const below = norm(g);
  return (f) => {
    const lines = framed(f, n);
    const residual = new Float64Array(g.length);
    for (let k = 0; k < views; k++) {
      const view = project(lines, n, (k / views) * Math.PI);
      for (let i = 0; i < n; i++) residual[k * n + i] = g[k * n + i] - view[i];
    }
    return norm(residual) / below;
  };
}

/** The mix at a setting, how far it is from the truth and from the data. */
async function computation(model) {
  const n = model.get("size");
  const size = n * n;
  const parts = await unpacked(model, "parts");
  const truth = [parts.subarray(0, size), parts.subarray(size, 2 * size)];
  const rest = parts.subarray(2 * size);
  const seenNames = model.get("seen_names");
  const ofSeen = byName(seenNames, rest, size);
  const ofAdded = byName(
    model.get("added_names"),
    rest.subarray(seenNames.length * size),
    size,
  );
  const f = truth[0].map((v, i) => v + truth[1][i]);
  const misfit = misfitOf(floats(model, "data"), model.get("views"), n);
  return ({ seen, added, share }) => {
    const part = ofAdded[added].map((v) => share * v);
    const f_hat = ofSeen[seen].map((v, i) => v + part[i]);
    const error = f_hat.map((v, i) => v - f[i]);
    const errors = [
      norm(ofSeen[seen].map((v, i) => v - truth[0][i])),
      norm(part.map((v, i) => v - truth[1][i])),
      norm(error),
    ].map((size) => size / norm(f));
    return { f_hat, part, error, errors, misfit: misfit(f_hat) };
  };
}

/** Buttons for the source of both parts, and the slider that scales one of them. */
function mixer(controls, model) {
  for (const [trait, label] of [["seen", "seen part"], ["added", "added part"]]) {
    const row = make(controls, "div", { class: "cu-slider" });
    make(row, "span", { class: "cu-slider-name", "aria-hidden": "true" }, label);
    choice(controls, row, model, trait, { label, names: model.get(`${trait}_names`) });
  }
  slider(controls, model, "share", {
    label: "scale of the added part",
    min: 0,
    max: 2,
    step: 0.05,
    show: (share) => share.toFixed(2),
  });
}

/** Four pictures; what they return draws a mix. */
function pictures(panels, model) {
  const n = model.get("size");
  const names = ["truth", "reconstruction", "its error", "the added part"];
  const [truth, found, error, part] = names.map((name) => picture(panels, name, n, n));
  for (const { canvas } of [truth, found, error, part]) {
    canvas.parentNode.style.flexBasis = "9.5rem"; // four in a row
  }
  return (drawn) => {
    truth.draw(drawn.f_hat.map((v, i) => v - drawn.error[i]));
    found.draw(drawn.f_hat);
    error.draw(drawn.error, -0.2, 0.2);
    part.draw(drawn.part, -0.2, 0.2);
  };
}

/** The errors and the misfit, in words. */
function verdict({ errors, misfit }) {
  const [seen, added, both] = errors.map((error) => `${(100 * error).toFixed(1)}\u00a0%`);
  return `Error in the seen part ${seen}, in the unseen part ${added}, together ${both}. ` +
    `Misfit to the data: ${(100 * misfit).toFixed(2)}\u00a0%.`;
}

async function render({ model, el }) {
  const compute = await computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const draw = pictures(panels, model);
  mixer(controls, model);
  respond(model, ["seen", "added", "share"], (setting) => {
    const drawn = compute(setting);
    draw(drawn);
    output.textContent = verdict(drawn);
    const total = (share) => compute({ ...setting, share }).errors[2];
    const { share } = setting;
    if (share < 0.04) return;
    if (Math.min(total(share - 0.05), total(share + 0.05)) < drawn.errors[2]) return;
    const percent = (100 * drawn.errors[2]).toFixed(1);
    reached(
      `At the scale ${share.toFixed(2)} the error is smallest, ${percent}\u00a0%. ` +
        "The misfit does not tell: it is the same at every scale.",
    );
  });
}

export default { render };
