/* Formulas are drawn when they come near the window, and all of them for paper.

   Until then each keeps room free, as much as tools/formula_room.py has estimated, so that
   the text does not jump. Whoever needs them all sends the document `cu-draw-all`; the root
   says in `data-formulas` whether any that are near still wait. */
(() => {
  "use strict";
  const NEAR = "60% 0px 100% 0px"; // of the window's height, above and below it
  const FORMULAS = "span.math, div.math"; // and not the letters of a drawing
  const root = document.documentElement;
  const waiting = new Set();
  let watcher;
  let queue = Promise.resolve();

  /* Take formulas off the list of those that wait. */
  function taken(formulas) {
    const chosen = formulas.filter((formula) => waiting.delete(formula));
    for (const formula of chosen) watcher.unobserve(formula);
    return chosen;
  }

  function drawn(formulas) {
    for (const formula of formulas) formula.classList.remove("cu-room");
    document.dispatchEvent(new CustomEvent("cu-formulas", { detail: formulas }));
    root.dataset.formulas = "drawn";
  }

  /* Draw formulas after those that were asked for before. */
  function draw(formulas) {
    const chosen = taken(formulas);
    if (!chosen.length) return;
    root.dataset.formulas = "waiting";
    queue = queue
      .then(() => MathJax.typesetPromise(chosen))
      .catch((error) => console.error("A formula could not be drawn.", error))
      .then(() => drawn(chosen));
  }

  /* Paper does not wait, so what it needs is drawn before the call returns. */
  function drawAll() {
    const chosen = taken([...waiting]);
    if (!chosen.length) return;
    try {
      MathJax.typeset(chosen);
      drawn(chosen);
    } catch { // an extension of TeX has to be fetched first
      for (const formula of chosen) waiting.add(formula);
      draw(chosen);
    }
  }

  function start() {
    for (const formula of document.querySelectorAll(FORMULAS)) waiting.add(formula);
    watcher = new IntersectionObserver((entries) => {
      draw(entries.filter((entry) => entry.isIntersecting).map(({ target }) => target));
      if (root.dataset.formulas !== "waiting") root.dataset.formulas = "drawn";
    }, { rootMargin: NEAR });
    for (const formula of waiting) watcher.observe(formula);
    if (!waiting.size) root.dataset.formulas = "drawn";
  }

  addEventListener("beforeprint", drawAll);
  matchMedia("print").addEventListener("change", ({ matches }) => matches && drawAll());
  document.addEventListener("cu-draw-all", drawAll);

  /* MathJax loads while the page is read; a page without formulas has none. */
  document.addEventListener("DOMContentLoaded", () => {
    const script = document.querySelector('script[src*="course-mathjax"]');
    const begin = () => MathJax.startup.promise.then(start);
    if (!script) root.dataset.formulas = "drawn";
    else if (globalThis.MathJax?.startup?.promise) begin();
    else script.addEventListener("load", begin);
  });
})();
