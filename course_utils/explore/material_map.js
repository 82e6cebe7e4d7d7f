// Labels of a restored picture: iterated conditional modes of the Potts model, on the page.

const SWEEPS = 8;

/** (f - m_k)^2 / 2 v for each pixel and each class, and the class where it is smallest. */
function nearest(f, m, v) {
  const K = m.length;
  const fit = new Float64Array(K * f.length);
  const z = new Uint8Array(f.length);
  for (let x = 0; x < f.length; x++) {
    for (let k = 0; k < K; k++) {
      fit[K * x + k] = (f[x] - m[k]) ** 2 / (2 * v);
      if (fit[K * x + k] < fit[K * x + z[x]]) z[x] = k;
    }
  }
  return { fit, z };
}

/** Half a sweep: the pixels of one colour of the checkerboard take their best class. */
function halfSweep(z, fit, n, beta, colour) {
  const K = fit.length / z.length;
  const company = new Float64Array(K);
  for (let i = 0; i < n; i++) {
    for (let j = (i + colour) % 2; j < n; j += 2) {
      const x = i * n + j;
      company.fill(0);
      if (i > 0) company[z[x - n]] += beta;
      if (i < n - 1) company[z[x + n]] += beta;
      if (j > 0) company[z[x - 1]] += beta;
      if (j < n - 1) company[z[x + 1]] += beta;
      z[x] = bestClass(fit, K * x, company);
    }
  }
}

/** The class with the smallest misfit less the weight of the neighbours that have it. */
function bestClass(fit, first, company) {
  let best = 0;
  for (let k = 1; k < company.length; k++) {
    if (fit[first + k] - company[k] < fit[first + best] - company[best]) best = k;
  }
  return best;
}

/** The labels after SWEEPS sweeps of a checkerboard, from the nearest means. */
function materials(f, n, m, v, beta) {
  const { fit, z } = nearest(f, m, v);
  for (let half = 0; half < 2 * SWEEPS; half++) halfSweep(z, fit, n, beta, half % 2);
  return z;
}

/** The share of neighbours that agree. */
function agreeing(z, n) {
  let same = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j < n - 1 && z[i * n + j] === z[i * n + j + 1]) same++;
      if (i < n - 1 && z[i * n + j] === z[i * n + j + n]) same++;
    }
  }
  return same / (2 * n * (n - 1));
}

/** The labels, how many pixels have each, and the share of neighbours that agree. */
function computation(model) {
  const n = model.get("size");
  const f = floats(model, "restored");
  const means = floats(model, "means");
  const v = floats(model, "v");
  return ({ classes, beta }) => {
    const first = (classes * (classes - 1)) / 2 - 1; // 2 + 3 + ... + (classes - 1)
    const m = means.subarray(first, first + classes);
    const labels = materials(f, n, m, v[classes - 2], beta);
    const counts = Array.from(m, (_, k) => labels.filter((label) => label === k).length);
    return { labels, m, counts, share: agreeing(labels, n) };
  };
}

function sliders(controls, model) {
  slider(controls, model, "beta", {
    label: "coupling β",
    min: 0,
    max: 4,
    step: 0.1,
    show: (beta) => beta.toFixed(1),
  });
  slider(controls, model, "classes", {
    label: "number of classes",
    min: 2,
    max: 6,
    step: 1,
  });
}

function render({ model, el }) {
  const n = model.get("size");
  const f = floats(model, "restored");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const grey = [Math.min(...f), Math.max(...f)];
  picture(panels, "restored image", n, n).draw(f, ...grey);
  const map = picture(panels, "labels, each drawn as its mean", n, n);
  sliders(controls, model);
  const alone = compute({ classes: model.get("classes"), beta: 0 });
  respond(model, ["beta", "classes"], (setting) => {
    const { labels, m, counts, share } = compute(setting);
    map.draw(Float64Array.from(labels, (k) => m[k]), ...grey);
    output.textContent = `${(100 * share).toFixed(1)} % of neighbours agree; ` +
      `pixels in each class: ${counts.join(", ")}.`;
    if (setting.classes === alone.m.length && 1 - share < 0.6 * (1 - alone.share)) {
      reached("The coupling has removed two fifths of the disagreements of neighbours.");
    }
  });
}

export default { render };
