// Labels of a restored picture: iterated conditional modes of the Potts model, on the page.

const SWEEPS = 8;

/** The labels after SWEEPS sweeps of a checkerboard, from the nearest means. */
function materials(f, n, m, v, beta) {
  const K = m.length, z = new Uint8Array(n * n), fit = new Float32Array(K * n * n), company = new Float32Array(K);
  for (let x = 0; x < n * n; x++) {
    for (let k = 0; k < K; k++) {
      fit[K * x + k] = (f[x] - m[k]) ** 2 / (2 * v);
      if (fit[K * x + k] < fit[K * x + z[x]]) z[x] = k;
    }
  }
  for (let half = 0; half < 2 * SWEEPS; half++) {
    for (let i = 0; i < n; i++) {
      for (let j = (i + half) % 2; j < n; j += 2) {
        const x = i * n + j;
        company.fill(0);
        if (i > 0) company[z[x - n]] += beta;
        if (i < n - 1) company[z[x + n]] += beta;
        if (j > 0) company[z[x - 1]] += beta;
        if (j < n - 1) company[z[x + 1]] += beta;
        let best = 0;
        for (let k = 1; k < K; k++) {
          if (fit[K * x + k] - company[k] < fit[K * x + best] - company[best]) best = k;
        }
        z[x] = best;
      }
    }
  }
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

function render({ model, el }) {
  const n = model.get("size"), f = floats(model, "restored"), means = floats(model, "means"), v = floats(model, "v");
  const { panels, controls, output } = frame(el, model.get("label"));
  const grey = [Math.min(...f), Math.max(...f)];
  picture(panels, "restored picture", n, n).draw(f, ...grey);
  const map = picture(panels, "labels, each drawn as its mean", n, n);
  slider(controls, model, "beta", { label: "β, liking for company", min: 0, max: 4, step: 0.1, show: (b) => b.toFixed(1) });
  slider(controls, model, "classes", { label: "number of classes", min: 2, max: 6, step: 1 });
  respond(model, ["beta", "classes"], () => {
    const K = model.get("classes"), first = (K * (K - 1)) / 2 - 1; // 2 + 3 + ... + (K - 1)
    const m = means.subarray(first, first + K);
    const z = materials(f, n, m, v[K - 2], model.get("beta")), counts = new Array(K).fill(0);
    map.draw(Float32Array.from(z, (k) => m[k]), ...grey);
    for (const k of z) counts[k]++;
    output.textContent = `${(100 * agreeing(z, n)).toFixed(1)} % of neighbours agree; pixels in each class: ${counts.join(", ")}.`;
  });
}

export default { render };
