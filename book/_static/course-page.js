/* What the theme leaves undone for readers without a mouse, for paper, and for pages from
   a disk. This script runs in the head, before anything of the page is painted. */
(() => {
  "use strict";
  const PATIENCE = 5000; // milliseconds after the load that text waits for a figure above
  const FACES = ["400", "italic 400", "600"];
  const SCROLLERS = [
    ["pre", "Code"],
    ["div.math", "Formula"],
    [".pst-scrollable-table-container", "Table"],
  ];
  const root = document.documentElement;

  /* The theme sets the colours late, when the page has been painted without them. */
  if (!["light", "dark"].includes(root.dataset.theme)) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
  }

  /* Asked for now, the faces that stand in the style sheet are there for the first word. */
  for (const face of FACES) document.fonts.load(`${face} 1em "Course Serif"`);

  root.classList.add("cu-script", "cu-waiting");
  addEventListener("load", () => {
    setTimeout(() => root.classList.remove("cu-waiting"), PATIENCE);
  });

  /* A region that scrolls sideways must be reached by the keyboard, and say what it is. */
  function reach(region, name) {
    const scrolls = region.scrollWidth > region.clientWidth + 1;
    if (scrolls) {
      region.tabIndex = 0;
      region.setAttribute("role", "group");
      region.setAttribute("aria-label", `${name}, scrolls sideways`);
    } else {
      for (const kind of ["tabindex", "role", "aria-label"]) region.removeAttribute(kind);
    }
  }

  function watchScrollers() {
    const names = new Map();
    const again = (region) => names.has(region) && reach(region, names.get(region));
    const watcher = new ResizeObserver((entries) => {
      for (const { target } of entries) again(target);
    });
    for (const [selector, name] of SCROLLERS) {
      for (const region of document.querySelectorAll(`main ${selector}`)) {
        names.set(region, name);
        watcher.observe(region);
      }
    }
    document.addEventListener("cu-formulas", ({ detail }) => detail.forEach(again));
  }

  /* A copy button is a picture; its name says what would be copied. */
  function nameCopyButtons() {
    for (const button of document.querySelectorAll("button.copybtn")) {
      button.setAttribute("aria-label", "Copy the code");
    }
  }

  /* On paper a solution must not stand beside its exercise: it goes behind the chapter. */
  const moved = [];

  /* The title of the exercise before a solution. */
  function nameOf(solution) {
    const line = document.createElement("p");
    const exercises = [...document.querySelectorAll("div.exercise")];
    const before = (exercise) =>
      exercise.compareDocumentPosition(solution) & Node.DOCUMENT_POSITION_FOLLOWING;
    const title = exercises.findLast(before)?.querySelector(".admonition-title");
    line.textContent = title?.textContent.trim().replace(/\s+/g, " ") ?? "";
    return line;
  }

  function gatherSolutions() {
    const article = document.querySelector("article.bd-article");
    const solutions = article?.querySelectorAll("div.solution") ?? [];
    if (!solutions.length || moved.length) return;
    const behind = document.createElement("section");
    behind.className = "cu-solutions";
    behind.innerHTML = "<h2>Solutions</h2>";
    for (const solution of solutions) {
      const mark = document.createComment("");
      behind.append(nameOf(solution));
      solution.replaceWith(mark);
      moved.push([mark, solution]);
      behind.append(solution);
    }
    article.append(behind);
  }

  function returnSolutions() {
    for (const [mark, solution] of moved.splice(0)) mark.replaceWith(solution);
    document.querySelector(".cu-solutions")?.remove();
  }

  addEventListener("beforeprint", gatherSolutions);
  addEventListener("afterprint", returnSolutions);
  matchMedia("print").addEventListener("change", ({ matches }) => {
    (matches ? gatherSolutions : returnSolutions)();
  });

  /* From a disk a page may not read another one, so the search shows titles alone. */
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  addEventListener("load", () => {
    watchScrollers();
    nameCopyButtons();
  });
})();
