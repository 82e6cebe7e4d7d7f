/* The Fourier transform of a picture, n x n with n a power of two, in double precision. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** The order in which a fast Fourier transform reads n numbers: the bits of i, reversed. */
function reversedBits(n) {
  const bits = Math.log2(n);
  return Uint16Array.from({ length: n }, (_, i) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
}

/** exp(-2 pi i k / n) for the first half of the k. */
function roots(n) {
  const angles = Array.from({ length: n / 2 }, (_, k) => (-2 * Math.PI * k) / n);
  return {
    cos: Float64Array.from(angles, Math.cos),
    sin: Float64Array.from(angles, Math.sin),
  };
}

/** The Fourier transform of n complex numbers in place, given in the order reversedBits. */
function transformLine({ re, im }, { cos, sin }) {
  const n = re.length;
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * stride];
        const s = sin[k * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** The Fourier transform of each row of n x n complex numbers, put into columns of `to`. */
function transformOf(n) {
  const order = reversedBits(n);
  const factors = roots(n);
  const line = { re: new Float64Array(n), im: new Float64Array(n) };
  return (from, to) => {
    for (let row = 0; row < n; row++) {
      for (let i = 0; i < n; i++) {
        line.re[i] = from.re[row * n + order[i]];
        line.im[i] = from.im[row * n + order[i]];
      }
      transformLine(line, factors);
      for (let i = 0; i < n; i++) {
        to.re[i * n + row] = line.re[i];
        to.im[i * n + row] = line.im[i];
      }
    }
    return to;
  };
}

/** n x n complex numbers. */
function plane(n) {
  return { re: new Float64Array(n * n), im: new Float64Array(n * n) };
}

/** F f of a real picture f, and the way back from a picture's spectrum. */
function fourierOf(n) {
  const rows = transformOf(n);
  const half = plane(n);
  const turned = plane(n);
  const forward = (f) => rows(rows({ re: f, im: new Float64Array(n * n) }, half), plane(n));
  const back = ({ re, im }) => { // the inverse is the transform of the conjugate
    turned.re.set(re);
    for (let i = 0; i < n * n; i++) turned.im[i] = -im[i];
    return rows(rows(turned, half), turned).re.map((v) => v / (n * n));
  };
  return { forward, back };
}

/** A spectrum with a real factor for each frequency. */
function times(factors, { re, im }) {
  return { re: re.map((v, i) => factors[i] * v), im: im.map((v, i) => factors[i] * v) };
}
