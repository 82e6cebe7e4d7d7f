/* The host of the responding figures in the built book.

   A figure that responds is an anywidget: state made by Python, drawn by a small ES module. In
   JupyterLab a kernel stands behind it; here nothing does. This script reads the state that the
   build put into the page, gives each module the model it expects and lets it draw. It asks no
   server for anything, so that a page opened from a disk works as well as one from the web. */
(() => {
  "use strict";
  const MIME = "application/vnd.jupyter.widget-";
  const FAILED = "This figure could not start here; the still picture shows one setting of it.";
  const KERNEL = "This control needs a running kernel: open the chapter in JupyterLab.";

  const decoders = {
    base64: (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
    hex: (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16)),
  };

  /* The values of one model, its buffers put back in their places as DataViews. */
  function valuesOf({ state, buffers = [] }) {
    const values = structuredClone(state);
    for (const { path, data, encoding = "base64" } of buffers) {
      const holder = path.slice(0, -1).reduce((inner, key) => inner[key], values);
      holder[path.at(-1)] = new DataView(decoders[encoding](data).buffer);
    }
    return values;
  }

  /* Equal as Backbone means it: a new array of the same numbers is no change. */
  function equal(a, b) {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
    if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false;
    const keys = Object.keys(a);
    return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length
      && keys.every((key) => key in b && equal(a[key], b[key]));
  }

  /* One store for each model; what its views hear is kept in one list, marked by owner. */
  class Store {
    constructor(record) {
      this.values = valuesOf(record);
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

    /* The model as one view sees it: anywidget's interface. `off` touches that view's own ears. */
    face() {
      const owner = Symbol("view");
      const names = (name) => (name == null ? [] : String(name).split(/\s+/).filter(Boolean));
      const model = {
        get: (key) => this.values[key],
        set: (key, value) => this.set(key, value),
        save_changes: () => {},
        send: () => {},
        on: (name, callback) => names(name).forEach(
          (n) => this.listeners.push({ owner, name: n, callback, model })),
        off: (name, callback) => {
          const wanted = names(name);
          this.listeners = this.listeners.filter((heard) => heard.owner !== owner
            || (wanted.length && !wanted.includes(heard.name))
            || (callback != null && callback !== heard.callback));
        },
        widget_manager: null,
      };
      return model;
    }
  }

  /* An ES module from its text. Blob addresses work from a disk too; data addresses stand in. */
  async function moduleOf(source) {
    if (/^(https?:)?\/\/\S+$/.test(source)) throw new Error("a front end from another host");
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      return await import(address);
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      return await import("data:text/javascript;charset=utf-8," + encodeURIComponent(source));
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

  const once = (make) => {
    const made = new Map();
    return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
  };

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

  /* When the page goes for good, modules may clear up; a page kept for "Back" stays alive. */
  function atTheEnd(action) {
    addEventListener("pagehide", (event) => event.persisted || action(), { once: false });
  }

  function followTheme(el) {
    const roots = () => [el, ...el.querySelectorAll(".cu-figure")];
    const theme = () => document.documentElement.dataset.theme;
    let last = theme();
    new MutationObserver(() => {
      if (theme() === last) return;
      last = theme();
      for (const root of roots()) root.dispatchEvent(new CustomEvent("cu-theme", { detail: last }));
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  function hostOf(records) {
    const styleOf = once(addStyle);
    const definition = once(definitionOf);
    const store = once((id) => new Store(records[id]));
    const started = once(async (id) => {            // initialize runs once for each model
      const found = await definition(records[id].state._esm);
      const controller = new AbortController();
      const model = store(id).face();
      const cleanup = await found.initialize?.({ model, signal: controller.signal, experimental: {} });
      atTheEnd(() => { controller.abort(); if (typeof cleanup === "function") cleanup(); });
      return found;
    });
    return async function draw(id, el) {
      if (records[id].state._css) styleOf(records[id].state._css);
      const found = await started(id);
      const controller = new AbortController();
      const { signal } = controller;
      const model = store(id).face();
      try {
        const cleanup = await found.render({ model, el, signal, experimental: {} });
        atTheEnd(() => { controller.abort(); if (typeof cleanup === "function") cleanup(); });
      } catch (error) {
        controller.abort();
        model.off();
        throw error;
      }
      followTheme(el);
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

  async function start() {
    const views = document.querySelectorAll(`script[type="${MIME}view+json"]`);
    const embedded = document.querySelector(`script[type="${MIME}state+json"]`);
    const records = embedded ? JSON.parse(embedded.textContent).state : {};
    const draw = hostOf(records);
    for (const view of views) await show(view, records, draw);
    document.documentElement.dataset.widgets = "ready";
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
