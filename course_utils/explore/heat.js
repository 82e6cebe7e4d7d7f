/* Temperatures in a figure: their colours, and Planck's law in a band by a table. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

// Colours at even places: "inferno", black over red to bright yellow; and "RdBu_r", from
// blue over white to red, for what has a sign.
const INFERNO = [
  [0, 40, 101, 159, 212, 245, 250, 252],
  [0, 11, 21, 42, 72, 125, 193, 255],
  [4, 84, 110, 99, 66, 21, 39, 164],
];
const BLUE_TO_RED = [
  [5, 33, 67, 146, 209, 247, 253, 244, 214, 178, 103],
  [48, 102, 147, 197, 229, 247, 219, 165, 96, 24, 0],
  [97, 172, 195, 222, 240, 247, 199, 130, 77, 43, 31],
];

/** What a table says at a place between two of its entries. */
function between(table, at) {
  const i = clamp(Math.floor(at), 0, table.length - 2);
  return table[i] + (at - i) * (table[i + 1] - table[i]);
}

const SHADES = 1024;

/** The colours as one table: red, green and blue of each of so many shades. */
function shadesOf(colours) {
  return Uint8ClampedArray.from({ length: 3 * SHADES }, (_, i) => {
    const row = colours[i % 3];
    return between(row, (Math.floor(i / 3) / (SHADES - 1)) * (row.length - 1));
  });
}

/** A picture of n x n numbers in colours: what it returns has its canvas, and draws. */
function coloured(panels, caption, n, colours = INFERNO) {
  const { canvas, name } = picture(panels, caption, n, n);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(n, n);
  pixels.data.fill(255);
  const shades = shadesOf(colours);
  const draw = (values, low, high) => {
    const { data } = pixels;
    const scale = (SHADES - 1) / (high - low);
    for (let x = 0; x < n * n; x++) {
      const at = 3 * Math.round(clamp((values[x] - low) * scale, 0, SHADES - 1));
      data[4 * x] = shades[at];
      data[4 * x + 1] = shades[at + 1];
      data[4 * x + 2] = shades[at + 2];
    }
    context.putImageData(pixels, 0, 0);
  };
  return { canvas, name, draw };
}

/** The temperature of a radiance, from a table that is even in the logarithm. */
function inversionOf(model) {
  const table = floats(model, "kelvin");
  const low = model.get("log_low");
  const last = table.length - 1;
  const scale = last / (model.get("log_high") - low);
  const least = Math.exp(low);
  return (L) =>
    between(table, clamp((Math.log(Math.max(L, least)) - low) * scale, 0, last));
}

/** The root of the mean square of the error. */
function rootMeanSquare(T, truth) {
  let sum = 0;
  for (let x = 0; x < T.length; x++) sum += (T[x] - truth[x]) ** 2;
  return Math.sqrt(sum / T.length);
}

/** Two ends of a range of temperatures, in words. */
function inKelvin(low, high) {
  return `${low.toFixed(0)}\u00a0K (black) to ${high.toFixed(0)}\u00a0K (yellow)`;
}
