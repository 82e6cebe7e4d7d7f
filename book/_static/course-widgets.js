/* The host of the responding figures in the built book.

   A figure that responds is an anywidget: state made by Python, drawn by a small ES module.
   In JupyterLab a kernel stands behind it; here nothing does. This script reads the state
   that the build put into the page, gives each module the model it expects, and lets it
   draw when it comes near the window. It asks no server for anything: pages work from a
   disk as they do from the web. How the build packs texts and arrays: tools/weight.py. */
(() => {
  "use strict";
  const MIME = "application/vnd.jupyter.widget-";
  const FAILED =
    "This figure could not start here; the still picture shows one setting of it.";
  const KERNEL = "This control needs a running kernel: open the chapter in JupyterLab.";

  const NEAR = "75% 0px"; // of the window's height, above and below it

  const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  async function unpacked(bytes) {
    const stream = new Blob([bytes]).stream();
    const plain = stream.pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  }

  const decoders = {
    base64: bytesOf,
    deflate: (text) => unpacked(bytesOf(text)),
    hex: (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16)),
  };

  /* A text that stands in the state, or in a script that this page shares with others. */
  function textOf(value) {
    return value?.front ? globalThis.courseFronts?.[value.front] ?? "" : value;
  }

  /* The values of one model, its buffers put back in their places as DataViews. */
  async function valuesOf({ state, buffers = [] }) {
    const values = structuredClone(state);
    for (const { path, data, encoding = "base64" } of buffers) {
      const holder = path.slice(0, -1).reduce((inner, key) => inner[key], values);
      const bytes = await decoders[encoding](data);
      holder[path.at(-1)] = new DataView(bytes.buffer);
    }
    return values;
  }

  /* Equal as Backbone means it: a new array of the same numbers is no change. */
  function equal(a, b) {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
    if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => key in b && equal(a[key], b[key]));
  }

  /* The names in the first argument of `on` and `off`. */
  function namesIn(text) {
    return String(text ?? "").split(/\s+/).filter(Boolean);
  }

  /* One store for each model; what its views hear is kept in one list, marked by owner. */
  class Store {
    constructor(values) {
      this.values = values;
      this.listeners = [];
    }

    set(key, value) {
      const wanted = typeof key === "object" && key !== null ? key : { [key]: value };
      const changed = Object.keys(wanted).filter((k) => !equal(this.values[k], wanted[k]));
      for (const k of changed) this.values[k] = wanted[k];
      for (const k of changed) this.tell(`change:${k}`, this.values[k]);
      if (changed.length) this.tell("change");
    }

    tell(name, ...details) {
      for (const heard of [...this.listeners]) {
        if (heard.name === name) heard.callback(heard.model, ...details, {});
        else if (heard.name === "all") heard.callback(name, heard.model, ...details, {});
      }
    }

    forget(owner, names, callback) {
      this.listeners = this.listeners.filter((heard) => {
        const named = !names.length || names.includes(heard.name);
        const called = callback === undefined || callback === null ||
          callback === heard.callback;
        return heard.owner !== owner || !named || !called;
      });
    }

    /* The model as one view sees it: anywidget's interface. `off` stops that view alone. */
    face() {
      const owner = Symbol("view");
      const model = {
        get: (key) => this.values[key],
        set: (key, value) => this.set(key, value),
        save_changes: () => {},
        send: () => {},
        on: (text, callback) => {
          const heard = namesIn(text).map((name) => ({ owner, name, callback, model }));
          this.listeners.push(...heard);
        },
        off: (text, callback) => this.forget(owner, namesIn(text), callback),
        widget_manager: null,
      };
      return model;
    }
  }

  /* An ES module from its text: by a blob address, or else by a data address. */
  async function moduleOf(source) {
    if (/^(https?:)?\/\/\S+$/.test(source)) {
      throw new Error("a front end from another host");
    }
    const blob = new Blob([source], { type: "text/javascript" });
    const address = URL.createObjectURL(blob);
    try {
      return await import(address);
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      const data = encodeURIComponent(source);
      return await import(`data:text/javascript;charset=utf-8,${data}`);
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async function definitionOf(source) {
    const { default: found, ...old } = await moduleOf(source);
    const definition = typeof found === "function" ? await found() : found || old;
    if (!definition.render) throw new Error("the front end has no render function");
    return definition;
  }

  /* A function that makes each thing once and then gives it again. */
  function once(make) {
    const made = new Map();
    return (key) => {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key);
    };
  }

  function addStyle(css) {
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
    return style;
  }

  function note(el, text) {
    const line = document.createElement("p");
    line.className = "cu-note";
    line.textContent = text;
    el.replaceChildren(line);
  }

  /* When the page goes for good, modules clear up; a page kept for "Back" stays alive. */
  function atTheEnd(controller, cleanup) {
    addEventListener("pagehide", (event) => {
      if (event.persisted) return;
      controller.abort();
      if (typeof cleanup === "function") cleanup();
    });
  }

  function followTheme(el) {
    const theme = () => document.documentElement.dataset.theme;
    let last = theme();
    const watcher = new MutationObserver(() => {
      if (theme() === last) return;
      last = theme();
      for (const root of [el, ...el.querySelectorAll(".cu-figure")]) {
        root.dispatchEvent(new CustomEvent("cu-theme", { detail: last }));
      }
    });
    watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /* `initialize` of a front end, which runs once for each model. */
  async function initialize(found, store) {
    const controller = new AbortController();
    const model = store.face();
    const { signal } = controller;
    const cleanup = await found.initialize?.({ model, signal, experimental: {} });
    atTheEnd(controller, cleanup);
    return found;
  }

  /* `render` of a front end, which runs once for each view. */
  async function render(found, store, el) {
    const controller = new AbortController();
    const model = store.face();
    const { signal } = controller;
    try {
      const cleanup = await found.render({ model, el, signal, experimental: {} });
      atTheEnd(controller, cleanup);
    } catch (error) {
      controller.abort();
      model.off();
      throw error;
    }
    followTheme(el);
  }

  /* A function that draws a model into an element. */
  function hostOf(records) {
    const styleOf = once(addStyle);
    const definition = once(definitionOf);
    const store = once(async (id) => new Store(await valuesOf(records[id])));
    const started = once(async (id) => {
      const found = await definition(textOf(records[id].state._esm));
      return initialize(found, await store(id));
    });
    return async (id, el) => {
      const css = textOf(records[id].state._css);
      if (css) styleOf(css);
      await render(await started(id), await store(id), el);
    };
  }

  async function show(view, records, draw) {
    const el = document.createElement("div");
    el.className = "cu-widget";
    view.after(el);
    try {
      const id = JSON.parse(view.textContent).model_id;
      if (records[id]?.model_module !== "anywidget") return note(el, KERNEL);
      await draw(id, el);
      el.dataset.drawn = "true";
      view.closest(".cu-responding")?.classList.add("cu-drawn");
    } catch (error) {
      console.error("A responding figure could not start.", error);
      note(el, FAILED);
    }
  }

  /* What is seen where a view will be drawn: its box with the twin, or what holds it. */
  function placeOf(view) {
    return view.closest(".cu-responding") ?? view.parentElement;
  }

  /* Shows each view when its place comes near, one after another, and tells the root. */
  class Stage {
    constructor(views, showOne) {
      this.root = document.documentElement;
      this.showOne = showOne;
      this.waiting = new Set(views);
      this.queue = Promise.resolve();
      this.asked = 0;
      this.watcher = new IntersectionObserver((entries) => {
        const near = entries.filter((entry) => entry.isIntersecting);
        const places = new Set(near.map(({ target }) => target));
        this.ask([...this.waiting].filter((view) => places.has(placeOf(view))));
      }, { rootMargin: NEAR });
    }

    start() {
      for (const view of this.waiting) this.watcher.observe(placeOf(view));
      document.addEventListener("cu-draw-all", () => this.ask([...this.waiting]));
    }

    ask(views) {
      this.root.dataset.widgets = "drawing";
      this.asked += 1;
      for (const view of views) {
        this.waiting.delete(view);
        this.queue = this.queue.then(() => this.showOne(view)).then(() => this.open());
      }
      this.queue = this.queue.then(() => this.rest());
    }

    /* What stands below the first figure may be seen as soon as the figure stands. */
    open() {
      this.root.classList.remove("cu-waiting");
    }

    rest() {
      this.asked -= 1;
      if (!this.asked) this.root.dataset.widgets = "ready";
    }
  }

  function start() {
    const views = document.querySelectorAll(`script[type="${MIME}view+json"]`);
    const embedded = document.querySelector(`script[type="${MIME}state+json"]`);
    const records = embedded ? JSON.parse(embedded.textContent).state : {};
    const draw = hostOf(records);
    new Stage(views, (view) => show(view, records, draw)).start();
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
