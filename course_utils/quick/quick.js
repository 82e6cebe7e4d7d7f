/* A quick check: a question in the page, an answer to try, and what is to be said of it.
   It needs no kernel and no network. A formula between dollar signs is drawn where the page
   has MathJax, and stands in readable signs elsewhere. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const POWER = /^([+-]?)(?:(.+?) ?[·×x*] ?)?10\^([+-]?\d+)$/;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const ROUNDING = 1 + 1e-9;

/** A new element, the last in its parent. */
function make(parent, tag, attributes = {}, text = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  parent.append(node);
  return node;
}

/** A text with its formulas, which can be read before anything draws them. */
function write(node, text, formulas) {
  for (const [i, part] of text.split(/\$([^$]+)\$/).entries()) {
    if (i % 2 === 0) node.append(part);
    else make(node, "span", { class: "cu-formula", "data-tex": part }, formulas[part]);
  }
}

/** Let the page's MathJax draw the formulas of a node, if the page has one. */
function typeset(node) {
  const tex = globalThis.MathJax;
  if (!tex?.typesetPromise || !tex.startup?.promise) return;
  tex.startup.promise = tex.startup.promise.then(() => {
    const formulas = [...node.querySelectorAll(".cu-formula:not(.math)")];
    for (const formula of formulas) {
      formula.classList.add("math");
      formula.textContent = `\\(${formula.dataset.tex}\\)`;
    }
    return tex.typesetPromise(formulas);
  });
}

/** What was written, with plain signs: −1 000 · 10⁻³ is -1000 · 10^-3. */
function plain(text) {
  const raised = (_, minus, digits) =>
    `10^${minus ? "-" : ""}${[...digits].map((digit) => RAISED.indexOf(digit)).join("")}`;
  return text.trim()
    .replace(/10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, raised)
    .replace(/[−–]/g, "-")
    .replace(/\s+/g, " ")
    .replace(/(\d) (?=\d{3}(?!\d))/g, "$1");
}

/** A decimal point where a comma stands for one, and no separators of thousands. */
function withPoint(text) {
  const comma = text.lastIndexOf(",");
  const point = text.lastIndexOf(".");
  if (comma < 0) return text;
  const several = text.indexOf(",") !== comma;
  if (point > comma || several) return text.replaceAll(",", "");
  return text.replaceAll(".", "").replace(",", ".");
}

/** The number that a text without a fraction is; NaN if none. */
function decimal(text) {
  const power = POWER.exec(text);
  if (!power) return NUMBER.test(text) ? Number(text) : NaN;
  const factor = power[2] ? decimal(power[2]) : 1;
  return Number(`${power[1]}1`) * factor * 10 ** Number(power[3]);
}

/** The number that a text is, or a fraction of two numbers; NaN if none. */
function numberIn(text) {
  const percent = text.endsWith("%");
  const [above, below, ...more] = withPoint(percent ? text.slice(0, -1) : text)
    .split("/").map((part) => decimal(part.trim()));
  if (more.length) return NaN;
  return (below === undefined ? above : above / below) / (percent ? 100 : 1);
}

/** What was written, without the unit that the question asks for. */
function withoutUnit(text, unit) {
  const ends = unit && text.toLowerCase().endsWith(unit.toLowerCase());
  return ends ? text.slice(0, -unit.length).trim() : text;
}

/** The number that a reader has written, or the sentence that says why it is none. */
function understood(text, unit) {
  const written = withoutUnit(plain(text), unit);
  if (!written) return { sentence: "Write a number first." };
  if (AMBIGUOUS.test(written)) {
    return { sentence: `${written} may mean two numbers: write it without the comma.` };
  }
  const value = numberIn(written);
  if (Number.isFinite(value)) return { value };
  if (unit && /^[+-]?[\d.,]+ ?[a-zµ°]/i.test(written)) {
    return { sentence: `Write the number alone, or with the unit ${unit}.` };
  }
  return { sentence: `“${text.trim()}” is no number: write one such as 1.5, 2e-3 or 1/3.` };
}

