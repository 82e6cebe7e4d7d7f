/* What one has read and answered, remembered by this browser alone: nothing is sent.

   A chapter is read when each of its sections and its end have been in sight for a moment,
   in one visit or in several. It then has a tick wherever it is linked from the contents or
   from the path. Where a browser keeps nothing, as in a private window, the page still
   works, and remembers until it is left. */
(() => {
  "use strict";
  const KEY = "cu-reading";
  const PARTS = ["seen", "read", "answered"]; // each holds something for each chapter
  const MOMENT = 1000; // milliseconds in sight
  const CHAPTER = /(?:^|\/)\d\d-([\w-]+)\.html$/; // its number may change, its name stays
  const LINKS = "nav.bd-links a[href], a.cu-card[href]";
  const END = "the end";
  const SVG = "http://www.w3.org/2000/svg";
  let memory = Object.fromEntries(PARTS.map((part) => [part, {}]));

  /* The chapter that an address leads to. */
  function chapterAt(address) {
    return CHAPTER.exec(new URL(address, location).pathname)?.[1];
  }

  /* What was kept, if it can be read and has the form that it should have. */
  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
      const sound = (part) => Object(part) === part && !Array.isArray(part);
      memory = Object.fromEntries(PARTS.map((p) => [p, sound(kept[p]) ? kept[p] : {}]));
    } catch {
      // nothing can be read here: what this page knows is all there is
    }
  }

  /* Another page may have learned something meanwhile, so recall before a change. */
  function remember(change) {
    recall();
    change(memory);
    try {
      localStorage.setItem(KEY, JSON.stringify(memory));
    } catch {
      // nothing can be kept here
    }
    show();
  }

  function forget() {
    if (!confirm("Forget which chapters you have read and which questions you answered?")) {
      return;
    }
    remember((kept) => {
      for (const part of PARTS) kept[part] = {};
    });
  }

  /* A tick for the eye, and a word for those who listen. */
  function tickIn(link) {
    if (link.namespaceURI === SVG) {
      const tick = document.createElementNS(SVG, "tspan");
      tick.textContent = " ✓";
      link.querySelector("text")?.append(tick);
      return tick;
    }
    const tick = document.createElement("span");
    tick.innerHTML =
      '<span aria-hidden="true">✓</span><span class="cu-unseen">, read</span>';
    link.append(tick);
    return tick;
  }

  function showLink(link) {
    const chapter = chapterAt(link.getAttribute("href"));
    const read = Boolean(chapter && memory.read[chapter]);
    const tick = link.querySelector(".cu-tick");
    if (read && !tick) tickIn(link).setAttribute("class", "cu-tick");
    if (!read) tick?.remove();
  }

  /* Which questions of this page were answered right before. */
  function showQuestions() {
    const answered = memory.answered[chapterAt(location.href)] ?? {};
    for (const form of document.querySelectorAll("[data-question]")) {
      if (answered[form.dataset.question] === true) form.dataset.passed = "true";
      else delete form.dataset.passed;
    }
  }

  /* How many chapters are read, and the button that forgets it. */
  function showCount() {
    const line = document.querySelector(".cu-memory");
    const links = [...document.querySelectorAll("nav.bd-links a[href]")];
    const addresses = links.map((link) => chapterAt(link.getAttribute("href")));
    const chapters = [...new Set(addresses)].filter(Boolean);
    const read = chapters.filter((chapter) => memory.read[chapter]).length;
    if (!line) return;
    line.hidden = PARTS.every((part) => !Object.keys(memory[part]).length);
    line.querySelector("span").textContent = `${read} of ${chapters.length} chapters read.`;
  }

  function show() {
    for (const link of document.querySelectorAll(LINKS)) showLink(link);
    showQuestions();
    showCount();
  }

  function addCount() {
    const line = document.createElement("p");
    line.className = "cu-memory";
    line.innerHTML = '<span></span> <button type="button">Forget what I have read</button>';
    line.querySelector("button").addEventListener("click", forget);
    document.querySelector(".sidebar-primary-items__start")?.append(line);
  }

  /* One section, or the end, was in sight for a moment. */
  function saw(chapter, name, all) {
    remember(({ seen, read }) => {
      const before = Array.isArray(seen[chapter]) ? seen[chapter] : [];
      const now = [...new Set([...before, name])];
      if (all.every((other) => now.includes(other))) {
        read[chapter] = new Date().toISOString().slice(0, 10);
        delete seen[chapter];
      } else if (!read[chapter]) {
        seen[chapter] = now;
      }
    });
  }

  /* Watch the headings of a chapter and its end. */
  function watch(chapter) {
    const names = new Map();
    for (const heading of document.querySelectorAll("article section > h2")) {
      names.set(heading, heading.parentElement.id);
    }
    const end = document.querySelector(".prev-next-area");
    if (end) names.set(end, END);
    const timers = new Map();
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        if (!isIntersecting) continue;
        const name = names.get(target);
        const act = () => saw(chapter, name, [...names.values()]);
        timers.set(target, setTimeout(act, MOMENT));
      }
    });
    for (const part of names.keys()) watcher.observe(part);
  }

  function answered({ detail }) {
    const chapter = chapterAt(location.href);
    if (!chapter || !detail?.id) return;
    remember((kept) => {
      const answers = kept.answered[chapter] ??= {};
      answers[detail.id] = answers[detail.id] === true || Boolean(detail.right);
    });
  }

  recall();
  addCount();
  show();
  const chapter = chapterAt(location.href);
  if (chapter) watch(chapter);
  document.addEventListener("cu-answered", answered);
  addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== null) return;
    recall();
    show();
  });
  new MutationObserver(showQuestions).observe(document.documentElement, {
    attributeFilter: ["data-widgets"], // the questions are drawn
  });
})();
