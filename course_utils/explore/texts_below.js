// For figures of two plots, which on a phone stand one above the other.
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** On a phone, put what is said under the plots: above, it pushes them off the screen. */
function textsBelow(panels) {
  for (const node of panels.parentNode.children) {
    if (node === panels || node.matches(".cu-task, .cu-controls")) continue;
    node.style.order = node.matches(".cu-output, .cu-reached") ? 1 : 2;
  }
}