/** What is said of a wrong number for which no reason was foreseen. */
function hint(value, answer, tolerance) {
  const near = (other) => Math.abs(other - answer) <= tolerance * ROUNDING;
  if (near(-value)) return "Look at the sign.";
  const power = answer ? Math.round(Math.log10(value / answer)) : 0;
  if (power && near(value / 10 ** power)) return "The power of ten is another.";
  return value > answer ? "The answer is smaller." : "The answer is larger.";
}

/** Whether a number is right, and what is said of it. */
function judged(value, { answer, tolerance, because, traps }) {
  const distance = (goal) => Math.abs(value - goal);
  const near = (goal) => distance(goal) <= tolerance * ROUNDING;
  if (near(answer)) return { right: true, said: because };
  const fallen = traps.filter(([wrong]) => near(wrong));
  fallen.sort(([a], [b]) => distance(a) - distance(b));
  return { right: false, said: fallen[0]?.[1] ?? hint(value, answer, tolerance) };
}

/** Radio buttons; what it returns judges the chosen one. */
function choices(form, model) {
  const group = make(form, "fieldset");
  write(make(group, "legend"), model.get("question"), model.get("formulas"));
  const options = model.get("options");
  options.forEach(([option], i) => {
    const line = make(group, "label", { class: "cu-quick-option" });
    make(line, "input", { type: "radio", name: "answer", value: i });
    write(make(line, "span"), option, model.get("formulas"));
  });
  return () => {
    const chosen = form.querySelector("input:checked");
    if (!chosen) return { said: "Choose an answer first." };
    const [, said, right] = options[chosen.value];
    return { right, said };
  };
}

/** A field for a number; what it returns judges what is written there. */
function field(form, model) {
  const line = make(form, "label", { class: "cu-quick-field" });
  write(make(line, "span"), model.get("question"), model.get("formulas"));
  const input = make(line, "input", { type: "text", autocomplete: "off", size: 10 });
  const unit = model.get("unit");
  if (unit) make(line, "span", {}, unit);
  const names = ["answer", "tolerance", "because", "traps"];
  const known = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  return () => {
    const { value, sentence } = understood(input.value, unit);
    return sentence ? { said: sentence } : judged(value, known);
  };
}

/** Say what is to be said of an answer, and tell the page if it was one. */
function tell(form, line, { right, said }, model) {
  globalThis.MathJax?.typesetClear?.([line]);
  line.replaceChildren();
  delete form.dataset.state;
  if (right !== undefined) {
    form.dataset.state = right ? "right" : "wrong";
    make(line, "strong", {}, right ? "✓ Right. " : "✗ Not yet. ");
    const detail = { id: model.get("key"), right };
    form.dispatchEvent(new CustomEvent("cu-answered", { bubbles: true, detail }));
  }
  write(line, said, model.get("formulas"));
  typeset(line);
}

/** Keep the keys of a form from JupyterLab, which takes Enter and the arrow keys. */
function keepKeys(form) {
  for (const control of form.querySelectorAll("input, button")) {
    control.dataset.lmSuppressShortcuts = "true";
  }
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    form.requestSubmit();
  });
}

function render({ model, el }) {
  const form = make(el, "form", {
    class: "cu-quick",
    "data-question": model.get("key"),
  });
  make(form, "p", { class: "cu-quick-name" }, "Quick check");
  const verdict = model.get("options") ? choices(form, model) : field(form, model);
  make(form, "button", { type: "submit" }, "Check");
  keepKeys(form);
  const line = make(form, "p", {
    class: "cu-quick-said",
    role: "status",
    "aria-live": "polite",
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell(form, line, verdict(), model);
  });
  typeset(form);
  addEventListener("load", () => typeset(form), { once: true });
}

export default { render };
