/* Line integrals of an image along parallel rays, as operators.Radon computes them. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** An image with a border of nothing, along its rows and along its columns. */
function framed(f, n) {
  const rows = new Float64Array(n * (n + 3));
  const columns = new Float64Array(n * (n + 3));
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      rows[y * (n + 3) + x + 1] = f[y * n + x];
      columns[x * (n + 3) + y + 1] = f[y * n + x];
    }
  }
  return { rows, columns };
}

/** H f: Joseph's line integrals, row by row where rays are steep, else column by column. */
function project({ rows, columns }, n, theta) {
  const cos = Math.cos(theta);
  const sin = Math.sin(theta);
  const centre = (n - 1) / 2;
  const steep = Math.abs(cos) >= Math.abs(sin);
  const lines = steep ? rows : columns;
  const slope = steep ? sin / cos : cos / sin;
  const length = 1 / Math.max(Math.abs(cos), Math.abs(sin));
  return Float64Array.from({ length: n }, (_, i) => {
    const middle = centre + (steep ? (i - centre) / cos : (centre - i) / sin);
    return alongRay(lines, n, middle - centre * slope, slope) * length;
  });
}

/** The sum along a ray that meets one line at a place, and each next one farther on. */
function alongRay(lines, n, first, slope) {
  let sum = 0;
  let meets = first;
  for (let j = 0; j < n; j++) {
    const below = Math.floor(meets);
    if (below >= -1 && below < n) {
      const part = meets - below;
      const at = j * (n + 3) + below + 1;
      sum += (1 - part) * lines[at] + part * lines[at + 1];
    }
    meets += slope;
  }
  return sum;
}
