"""What the tests ask a page in its own language, JavaScript."""

# What is drawn in a responding figure, as one text.
PICTURE = """(widget) => {
  const drawings = [...widget.querySelectorAll("svg, canvas")];
  const text = (drawing) => drawing.toDataURL ? drawing.toDataURL() : drawing.outerHTML;
  return drawings.map(text).join("\\n");
}"""

# The name of a slider for those who cannot see it.
NAME = """(slider) => {
  if (slider.ariaLabel) return slider.ariaLabel;
  const names = [...(slider.labels || [])].map((label) => {
    const words = label.cloneNode(true);
    words.querySelectorAll("output, input").forEach((part) => part.remove());
    return words.textContent.trim();
  });
  return names.join(" ");
}"""

# The pictures whose height and width are not those of their file.
STRETCHED = """() => {
  const stretched = (image) => {
    if (getComputedStyle(image).objectFit === "contain") return false;
    const padding = 2 * parseFloat(getComputedStyle(image).paddingLeft);
    const wide = image.clientWidth - padding;
    const high = image.clientHeight - padding;
    const ratio = image.naturalWidth / image.naturalHeight;
    return image.checkVisibility() && Math.abs(wide - ratio * high) > 2 + 0.01 * wide;
  };
  const images = [...document.querySelectorAll("article img")];
  return images.filter(stretched).map((image) => image.alt);
}"""

# The formulas that are cut on the left, or over which their number lies.
OVERLAID = """() => {
  const overlaid = (formula) => {
    const box = (part) => formula.querySelector(part)?.getBoundingClientRect();
    const number = box(".eqno");
    const drawn = box("mjx-math");
    if (!formula.checkVisibility() || !drawn) return false;
    if (drawn.left < formula.getBoundingClientRect().left - 1) return true;
    if (!number) return false;
    const beside = number.left >= drawn.right - 1 || number.right <= drawn.left + 1;
    return !beside && number.top < drawn.bottom && number.bottom > drawn.top;
  };
  const formulas = [...document.querySelectorAll("div.math")];
  return formulas.filter(overlaid).map((formula) => formula.textContent);
}"""

# What reaches beyond the right edge of the window, and no box around it scrolls.
TOO_WIDE = """() => {
  const frames = ".bd-main, .bd-content, .bd-container, .bd-container__inner, body, html";
  const clips = (e) => {
    if (!e) return false;
    const scrolls = getComputedStyle(e).overflowX !== "visible" && !e.matches(frames);
    return scrolls || clips(e.parentElement);
  };
  const wide = (e) => e.getBoundingClientRect().right > innerWidth + 1;
  return [...document.querySelectorAll("article *")]
    .filter((e) => e.checkVisibility() && wide(e) && !clips(e.parentElement))
    .map((e) => e.outerHTML.slice(0, 120));
}"""

# Moves a slider to so many places, and has the figure drawn at each.
FRAMES = """([slider, count]) => {
  const widget = slider.closest(".cu-widget");
  const before = slider.value;
  const move = (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (let i = 0; i < count; i++) {
    const part = (i * 0.381966) % 1;
    move(+slider.min + (slider.max - slider.min) * part);
    for (const drawing of widget.querySelectorAll("svg, canvas")) {
      drawing.getBoundingClientRect();                       // the layout, now
      drawing.getContext?.("2d")?.getImageData(0, 0, 1, 1);  // the painting, now
    }
  }
  move(before);
}"""

SET = """(slider, value) => {
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""

# Whether one of many settings reaches the goal of a figure: of one slider, or of all.
SCAN = """(widget) => {
  const reached = () => widget.querySelector(".cu-reached").textContent;
  const sliders = [...widget.querySelectorAll("input[type=range]")];
  const presets = [...widget.querySelectorAll(".cu-controls button")];
  const move = (slider, part) => {
    slider.value = +slider.min + part * (slider.max - slider.min);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const slider of sliders) {
    const first = (slider.value - slider.min) / (slider.max - slider.min);
    for (let i = 0; i <= 40 && !reached(); i++) move(slider, i / 40);
    if (!reached()) move(slider, first);
  }
  const strides = [0.618034, 0.754878, 0.56984, 0.8191725];
  for (let i = 1; i <= 400 && !reached(); i++) {
    if (i % 10 === 1) presets[((i - 1) / 10) % presets.length]?.click();
    sliders.forEach((slider, j) => move(slider, ((i * strides[j]) % 1) ** (1 + i % 3)));
  }
  return reached();
}"""

# What a responding figure says.
SAID = """(widget) => widget.querySelector("output").textContent"""

# Whether the figure of a slider trains: what is set there shows in the steps that follow.
TRAINS = """(slider) => "trains" in slider.closest(".cu-figure").dataset"""

# Waits for every picture of the page, also those that are fetched when they come in sight.
FETCH_ALL = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""

# Marks the words of code that look as five others before them do: the same ink and size on
# the same ground, all in sight of who reads the block.
MARK_AGAIN = """() => {
  const look = (e, names) => names.map((name) => getComputedStyle(e)[name]).join();
  const ground = (e) => e ? look(e, ["backgroundColor", "backgroundImage", "opacity",
    "filter"]) + ground(e.parentElement) : "";
  const seen = new Map();
  for (const code of document.querySelectorAll("pre")) {
    if (!code.checkVisibility()) continue;
    const below = ground(code);
    const { right } = code.getBoundingClientRect();
    for (const word of code.querySelectorAll("span:not(:has(*))")) {
      const ink = look(word, ["color", "fontSize", "fontWeight", "backgroundColor",
        "opacity", "textShadow"]);
      const between = word.parentElement === code ? "" : ground(word.parentElement);
      const key = [ink, between, below].join("|");
      const count = seen.get(key) ?? 0;
      word.toggleAttribute("data-again", count >= 5 && !word.id && !word.title);
      if (word.getBoundingClientRect().right < right) seen.set(key, count + 1);
    }
  }
}"""
