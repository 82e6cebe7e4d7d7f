// A real diagonal after a told blur, and a complex one without: both by least squares.

const NAMES = ["four layers", "filter without H", "untrained"];
const ROLES = ["classical", "learned", "data"];
// The displacements of the curves: -4, -3.5 ... 4.
const PLACES = Array.from({ length: 17 }, (_, i) => -4 + i / 2);

function waves(n) {
  const angles = Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);
  return {
    cos: Float64Array.from(angles, Math.cos),
    sin: Float64Array.from(angles, Math.sin),
  };
}

/** The Fourier transform of each row of n, as [real, imaginary], q = 0 ... n / 2. */
function transform(rows, n) {
  const { cos, sin } = waves(n);
  const half = n / 2 + 1;
  const re = new Float64Array((rows.length / n) * half);
  const im = new Float64Array((rows.length / n) * half);
  for (let i = 0; i < re.length; i++) {
    const q = i % half;
    const first = Math.floor(i / half) * n;
    for (let x = 0; x < n; x++) {
      re[i] += rows[first + x] * cos[(q * x) % n];
      im[i] -= rows[first + x] * sin[(q * x) % n];
    }
  }
  return [re, im];
}

/** |t| of a Gaussian that sums to 1. */
function transfer(width, n) {
  const line = new Float64Array(n);
  let sum = 0;
  for (let u = -n / 2; u < n / 2; u++) {
    const value = Math.exp(-0.5 * (u / width) ** 2);
    line[(u + n) % n] = value;
    sum += value;
  }
  return transform(line, n)[0].map((v) => v / sum);
}

/** How often a frequency counts: -q stands behind q. */
function weight(q, n) {
  return q === 0 || q === n / 2 ? 1 : 2;
}

/** The spectra of the data, blurred by t, displaced by d pixels, and noisy. */
function measured([F_re, F_im], [E_re, E_im], { t, d, sigma, n }) {
  const angle = (q) => (2 * Math.PI * q * d) / n;
  const cos = t.map((v, q) => v * Math.cos(angle(q)));
  const sin = t.map((v, q) => -v * Math.sin(angle(q)));
  const re = new Float64Array(F_re.length);
  const im = new Float64Array(F_re.length);
  for (let i = 0; i < F_re.length; i++) {
    const q = i % t.length;
    re[i] = cos[q] * F_re[i] - sin[q] * F_im[i] + sigma * E_re[i];
    im[i] = cos[q] * F_im[i] + sin[q] * F_re[i] + sigma * E_im[i];
  }
  return [re, im];
}

/** The factors of the two that learn from pairs, by least squares. */
function learned([F_re, F_im], [G_re, G_im], half) {
  const spectral = [new Float64Array(half), new Float64Array(half)];
  const filter = [new Float64Array(half), new Float64Array(half)];
  for (let q = 0; q < half; q++) {
    let power = 0;
    let real = 0;
    let imaginary = 0;
    for (let i = q; i < F_re.length; i += half) {
      power += G_re[i] * G_re[i] + G_im[i] * G_im[i];
      real += G_re[i] * F_re[i] + G_im[i] * F_im[i];
      imaginary += G_re[i] * F_im[i] - G_im[i] * F_re[i];
    }
    spectral[0][q] = real / power; // Lambda conj(t): a real Lambda cannot turn
    filter[0][q] = real / power;
    filter[1][q] = imaginary / power;
  }
  return [spectral, filter];
}

/** The factors of the untrained network, which regularises with lam. */
function untrained(told, lam) {
  return [told.map((t) => t / (t ** 2 + lam)), told.map(() => 0)];
}

/** sum |w G - F|^2 over all signals and frequencies; in space, two of these are real. */
function squaredError([w_re, w_im], [G_re, G_im], [F_re, F_im], n) {
  const half = w_re.length;
  let sum = 0;
  for (let q = 0; q < half; q++) {
    const twice = weight(q, n) - 1;
    for (let i = q; i < F_re.length; i += half) {
      const re = w_re[q] * G_re[i] - w_im[q] * G_im[i] - F_re[i];
      const im = w_re[q] * G_im[i] + w_im[q] * G_re[i] - F_im[i];
      sum += (1 + twice) * re ** 2 + 2 * twice * im ** 2;
    }
  }
  return sum;
}

/** sum |F|^2 over all signals and frequencies. */
function energyOf([F_re, F_im], n) {
  const half = n / 2 + 1;
  let sum = 0;
  for (let i = 0; i < F_re.length; i++) {
    sum += weight(i % half, n) * (F_re[i] ** 2 + F_im[i] ** 2);
  }
  return sum;
}

/** The first signal of w G, in space. */
function estimate([w_re, w_im], [G_re, G_im], n) {
  const { cos, sin } = waves(n);
  const f_hat = new Float64Array(n);
  for (let q = 0; q < w_re.length; q++) {
    const re = w_re[q] * G_re[q] - w_im[q] * G_im[q];
    const im = w_re[q] * G_im[q] + w_im[q] * G_re[q];
    for (let x = 0; x < n; x++) {
      f_hat[x] += (weight(q, n) / n) * (re * cos[(q * x) % n] - im * sin[(q * x) % n]);
    }
  }
  return f_hat;
}

