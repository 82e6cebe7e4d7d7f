/* Arrays that Python sent in a zlib stream: unpacked once, before a figure is drawn. */
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** The numbers in a trait that Python made with `in_steps(..., packed=True)`. */
async function unpacked(model, trait) {
  const { data, ...rest } = model.get(trait);
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  return numbers({ ...rest, data: new DataView(buffer) });
}
