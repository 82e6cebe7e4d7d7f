/* Five rules for lambda, as course_utils/choose.py has them, and the errors of Tikhonov.

   `terms` has a place for each group of coefficients with the same singular value s: their
   count, and the sums cc, aa, ae and ee of c^2, a^2, a e and e^2, where the data
   c = s a + e are those of the truth a with the noise e. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

const RULES = ["discrepancy", "GCV", "SURE", "L-curve", "evidence"];
// The ends of the axis, as log10 of lambda: what lies beyond them is drawn there.
const FIRST = -12;
const LAST = 1;
const EPS = Number.EPSILON;

/** A sum over the groups. */
function sumOf(s, term) {
  let sum = 0;
  for (let i = 0; i < s.length; i++) sum += term(i);
  return sum;
}

/** Put lambda / (s^2 + lambda) into w, what f_lambda leaves of each; 1 where s = 0. */
function leftBy(lam, s, w) {
  for (let i = 0; i < s.length; i++) w[i] = s[i] > 0 ? 1 / (1 + s[i] ** 2 / lam) : 1;
  return w;
}

/** ||g - H f_lambda||^2 */
function residual(w, { s, cc }) {
  return sumOf(s, (i) => w[i] ** 2 * cc[i]);
}

/** The curvature of the L-curve, 2 x y (x - y - 1) / (x^2 + y^2)^(3/2). */
function curvature(lam, w, { s, cc }) {
  const slope = 2 * sumOf(s, (i) => w[i] ** 2 * cc[i] * (1 - w[i]));
  const x = slope / residual(w, { s, cc });
  const y = (-slope * lam) / sumOf(s, (i) => (w[i] * s[i]) ** 2 * cc[i]);
  return (2 * x * y * (x - y - 1)) / (x ** 2 + y ** 2) ** 1.5;
}

/** The lambda of the smallest J in a table over log lambda, refined around the best. */
function minimise(s, J) {
  const top = 2 * Math.log(s.reduce((most, s_i) => Math.max(most, s_i)));
  let low = top + 2 * Math.log(EPS);
  let high = top - Math.log(EPS);
  let lam;
  for (const n of [97, ...Array(9).fill(13)]) {
    const place = (i) => low + ((high - low) * i) / (n - 1);
    const best = lowest(Array.from({ length: n }, (_, i) => J(Math.exp(place(i)))));
    lam = Math.exp(place(best));
    [low, high] = [place(Math.max(best - 1, 0)), place(Math.min(best + 1, n - 1))];
  }
  return lam;
}

/** The index of the smallest of these numbers. */
function lowest(values) {
  return values.reduce((best, v, i) => (v < values[best] ? i : best), 0);
}

/** log10 of the lambda of each rule, or null; sigma is the one that the rules assume. */
function choices(terms, sigma) {
  const { cc, count } = terms;
  const largest = terms.s.reduce((most, s_i) => Math.max(most, s_i));
  const s = terms.s.map((s_i) => (s_i > 4 * EPS * largest ? s_i : 0)); // lost in round-off
  const m = sumOf(s, (i) => count[i]);
  const end = s.reduce((least, s_i) => (s_i > 0 ? Math.min(least, s_i) : least)) ** 2;
  const noise = m * sigma ** 2;
  const unreached = sumOf(s, (i) => (s[i] > 0 ? 0 : cc[i]));
  const given = { s, cc };
  const J = {
    discrepancy: (w) => Math.abs(residual(w, given) - noise),
    GCV: (w) => residual(w, given) / sumOf(s, (i) => count[i] * w[i]) ** 2,
    SURE: (w) =>
      residual(w, given) + 2 * sigma ** 2 * sumOf(s, (i) => count[i] * (1 - w[i])),
    "L-curve": (w, lam) => (lam < end ? Infinity : -curvature(lam, w, given)),
    evidence: (w) =>
      m * Math.log(sumOf(s, (i) => w[i] * cc[i])) -
      sumOf(s, (i) => count[i] * Math.log(w[i])),
  };
  const w = new Float64Array(s.length);
  const least = (rule) => minimise(s, (lam) => J[rule](leftBy(lam, s, w), lam));
  const chosen = RULES.map((rule) => Math.log10(least(rule)));
  if (!(unreached < noise && noise < sumOf(s, (i) => cc[i]))) chosen[0] = null;
  return chosen;
}

/** The relative errors of f_lambda and of H f_lambda, as a function of lambda. */
function errorsOf({ s, aa, ae, ee }) {
  const size = sumOf(s, (i) => aa[i]);
  const seen = sumOf(s, (i) => s[i] ** 2 * aa[i]);
  const square = (i, lam) => { // of phi c - a = phi e - w a, with w = lambda phi / s
    const phi = s[i] / (s[i] ** 2 + lam);
    const w = lam / (s[i] ** 2 + lam);
    return phi ** 2 * ee[i] - 2 * phi * w * ae[i] + w ** 2 * aa[i];
  };
  return (lam) => [
    Math.sqrt(sumOf(s, (i) => square(i, lam)) / size),
    Math.sqrt(sumOf(s, (i) => s[i] ** 2 * square(i, lam)) / seen),
  ];
}

/** log10 of the lambda with the least error of f_lambda, and of H f_lambda. */
function oraclesOf(terms) {
  const errors = errorsOf(terms);
  return [0, 1].map((kind) => Math.log10(minimise(terms.s, (lam) => errors(lam)[kind])));
}

/** What the rules and the oracles choose on the axis, with the errors of f_lambda there. */
function ruled(terms, sigma) {
  const errors = errorsOf(terms);
  const ofSignal = (log) => (log === null ? null : errors(10 ** log)[0]);
  const drawn = (log) => (log === null ? null : clamp(log, FIRST, LAST));
  const chosen = choices(terms, sigma).map(drawn);
  const oracles = oraclesOf(terms).map(drawn);
  return {
    chosen,
    oracles,
    ofChosen: chosen.map(ofSignal),
    ofOracles: oracles.map(ofSignal),
  };
}
