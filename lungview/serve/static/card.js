// What a model says of itself.

import { el } from "./dom.js";

/** The card as elements. */
export function shown(model) {
  const { card } = model;
  const rows = [
    ["Model", `${model.name} ${model.version} (${model.architecture})`],
    ["Classes", model.classes.map((c) => c.text).join(", ")],
    ["Operating point", point(model)],
    ["Trained on", card.data],
    ["Split", card.split],
    ["Intended use", card.intended_use],
    ["Limits", card.limits],
    ["The check", model.gate],
    ["Numbers", model.calibrated ? "calibrated probabilities" : "scores, not calibrated"],
    ["Licence", [card.licence_weights, card.licence_data].filter(Boolean).join("; data: ")],
    ["SHA-256", model.sha256],
  ];
  const list = el("dl");
  for (const [name, value] of rows) if (value) list.append(el("dt", {}, name), el("dd", {}, value));
  const figures = model.figures.filter(([, said]) => said);
  const lines = figures.map(([name, said]) => el("li", {}, `On ${name}: ${said}`));
  return lines.length ? [list, el("h3", {}, "Figures, 95 % intervals in brackets"), el("ul", {}, ...lines)] : [list];
}

function point(model) {
  const { threshold, uncertain } = model.operating_point;
  const short = (v) => String(Number(v.toFixed(4)));
  return `${short(threshold)}, uncertain from ${short(uncertain[0])} to ${short(uncertain[1])}`;
}
