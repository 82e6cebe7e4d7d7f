/* A photograph of the reader's own in a figure: decoded in the page, and sent nowhere. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** A picture of the reader's own, chosen or dropped, which stays in the page.

    `use` gets n x n grey values in [0, 1], or null for the picture of the book. */
function ownPicture(controls, n, use) {
  const figure = controls.closest(".cu-figure");
  const line = figure.querySelector(":scope > .cu-buttons");
  const choose = make(line, "label", { class: "cu-file" }, "Your own photograph");
  const input = make(choose, "input", { type: "file", accept: "image/*" });
  const note = make(line, "span", { role: "status" });
  const back = button(line, "Back to the book's picture", () => {
    use(null);
    back.hidden = true;
    note.textContent = "";
  });
  back.hidden = true;
  const take = async ([file]) => {
    try {
      use(await greyOf(file, n));
      back.hidden = false;
      note.textContent = "It stays in this page; nothing is sent.";
    } catch (error) {
      note.textContent = error.message;
    }
  };
  input.addEventListener("change", () => take(input.files));
  takeDropped(figure, take);
}

function takeDropped(figure, take) {
  figure.addEventListener("dragover", (event) => event.preventDefault());
  figure.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files);
  });
}

/** The middle of a picture as n x n grey values in [0, 1]; a refusal is a sentence. */
async function greyOf(file, n) {
  if (!file) throw new Error("No file arrived: choose a picture, or drop one here.");
  if (!file.type.startsWith("image/")) {
    throw new Error(`${file.name} is no picture: a JPEG, PNG or WebP file is one.`);
  }
  if (file.size > 4e7) {
    throw new Error(`${file.name} is too large: a picture may have 40 MB.`);
  }
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} cannot be read: it is broken, or of an unknown kind.`);
  });
  return middleOf(bitmap, n);
}

/** The square in the middle of a picture, on white, in n x n grey values. */
function middleOf(bitmap, n) {
  const { width, height } = bitmap;
  const side = Math.min(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = n;
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, n, n);
  context.imageSmoothingQuality = "high";
  const from = [(width - side) / 2, (height - side) / 2, side, side];
  context.drawImage(bitmap, ...from, 0, 0, n, n);
  bitmap.close();
  const { data } = context.getImageData(0, 0, n, n);
  return Float64Array.from({ length: n * n }, (_, x) => {
    const [red, green, blue] = data.subarray(4 * x, 4 * x + 3);
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  });
}