/** A function of the true blur and of N that gives the factors, the data and the errors. */
function experimentOf(model) {
  const n = model.get("size");
  const sigma = model.get("sigma");
  const [F, E, F_test, E_test] = ["scenes", "noise", "scenes_test", "noise_test"].map(
    (trait) => transform(floats(model, trait), n),
  );
  const fixed = untrained(transfer(model.get("told"), n), model.get("lam"));
  const energy = energyOf(F_test, n);
  return (t, d, N) => {
    const given = F.map((part) => part.subarray(0, N * t.length));
    const G = measured(given, E, { t, d, sigma, n });
    const G_test = measured(F_test, E_test, { t, d, sigma, n });
    const factors = [...learned(given, G, t.length), fixed];
    const left = factors.map((w) => squaredError(w, G_test, F_test, n));
    return { factors, G_test, errors: left.map((v) => 10 * Math.log10(v / energy)) };
  };
}

/** Two estimates of the first test signal, the errors, and these over the displacement. */
function computation(model) {
  const n = model.get("size");
  const experiment = experimentOf(model);
  let curves = [];
  let drawn = ""; // the width and the N of the curves, which need no displacement
  return ({ displacement, width, k }) => {
    const t = transfer(width, n);
    const N = 2 ** k;
    if (drawn !== `${width} ${N}`) {
      curves = PLACES.map((place) => experiment(t, place, N).errors);
    }
    drawn = `${width} ${N}`;
    const { factors, G_test, errors } = experiment(t, displacement, N);
    const estimates = factors.slice(0, 2).map((w) => estimate(w, G_test, n));
    return { estimates, errors, curves };
  };
}

/** The first test signal and two estimates; what it returns draws the estimates. */
function signalPlot(panels, f) {
  const plot = signalAxes(panels, f.length, {
    label: "A test signal and two estimates",
    ylim: [-0.8, 0.8],
    yticks: [-0.5, 0, 0.5],
  });
  curve(plot, "scene")(f);
  const lines = ROLES.slice(0, 2).map((role) => curve(plot, role));
  return (estimates) => lines.forEach((line, m) => line(estimates[m]));
}

/** The errors over the displacement, with its curves and the present displacement. */
function errorsPlot(panels, model) {
  const plot = axes(panels, {
    label: "The errors over the displacement of the true blur",
    xlabel: "displacement (pixels)",
    ylabel: "error (dB)",
    xlim: [-4, 4],
    ylim: [-18, 2],
    xticks: [-4, -2, 0, 2, 4],
    yticks: [-15, -10, -5, 0],
  });
  const lines = ROLES.map((role) => curve(plot, role));
  const drawHere = upright(plot, "scene");
  dragAlong(plot, model, "displacement", { min: -4, max: 4, step: 0.25 });
  const drawErrors = (errors) => {
    lines.forEach((line, m) => line(errors.map((row) => row[m]), (i) => PLACES[i]));
  };
  return { drawErrors, drawHere };
}

/** The displacement among the controls; the other two, on a phone, under the plots. */
function sliders(controls, model) {
  const pairs = floats(model, "scenes").length / model.get("size");
  slider(controls, model, "displacement", {
    label: "displacement",
    min: -4,
    max: 4,
    step: 0.25,
    show: (d) => signed(d, 2),
  });
  const below = make(controls.parentNode, "div", { class: "cu-pairs" });
  controls.after(below);
  slider(below, model, "width", {
    label: "true width",
    min: 1,
    max: 4,
    step: 0.1,
    show: (width) => width.toFixed(1),
  });
  slider(below, model, "k", {
    label: "pairs N",
    min: 0,
    max: Math.round(Math.log2(pairs)),
    step: 1,
    show: (k) => `${2 ** k}`,
  });
  for (const trait of ["width", "k"]) remember(controls, model, trait);
}

function render({ model, el }) {
  const n = model.get("size");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const drawEstimates = signalPlot(panels, floats(model, "scenes_test").subarray(0, n));
  const { drawErrors, drawHere } = errorsPlot(panels, model);
  const entries = NAMES.map((name, m) => [ROLES[m], name]);
  key(panels, [["scene", "signal; present displacement: drag it"], ...entries]);
  sliders(controls, model);
  respond(model, ["displacement", "width", "k"], (setting) => {
    const { estimates, errors, curves } = compute(setting);
    drawErrors(curves);
    drawEstimates(estimates);
    drawHere(setting.displacement);
    const words = NAMES.map((name, m) => `${name} ${signed(errors[m], 1)} dB`);
    output.textContent = `${words.join(", ")}.`;
    const d = Math.abs(setting.displacement);
    if (d && d <= 2 && errors[1] < errors[0]) {
      reached(`Displaced by ${d} px: the filter that knows no H is better.`);
    }
  });
}

export default { render };
