// A real diagonal after a told blur, and a complex one without: both by least squares, per frequency.

function render({ model, el }) {
  const n = model.get("size"), half = n / 2 + 1, sigma = model.get("sigma"), lam = model.get("lam");
  const { panels, controls, output } = frame(el, model.get("label"));
  const cos = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sin = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n));
  /** The discrete Fourier transform of each row, as [real, imaginary], frequencies 0 ... n / 2. */
  const transform = (rows) => {
    const count = rows.length / n, re = new Float64Array(count * half), im = new Float64Array(count * half);
    for (let j = 0; j < count; j++) for (let q = 0; q < half; q++) {
      let a = 0, b = 0;
      for (let x = 0; x < n; x++) { a += rows[j * n + x] * cos[(q * x) % n]; b -= rows[j * n + x] * sin[(q * x) % n]; }
      re[j * half + q] = a;
      im[j * half + q] = b;
    }
    return [re, im];
  };
  const F = transform(floats(model, "scenes")), E = transform(floats(model, "noise"));
  const F_test = transform(floats(model, "scenes_test")), E_test = transform(floats(model, "noise_test"));
  const f = floats(model, "scenes_test").subarray(0, n), tests = F_test[0].length / half;
  const weight = (q) => (q === 0 || q === n / 2 ? 1 : 2); // -q stands behind q
  let energy = 0;
  for (let i = 0; i < tests * half; i++) energy += weight(i % half) * (F_test[0][i] ** 2 + F_test[1][i] ** 2);

  /** |t| of a Gaussian that sums to 1. */
  const transfer = (width) => {
    const line = new Float64Array(n);
    let sum = 0;
    for (let u = -n / 2; u < n / 2; u++) sum += line[(u + n) % n] = Math.exp(-0.5 * (u / width) ** 2);
    return transform(line)[0].map((v) => v / sum);
  };
  const told = transfer(model.get("told"));
  /** The three factors for each frequency, and their errors in dB on the test scenes. */
  const learn = (t, d, N) => {
    const w = [0, 1, 2].map(() => [new Float64Array(half), new Float64Array(half)]), left = [0, 0, 0];
    for (let q = 0; q < half; q++) {
      const c = t[q] * Math.cos((2 * Math.PI * q * d) / n), s = -t[q] * Math.sin((2 * Math.PI * q * d) / n);
      let power = 0, real = 0, imag = 0;
      for (let j = 0; j < N; j++) {
        const i = j * half + q, a = c * F[0][i] - s * F[1][i] + sigma * E[0][i], b = c * F[1][i] + s * F[0][i] + sigma * E[1][i];
        power += a * a + b * b;
        real += a * F[0][i] + b * F[1][i];
        imag += a * F[1][i] - b * F[0][i];
      }
      w[0][0][q] = real / power; // Lambda conj(t): a real Lambda cannot turn
      w[1][0][q] = real / power;
      w[1][1][q] = imag / power;
      w[2][0][q] = told[q] / (told[q] ** 2 + lam);
      for (let j = 0; j < tests; j++) {
        const i = j * half + q, x = F_test[0][i], y = F_test[1][i];
        const a = c * x - s * y + sigma * E_test[0][i], b = c * y + s * x + sigma * E_test[1][i];
        for (let m = 0; m < 3; m++)
          left[m] += weight(q) * ((w[m][0][q] * a - w[m][1][q] * b - x) ** 2 + (w[m][0][q] * b + w[m][1][q] * a - y) ** 2);
      }
    }
    return { w, errors: left.map((v) => 10 * Math.log10(v / energy)), t, d };
  };
  /** The estimate of the first test scene with a factor for each frequency. */
  const estimate = ({ w, t, d }, m) => {
    const f_hat = new Float64Array(n);
    for (let q = 0; q < half; q++) {
      const c = t[q] * Math.cos((2 * Math.PI * q * d) / n), s = -t[q] * Math.sin((2 * Math.PI * q * d) / n);
      const a = c * F_test[0][q] - s * F_test[1][q] + sigma * E_test[0][q], b = c * F_test[1][q] + s * F_test[0][q] + sigma * E_test[1][q];
      const re = w[m][0][q] * a - w[m][1][q] * b, im = w[m][0][q] * b + w[m][1][q] * a;
      for (let x = 0; x < n; x++) f_hat[x] += (weight(q) / n) * (re * cos[(q * x) % n] - im * sin[(q * x) % n]);
    }
    return f_hat;
  };

  const roles = ["classical", "learned", "data"], names = ["spectral network", "filter without H", "untrained"];
  const picture = axes(panels, { label: "A test scene and two estimates", xlabel: "pixel", ylabel: "value",
    xlim: [0, n - 1], ylim: [-0.8, 0.8], yticks: [-0.5, 0, 0.5], xticks: [0, n / 4, n / 2, (3 * n) / 4] });
  const curves = axes(panels, { label: "The errors over the displacement of the true blur", xlabel: "displacement (pixels)",
    ylabel: "error (dB)", xlim: [-4, 4], ylim: [-18, 2], yticks: [-15, -10, -5, 0], xticks: [-4, -2, 0, 2, 4] });
  curve(picture, "scene")(f);
  const draw = roles.slice(0, 2).map((role) => curve(picture, role)), lines = roles.map((role) => curve(curves, role));
  const drawHere = curve(curves, "scene");
  key(panels, [["scene", "scene; present displacement"], ...names.map((name, m) => [roles[m], name])]);
  slider(controls, model, "displacement", { label: "displacement", min: -4, max: 4, step: 0.25, show: (v) => v.toFixed(2).replace("-", "−") });
  slider(controls, model, "width", { label: "true width", min: 1, max: 4, step: 0.1, show: (v) => v.toFixed(1) });
  slider(controls, model, "k", { label: "pairs N", min: 0, max: Math.round(Math.log2(F[0].length / half)), step: 1, show: (k) => `${2 ** k}` });
  const places = Array.from({ length: 17 }, (_, i) => -4 + i / 2);
  let drawn = ""; // the width and the N of the curves, which do not depend on the displacement
  respond(model, ["displacement", "width", "k"], () => {
    const t = transfer(model.get("width")), N = 2 ** model.get("k"), here = learn(t, model.get("displacement"), N);
    if (drawn !== (drawn = `${model.get("width")} ${N}`)) {
      const found = places.map((d) => learn(t, d, N).errors);
      lines.forEach((line, m) => line(found.map((row) => row[m]), (i) => places[i]));
    }
    draw.forEach((line, m) => line(estimate(here, m)));
    drawHere([-18, 2], () => here.d);
    output.textContent = names.map((name, m) => `${name} ${here.errors[m].toFixed(1).replace("-", "−")} dB`).join(", ") + ".";
  });
}

export default { render };
