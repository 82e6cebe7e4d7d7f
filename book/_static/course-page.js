/* What the theme leaves undone for readers without a mouse, and for pages from a disk. */
(() => {
  "use strict";
  const SCROLLERS = [
    ["pre", "Code"],
    ["div.math", "Formula"],
    [".pst-scrollable-table-container", "Table"],
  ];

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
    const watcher = new ResizeObserver((entries) => {
      for (const { target } of entries) reach(target, names.get(target));
    });
    for (const [selector, name] of SCROLLERS) {
      for (const region of document.querySelectorAll(`main ${selector}`)) {
        names.set(region, name);
        watcher.observe(region);
      }
    }
    globalThis.MathJax?.startup?.promise?.then(() => {
      for (const [region, name] of names) reach(region, name);
    });
  }

  /* From a disk a page may not read another one, so the search shows titles alone. */
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  addEventListener("load", watchScrollers);
})();
