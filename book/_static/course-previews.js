/* Previews: what a link names, in a small card beside it.

   A term of the glossary shows its definition, a number of an equation the formula, that of
   a figure the picture, a citation the source. With the mouse one points, with the keyboard
   one moves to the link, and a finger taps once; a second tap follows the link. The build
   has put into the page what others define (see tools/reading_previews.py). */
(() => {
  "use strict";
  const LINK = "article a[href*='#']:not(.headerlink)";
  const POINTED = 150; // milliseconds until a card shows, and until it goes
  const LEFT = 250;
  const GAP = 8; // pixels between the card and what is around it
  let shown = null; // the card and its link
  let timer = 0;
  let pointer = "mouse"; // what was used last

  /* What a figure of this page shows: its picture or its drawing, and its caption. */
  function ofFigure(figure) {
    const kinds = [".cu-drawing", "img", "svg"];
    const picture = kinds.map((kind) => figure.querySelector(kind)).find(Boolean);
    if (!picture) return null;
    const piece = document.createElement("div");
    const copy = picture.cloneNode(true);
    if (copy.matches("img")) copy.className = "";
    for (const name of ["style", "loading"]) copy.removeAttribute(name);
    const words = figure.querySelector("figcaption p")?.cloneNode(true) ?? "";
    if (words) words.querySelector(".headerlink")?.remove();
    piece.append(copy, words);
    return piece;
  }

  /* What a link names, if that can be shown in a card. */
  function pieceOf(link) {
    const address = link.getAttribute("href");
    const stored = document.getElementById("cu-previews")?.content.children ?? [];
    const found = [...stored].find((piece) => piece.dataset.for === address);
    if (found) return found.cloneNode(true);
    const target = address.startsWith("#") && document.getElementById(address.slice(1));
    return target && target.matches("figure") ? ofFigure(target) : null;
  }

  /* Below the link where there is room, else above it, and never beside the window. */
  function place() {
    if (!shown) return;
    const { card, link } = shown;
    const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const below = at.bottom + GAP + card.offsetHeight <= innerHeight;
    const above = at.top - GAP - card.offsetHeight;
    const top = below || above < 0 ? at.bottom + GAP : above;
    const left = Math.max(GAP, Math.min(at.left, wide - card.offsetWidth - GAP));
    card.style.top = `${top + scrollY}px`;
    card.style.left = `${left + scrollX}px`;
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    shown.watcher.disconnect();
    shown.card.remove();
    shown.link.removeAttribute("aria-describedby");
    shown = null;
  }

  function show(link) {
    clearTimeout(timer);
    if (shown?.link === link) return;
    hide();
    const piece = pieceOf(link);
    if (!piece) return;
    const card = document.createElement("div");
    card.id = "cu-card";
    card.setAttribute("role", "tooltip");
    card.append(piece);
    link.removeAttribute("title"); // the browser would say it again
    link.setAttribute("aria-describedby", card.id);
    document.body.append(card);
    const watcher = new ResizeObserver(place); // formulas and pictures come later
    watcher.observe(card);
    shown = { card, link, watcher };
    place();
    globalThis.MathJax?.typesetPromise?.([card]).catch(() => {});
  }

  function after(milliseconds, act) {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  }

  function pointedAt({ target, pointerType }) {
    if (pointerType === "touch") return;
    const link = target.closest(LINK);
    if (link && pieceOf(link)) after(POINTED, () => show(link));
    else if (shown && target.closest("#cu-card")) clearTimeout(timer);
    else if (shown) after(LEFT, hide);
    else clearTimeout(timer);
  }

  function tapped(event) {
    const link = event.target.closest(LINK);
    if (pointer === "touch" && link && shown?.link !== link && pieceOf(link)) {
      event.preventDefault();
      show(link);
    } else if (!event.target.closest("#cu-card")) {
      hide();
    }
  }

  function focused({ target }) {
    const link = target.closest(LINK);
    if (link?.matches(":focus-visible")) show(link);
  }

  document.addEventListener("pointerover", pointedAt);
  document.addEventListener("pointerdown", (event) => pointer = event.pointerType, true);
  document.addEventListener("click", tapped, true);
  document.addEventListener("focusin", focused);
  document.addEventListener("focusout", ({ target }) => {
    if (target === shown?.link) hide();
  });
  document.addEventListener("keydown", ({ key }) => {
    pointer = "keyboard";
    if (key === "Escape") hide();
  });
  addEventListener("resize", place);
  addEventListener("pagehide", hide);
})();
