/* The Fourier transform of a real picture, n x n with n a power of two, by half the work.

   It stands after fourier.js. The spectrum of a real picture is Hermitian: half of its
   columns say all, and one complex line carries two real ones. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** F f of a real picture f, and the way back from a Hermitian spectrum, as in fourierOf. */
function realFourierOf(n) {
  const order = reversedBits(n);
  const factors = roots(n);
  const line = { re: new Float64Array(n), im: new Float64Array(n) };
  const columns = { re: new Float64Array(n * n), im: new Float64Array(n * n) };
  const transform = (re, im, start, sign = 1) => {
    for (let i = 0; i < n; i++) {
      line.re[i] = re[start + order[i]];
      line.im[i] = sign * im[start + order[i]];
    }
    transformLine(line, factors);
  };
  const forward = (f) => {
    const lower = f.subarray(n);
    for (let row = 0; row < n; row += 2) {
      transform(f, lower, row * n);
      splitInto(columns, line, row);
    }
    const spectrum = plane(n);
    for (let column = 0; column <= n / 2; column++) {
      transform(columns.re, columns.im, column * n);
      putColumn(spectrum, line, column);
    }
    return spectrum;
  };
  const back = (spectrum) => { // the inverse is the transform of the conjugate
    turnInto(columns, spectrum, n);
    for (let column = 0; column <= n / 2; column++) {
      transform(columns.re, columns.im, column * n, -1);
      columns.re.set(line.re, column * n);
      columns.im.set(line.im, column * n);
    }
    const f = new Float64Array(n * n);
    for (let row = 0; row < n; row += 2) {
      joinFrom(columns, line, row, order);
      transformLine(line, factors);
      for (let i = 0; i < n; i++) {
        f[row * n + i] = line.re[i] / (n * n);
        f[(row + 1) * n + i] = line.im[i] / (n * n);
      }
    }
    return f;
  };
  return { forward, back };
}

/** The spectra A and B of two real rows from that of a + i b, into half of the columns. */
function splitInto(columns, { re, im }, row) {
  const n = re.length;
  for (let i = 0; i <= n / 2; i++) {
    const mirror = (n - i) % n;
    const at = i * n + row;
    columns.re[at] = (re[i] + re[mirror]) / 2;
    columns.im[at] = (im[i] - im[mirror]) / 2;
    columns.re[at + 1] = (im[i] + im[mirror]) / 2;
    columns.im[at + 1] = (re[mirror] - re[i]) / 2;
  }
}

/** The row A + i B from half of its columns, in the order reversedBits. */
function joinFrom(columns, { re, im }, row, order) {
  const n = re.length;
  for (let k = 0; k < n; k++) {
    const i = order[k];
    const sign = i > n / 2 ? -1 : 1; // beyond the middle stands the conjugate
    const at = (sign < 0 ? n - i : i) * n + row;
    re[k] = columns.re[at] - sign * columns.im[at + 1];
    im[k] = sign * columns.im[at] + columns.re[at + 1];
  }
}

/** A column of a Hermitian spectrum, and the one that mirrors it. */
function putColumn(spectrum, { re, im }, column) {
  const n = re.length;
  const mirror = (n - column) % n;
  for (let i = 0; i < n; i++) {
    const opposite = ((n - i) % n) * n + mirror;
    spectrum.re[opposite] = re[i];
    spectrum.im[opposite] = -im[i];
    spectrum.re[i * n + column] = re[i];
    spectrum.im[i * n + column] = im[i];
  }
}

/** Half of the columns of a spectrum, each of them in one piece. */
function turnInto(columns, { re, im }, n) {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= n / 2; column++) {
      columns.re[column * n + row] = re[row * n + column];
      columns.im[column * n + row] = im[row * n + column];
    }
  }
}
