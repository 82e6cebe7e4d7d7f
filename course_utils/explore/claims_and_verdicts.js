/* Claims with their verdicts: three menus keep some, and one is open beside them. */

const MARKS = { holds: "✓", "holds if": "◐", fails: "✗", "not testable here": "–" };
const CELL = 8; // the width of a claim in the strip
const SIDES = { inside: "Decides", outside: "Without the condition" };

/** The numbers of the claims that the menus keep, and how many have each verdict. */
function computation(model) {
  const claims = model.get("claims");
  return ({ verdict, problem, method }) => {
    const kept = (claim) =>
      [ALL, claim.verdict].includes(verdict) &&
      [ALL, ...claim.problems].includes(problem) &&
      [ALL, ...claim.methods].includes(method);
    const shown = [...claims.keys()].filter((i) => kept(claims[i]));
    const has = (name) => shown.filter((i) => claims[i].verdict === name).length;
    return { shown, counts: Object.keys(MARKS).map(has) };
  };
}

function menus(parent, controls, model, claims) {
  const all = (of) => [...new Set(claims.flatMap((claim) => claim[of]))];
  menu(parent, controls, model, "verdict", Object.keys(MARKS));
  menu(parent, controls, model, "problem", all("problems"));
  menu(parent, controls, model, "method", all("methods"));
}

/** A strip with a cell for every claim, in the colour of its verdict. */
function strip(parent, claims) {
  const viewBox = `0 0 ${CELL * claims.length} 20`;
  const label = "One cell for each claim, in the colour of its verdict";
  const panel = make(parent, "div", { class: "cu-panel cu-strip" });
  const svg = make(panel, "svg", { viewBox, role: "img" });
  svg.setAttribute("aria-label", label);
  const cells = claims.map(({ verdict }, i) => {
    const place = { x: CELL * i + 0.5, y: 4, width: CELL - 1, height: 12 };
    return make(svg, "rect", { class: `cu-cell cu-cell-${named(verdict)}`, ...place });
  });
  return (shown, chosen) =>
    cells.forEach((cell, i) => {
      const [y, height] = i === chosen ? [0, 20] : [4, 12];
      cell.setAttribute("y", y);
      cell.setAttribute("height", height);
      cell.setAttribute("opacity", shown.includes(i) ? 1 : 0.25);
    });
}

/** A verdict as a part of the name of a class. */
function named(verdict) {
  return verdict.replaceAll(" ", "-");
}

/** A button for every claim; what it returns shows some of them and marks the open one. */
function listed(parent, model, claims) {
  const list = make(parent, "ul", { class: "cu-claims", "aria-label": "Claims" });
  const lines = claims.map((claim, i) => {
    const line = make(list, "li");
    const node = button(line, "", () => {
      model.set("chosen", i);
      model.save_changes();
    });
    mark(node, claim.verdict);
    make(node, "span", { class: "cu-place" }, claim.place);
    make(node, "span", {}, claim.name);
    return { line, node };
  });
  return (shown, chosen) =>
    lines.forEach(({ line, node }, i) => {
      line.hidden = !shown.includes(i);
      node.setAttribute("aria-pressed", i === chosen);
    });
}

/** The sign of a verdict, with its word for those who do not see it. */
function mark(parent, verdict) {
  const kind = `cu-mark cu-mark-${named(verdict)}`;
  const node = make(parent, "span", { class: kind, role: "img" });
  node.setAttribute("aria-label", verdict);
  node.textContent = MARKS[verdict];
}

/** What decides a claim: its condition, its numbers beside their bounds, where they are. */
function opened(parent, claim) {
  parent.replaceChildren();
  const head = make(parent, "p", { class: "cu-claim" });
  mark(head, claim.verdict);
  make(head, "strong", {}, `${claim.name}: ${claim.verdict}`);
  if (claim.condition) head.append(` ${claim.condition}.`);
  if (claim.reason) head.append(` ${claim.reason}`);
  for (const side of Object.keys(SIDES)) inequalities(parent, SIDES[side], claim[side]);
  evidence(parent, claim);
}

function inequalities(parent, title, lines) {
  if (!lines.length) return;
  make(parent, "p", { class: "cu-side" }, title);
  const list = make(parent, "ul");
  for (const line of lines) {
    const item = make(list, "li");
    make(item, "span", {}, `${line.holds ? "✓" : "✗"} ${line.is}: `);
    make(item, "b", {}, line.measured);
    item.append(`, asked ${line.asked}`);
  }
}

/** Links to the figures and equations that show it, and the tables it was read from. */
function evidence(parent, { where, tables }) {
  const line = make(parent, "p", { class: "cu-evidence" }, "See ");
  where.forEach((place, i) => {
    const [page, label] = place.split("#");
    if (i) line.append(", ");
    const kind = label.startsWith("eq-") ? "an equation" : "a figure";
    const text = `${kind} of chapter ${parseInt(page)}`;
    make(line, "a", { href: address(page, label), title: label }, text);
  });
  line.append(tables.length ? `; table ${tables.join(", ")}.` : ".");
}

/** In the book a page is HTML, in JupyterLab a notebook. */
function address(page, label) {
  const inBook = document.location.pathname.endsWith(".html");
  const anchor = label.startsWith("eq-") ? `equation-${label}` : label;
  return inBook ? `${page}.html#${anchor}` : `${page}.ipynb`;
}

/** Whether a claim of each of both kinds has been opened since the beginning. */
function goal(reached) {
  const seen = new Set();
  return (verdict) => {
    seen.add(verdict);
    if (seen.has("holds") && seen.has("holds if")) {
      reached("You have opened a claim that holds, and one that needs a condition.");
    }
  };
}

function render({ model, el }) {
  const claims = model.get("claims");
  const compute = computation(model);
  const { panels, controls, output, reached } = frame(el, model);
  const above = make(panels.parentNode, "div", { class: "cu-menus" });
  panels.before(above);
  menus(above, controls, model, claims);
  const paint = strip(panels, claims);
  slider(controls, model, "chosen", {
    label: "open claim",
    min: 0,
    max: claims.length - 1,
    step: 1,
    show: (i) => `${i + 1} of ${claims.length}`,
  });
  const audit = make(panels.parentNode, "div", { class: "cu-audit" });
  output.after(audit);
  const list = listed(audit, model, claims);
  const detail = make(audit, "div", { class: "cu-detail", "aria-live": "polite" });
  const see = goal(reached);
  model.on("change:chosen", () => see(claims[model.get("chosen")].verdict));
  respond(model, ["verdict", "problem", "method", "chosen"], (setting) => {
    const { shown, counts } = compute(setting);
    list(shown, setting.chosen);
    paint(shown, setting.chosen);
    opened(detail, claims[setting.chosen]);
    const words = Object.keys(MARKS).map((name, i) => `${name} ${counts[i]}`);
    const open = claims[setting.chosen].place;
    output.textContent = `${words.join(", ")}. Open: ${open}.`;
  });
}

export default { render };
