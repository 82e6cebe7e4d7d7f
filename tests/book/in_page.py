"""What the tests ask a page in its own language, JavaScript."""

PICTURE = """widget => [...widget.querySelectorAll("svg, canvas")].map(
  drawing => drawing.toDataURL ? drawing.toDataURL() : drawing.outerHTML).join("\\n")"""

NAME = """slider => slider.ariaLabel || [...(slider.labels || [])].map((label) => {
  const words = label.cloneNode(true);
  words.querySelectorAll("output, input").forEach((part) => part.remove());
  return words.textContent.trim();
}).join(" ")"""

STRETCHED = """() => [...document.querySelectorAll("article img")].filter((image) => {
  const style = getComputedStyle(image), padding = 2 * parseFloat(style.paddingLeft);
  const [wide, high] = [image.clientWidth - padding, image.clientHeight - padding];
  const ratio = image.naturalWidth / image.naturalHeight;
  return image.checkVisibility() && Math.abs(wide - ratio * high) > 2 + 0.01 * wide;
}).map((image) => image.alt)"""

OVERLAID = """() => [...document.querySelectorAll("div.math")].filter((formula) => {
  const [number, drawn] = [".eqno", "mjx-math"].map((part) =>
    formula.querySelector(part)?.getBoundingClientRect());
  if (!formula.checkVisibility() || !drawn) return false;
  const cut = drawn.left < formula.getBoundingClientRect().left - 1;
  return cut || (number && number.left < drawn.right - 1 && number.right > drawn.left + 1
    && number.top < drawn.bottom && number.bottom > drawn.top);
}).map((formula) => formula.textContent)"""

TOO_WIDE = """() => {
  const frames = ".bd-main, .bd-content, .bd-container, .bd-container__inner, body, html";
  const clips = (e) => e && ((getComputedStyle(e).overflowX !== "visible" && !e.matches(frames))
    || clips(e.parentElement));
  return [...document.querySelectorAll("article *")].filter((e) => e.checkVisibility()
    && e.getBoundingClientRect().right > innerWidth + 1 && !clips(e.parentElement),
  ).map((e) => e.outerHTML.slice(0, 120));
}"""

FRAMES = """([slider, count]) => {
  const widget = slider.closest(".cu-widget"), before = slider.value, times = [];
  const low = +slider.min, high = +slider.max;
  for (let i = 0; i < count; i++) {
    slider.value = low + (high - low) * ((i * 0.381966) % 1);
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    for (const drawing of widget.querySelectorAll("svg, canvas")) {
      drawing.getBoundingClientRect();                       // the layout, now
      drawing.getContext?.("2d")?.getImageData(0, 0, 1, 1);  // the painting, now
    }
    times.push(performance.now() - start);
  }
  slider.value = before;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return times.sort((a, b) => a - b);
}"""
