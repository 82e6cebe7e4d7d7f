// A picture after k layers and after k iterations, all computed before, and their errors.

function render({ model, el }) {
  const n = model.get("size"), last = model.get("last"), names = model.get("names"), trained = model.get("trained");
  const pictures = floats(model, "pictures"), errors = floats(model, "errors"), size = n * n;
  const { panels, controls, output } = frame(el, model.get("label"));
  picture(panels, "scene", n, n).draw(floats(model, "scene"));
  const views = names.map((name) => picture(panels, name, n, n));
  const plot = axes(panels, { label: "The error over that of the data, for each k", xlabel: "k",
    ylabel: "error / error of data", xlim: [0, last], ylim: [0.5, 1.1], yticks: [0.6, 0.8, 1], xticks: [0, 5, 10, 15, 20].filter((k) => k <= last) });
  const roles = ["learned", "classical"];
  roles.forEach((role, i) => curve(plot, role)(errors.subarray(i * (last + 1), (i + 1) * (last + 1))));
  curve(plot, "noise")([0, 2], () => trained);
  const drawHere = curve(plot, "data");
  key(panels, [["learned", names[0]], ["classical", names[1]], ["noise", "layers in training"], ["data", "k"]]);
  slider(controls, model, "k", { label: "layers, iterations k", min: 0, max: last, step: 1 });
  respond(model, ["k"], () => {
    const k = model.get("k"), at = (i) => (i * (last + 1) + k);
    views.forEach((view, i) => view.draw(pictures.subarray(at(i) * size, (at(i) + 1) * size)));
    drawHere([0, 2], () => k);
    output.textContent = `k = ${k}: the error is ${errors[at(0)].toFixed(3)} of that of the data for the ${names[0]}, `
      + `${errors[at(1)].toFixed(3)} for ${names[1]}.`;
  });
}

export default { render };
