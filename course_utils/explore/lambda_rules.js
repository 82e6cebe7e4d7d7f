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

/** All sums over the groups that the rules need at one lambda, in one pass.

    w = lambda / (s^2 + lambda) is what f_lambda leaves of a coefficient; 1 where s = 0.
    Only one rule needs the logarithms of w: `logs` sums them when it is called. */
function sumsAt(lam, { s, cc, aa, ae, ee, count }) {
  let residual = 0;
  let trace = 0;
  let slope = 0;
  let size = 0;
  let unexplained = 0;
  let signal = 0;
  let data = 0;
  for (let i = 0; i < s.length; i++) {
    const s2 = s[i] * s[i];
    const part = 1 / (s2 + lam);
    const w = s2 > 0 ? lam * part : 1;
    const phi = s[i] * part;
    const energy = w * w * cc[i];
    const error = phi * phi * ee[i] - 2 * phi * w * ae[i] + w * w * aa[i];
    residual += energy;
    trace += count[i] * w;
    slope += 2 * energy * (1 - w);
    size += energy * s2;
    unexplained += w * cc[i];
    signal += error;
    data += s2 * error;
  }
  const logs = () => logsAt(lam, s, count);
  return { residual, trace, slope, size, unexplained, logs, signal, data };
}

/** The sum of log w over the coefficients. */
function logsAt(lam, s, count) {
  return -sumOf(s, (i) => count[i] * Math.log(1 + s[i] * s[i] / lam));
}

/** The curvature of the L-curve, 2 x y (x - y - 1) / (x^2 + y^2)^(3/2). */
function curvature(lam, { residual, slope, size }) {
  const x = slope / residual;
  const y = (-slope * lam) / size;
  return (2 * x * y * (x - y - 1)) / (x ** 2 + y ** 2) ** 1.5;
}

/** A function that gives the lambda of the smallest J(sums, lambda).

    All J share one table over log lambda; it is refined around the best place of each. */
function search(terms) {
  const top = 2 * Math.log(terms.s.reduce((most, s_i) => Math.max(most, s_i)));
  const ends = [top + 2 * Math.log(EPS), top - Math.log(EPS)];
  const table = (low, high, n) =>
    Array.from({ length: n }, (_, i) => {
      const log = low + ((high - low) * i) / (n - 1);
      return { log, sums: sumsAt(Math.exp(log), terms) };
    });
  const coarse = table(...ends, 97);
  return (J) => {
    let places = coarse;
    for (let round = 0;; round++) {
      const n = places.length;
      const best = lowest(places.map(({ log, sums }) => J(sums, Math.exp(log))));
      if (round === 9) return Math.exp(places[best].log);
      const low = places[Math.max(best - 1, 0)].log;
      places = table(low, places[Math.min(best + 1, n - 1)].log, 13);
    }
  };
}

/** The index of the smallest of these numbers. */
function lowest(values) {
  return values.reduce((best, v, i) => (v < values[best] ? i : best), 0);
}

/** The terms without singular values that are lost in round-off, which are 0. */
function cleaned(terms) {
  const largest = terms.s.reduce((most, s_i) => Math.max(most, s_i));
  return { ...terms, s: terms.s.map((s_i) => (s_i > 4 * EPS * largest ? s_i : 0)) };
}

/** What each rule makes least; sigma is the one that the rules assume. */
function objectives({ s, count }, sigma) {
  const m = sumOf(s, (i) => count[i]);
  const end = s.reduce((least, s_i) => (s_i > 0 ? Math.min(least, s_i) : least)) ** 2;
  return {
    discrepancy: ({ residual }) => Math.abs(residual - m * sigma ** 2),
    GCV: ({ residual, trace }) => residual / trace ** 2,
    SURE: ({ residual, trace }) => residual + 2 * sigma ** 2 * (m - trace),
    "L-curve": (sums, lam) => (lam < end ? Infinity : -curvature(lam, sums)),
    evidence: ({ unexplained, logs }) => m * Math.log(unexplained) - logs(),
  };
}

/** Whether some lambda leaves a residual of m sigma^2. */
function reaches({ s, cc, count }, sigma) {
  const noise = sumOf(s, (i) => count[i]) * sigma ** 2;
  const unreached = sumOf(s, (i) => (s[i] > 0 ? 0 : cc[i]));
  return unreached < noise && noise < sumOf(s, (i) => cc[i]);
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

/** What the rules and the oracles choose on the axis, with the errors of f_lambda there. */
function ruled(given, sigma) {
  const terms = cleaned(given);
  const least = search(terms);
  const chosenBy = (J) => clamp(Math.log10(least(J)), FIRST, LAST);
  const J = objectives(terms, sigma);
  const chosen = RULES.map((rule) => chosenBy(J[rule]));
  if (!reaches(terms, sigma)) chosen[0] = null;
  const oracles = [({ signal }) => signal, ({ data }) => data].map(chosenBy);
  const errors = errorsOf(given);
  const ofSignal = (log) => (log === null ? null : errors(10 ** log)[0]);
  return {
    chosen,
    oracles,
    ofChosen: chosen.map(ofSignal),
    ofOracles: oracles.map(ofSignal),
  };
}
