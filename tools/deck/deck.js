/* A deck: formulas are drawn, and what a slide shows is made as large as its room allows.

   It asks no server for anything. The root says in `data-formulas` and `data-deck` when all
   formulas are drawn, and when the slide in sight has its size. */
(() => {
  "use strict";
  const root = document.documentElement;
  const LARGEST = {
    formula: 1.25,
    table: 1.5,
    lines: 1.3,
    quick: 1.7,
    widget: 1.45,
    drawing: 1.6,
    goals: 1,
    summary: 1.15,
    title: 1,
  };
  const LEGIBLE = 1.1; // words of a figure below this size cost much
  const WIDTHS = {
    widget: [760, 860, 960, 1060, 1160, 1280],
    drawing: [700, 784],
    quick: [656, 760],
  };

  const kindOf = (slide) => /cu-is-(\w+)/.exec(slide.className)?.[1];

  /* The ways to lay out a kind of slide: a width, and, where the controls stand beside the
     pictures, in how many columns these are; 0 if the controls stand below. */
  function layouts(kind, box) {
    const most = Math.max(0, ...panelsOf(box).map((row) => row.children.length));
    const columns = kind === "widget" ? [0, 1, 2, 3, 4].slice(0, most + 1) : [0];
    const widths = WIDTHS[kind] ?? [0];
    return widths.flatMap((width) => columns.map((count) => ({ width, count })));
  }

  const panelsOf = (box) => [...box.querySelectorAll(".cu-panels")];

  function lay(box, { width, count }) {
    box.style.width = width ? `${width}px` : "";
    for (const row of panelsOf(box)) {
      row.style.setProperty("--cu-columns", Math.min(count || 1, row.children.length));
    }
    box.classList.toggle("cu-beside", count > 0);
  }

  /* How large the words get in a layout, and how large the pictures. */
  function sizes(kind, stage, box) {
    const wide = Math.max(box.offsetWidth, box.scrollWidth);
    const high = Math.max(box.offsetHeight, box.scrollHeight);
    const room = Math.min(stage.clientWidth / wide, stage.clientHeight / high);
    const zoom = Math.min(LARGEST[kind], 0.995 * room);
    const drawn = panelsOf(box).flatMap((row) => [...row.querySelectorAll("svg, canvas")]);
    const area = drawn.reduce((sum, one) => sum + one.clientWidth * one.clientHeight, 0);
    return {
      zoom,
      value: area ? area * zoom ** 2 * Math.min(1, zoom / LEGIBLE) ** 4 : zoom,
    };
  }

  /* Lay a slide out so that pictures, or else words, get as large as they can. */
  function fit(slide) {
    const kind = kindOf(slide);
    const stage = slide.querySelector(".cu-stage");
    const box = slide.querySelector(".cu-fit");
    if (!(kind in LARGEST) || !stage?.clientHeight) return;
    box.style.zoom = 1;
    const found = layouts(kind, box).map((layout) => {
      lay(box, layout);
      return { layout, ...sizes(kind, stage, box) };
    });
    const best = found.reduce((a, b) => b.value > a.value ? b : a);
    lay(box, best.layout);
    box.style.zoom = best.zoom;
  }

  /* A figure that says more while it is moved gets smaller, and keeps its layout. */
  function shrink(slide) {
    const box = slide.querySelector(".cu-fit");
    const stage = slide.querySelector(".cu-stage");
    const high = box.getBoundingClientRect().height;
    const over = high / stage.getBoundingClientRect().height;
    if (over > 1) box.style.zoom = 0.995 * box.style.zoom / over;
  }

  function fitAll() {
    for (const slide of document.querySelectorAll(".cu-slide")) fit(slide);
  }

  /* A figure is drawn when it is seen first, and a question grows when it is answered. */
  function watch() {
    const watcher = new MutationObserver((changes) => {
      const slides = changes.map(({ target }) => target.closest?.(".cu-slide"));
      for (const slide of new Set(slides)) if (slide) fit(slide);
    });
    const look = { childList: true, subtree: true };
    for (const place of document.querySelectorAll(".cu-is-quick .cu-fit")) {
      watcher.observe(place, look);
    }
    const grown = new ResizeObserver((entries) => {
      for (const { target } of entries) shrink(target.closest(".cu-slide"));
    });
    for (const box of document.querySelectorAll(".cu-is-widget .cu-responding")) {
      grown.observe(box);
    }
    const drawn = new MutationObserver(() => {
      for (const button of document.querySelectorAll(".cu-slide .cu-buttons button")) {
        button.hidden ||= button.textContent === "Open larger"; // it is large
      }
      fitAll();
    });
    drawn.observe(root, { attributeFilter: ["data-widgets"] });
  }

  /* Formulas of the slides as in the book; those of the notes in MathML, which also
     another window can show. */
  async function drawFormulas() {
    await MathJax.startup.promise;
    const isNote = (place) => place.closest(".notes");
    const places = [...document.querySelectorAll(".math")].filter((p) => !p.closest("svg"));
    for (const place of places.filter(isNote)) {
      const tex = place.textContent.trim().slice(2, -2);
      place.innerHTML = MathJax.tex2mml(tex, { display: place.tagName === "DIV" });
    }
    await MathJax.typesetPromise(places.filter((place) => !isNote(place)));
    root.dataset.formulas = "drawn";
  }

  function showNotes() {
    Reveal.configure({ showNotes: !Reveal.getConfig().showNotes });
    Reveal.layout();
  }

  function darken() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  }

  /* A remote control turns the page also when a slider has the keyboard. */
  function remote(event) {
    if (!event.target.matches?.("input, select, button")) return;
    const turn = { PageDown: Reveal.next, PageUp: Reveal.prev }[event.key];
    if (turn || event.key === "Escape") event.target.blur();
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    turn();
  }

  async function start() {
    await Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      minScale: 0.1,
      maxScale: 4,
      center: false,
      display: "flex",
      hash: true,
      controls: false,
      slideNumber: "c/t",
      transition: "none",
      plugins: [RevealNotes],
      keyboard: { 68: darken, 78: showNotes },
      pdfSeparateFragments: false,
    });
    document.addEventListener("keydown", remote, true);
    await Promise.all([drawFormulas(), document.fonts.ready]);
    watch();
    fitAll();
    Reveal.on("slidechanged", ({ currentSlide }) => {
      fit(currentSlide);
      root.dataset.deck = "ready";
    });
    Reveal.on("pdf-ready", fitAll);
    root.dataset.deck = "ready";
  }

  document.addEventListener("DOMContentLoaded", start);
})();
