// For figures that keep some of what they show by its name.
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

const ALL = "all";

/** A menu bound to a trait: everything, or one of its names; ``label`` stands before it. */
function menu(parent, controls, model, trait, names, label = trait) {
  const line = make(parent, "label", { class: "cu-menu" });
  make(line, "span", {}, label);
  const select = make(line, "select", { "aria-label": label });
  select.dataset.lmSuppressShortcuts = "true";
  for (const name of [ALL, ...names]) make(select, "option", { value: name }, name);
  remember(controls, model, trait);
  select.addEventListener("change", () => {
    model.set(trait, select.value);
    model.save_changes();
  });
  const update = () => select.value = model.get(trait);
  model.on(`change:${trait}`, update);
  update();
}
