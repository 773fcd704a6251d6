// Answers as the page shows them: bars, reasons, and all models beside each other.

import { sentence } from "./api.js";
import { el } from "./dom.js";

/** A probability that never claims certainty: "0.97", "> 0.99", "< 0.01". */
export function share(value) {
  if (value >= 0.995) return "> 0.99";
  return value < 0.005 ? "< 0.01" : value.toFixed(2);
}

/** What one model says of one slice. override: asks again, against the gate. */
export function shown(answer, model, place, override) {
  const parts = [el("p", { className: "muted" }, `${place}, ${model.name}`), headline(answer)];
  const refused = answer.probabilities === null;
  if (answer.words.uncertain) parts.push(el("p", {}, answer.words.uncertain));
  parts.push(...answer.words.gate.map((line) => el("p", { className: "refused" }, sentence(line))));
  if (refused) {
    const button = el("button", { type: "button", id: "override" }, "Judge it anyway");
    button.addEventListener("click", override);
    parts.push(el("p", { className: "muted" }, "A judgement against the check is recorded and said in every output."));
    parts.push(button);
  } else {
    parts.push(bars(answer, model));
  }
  return parts;
}

function headline(answer) {
  const kind = answer.verdict === "called" ? "" : answer.verdict === "uncertain" ? " uncertain" : " refused";
  return el("p", { className: `verdict${kind}` }, answer.words.headline);
}

/** A bar a class; where the model weighs malignancy, one more with its operating point and band. */
function bars(answer, model) {
  const list = el("ul", { className: "bars" });
  answer.classes.forEach((key, i) => {
    const text = model.classes.find((c) => c.key === key)?.text ?? key;
    list.append(row(text, answer.probabilities[i], answer.words.number));
  });
  const total = malignancy(answer, model);
  if (total !== null) list.append(totalRow(total, answer, model));
  return list;
}

function row(text, value, word) {
  const fillBar = el("div", { className: "fill" });
  fillBar.style.width = `${100 * value}%`;
  const bar = el("div", { className: "bar", "aria-hidden": "true" }, fillBar);
  const head = el("div", { className: "head" }, el("span", {}, text),
    el("span", { className: "value", title: word }, share(value)));
  return el("li", {}, head, bar);
}

/** Probability of malignancy: the sum over malignant classes; null where the model tells kinds apart only. */
export function malignancy(answer, model) {
  const malignant = new Set(model.classes.filter((c) => c.malignant).map((c) => c.key));
  if (answer.probabilities === null || !malignant.size || malignant.size === model.classes.length) return null;
  return answer.classes.reduce((sum, key, i) => sum + (malignant.has(key) ? answer.probabilities[i] : 0), 0);
}

function totalRow(total, answer, model) {
  const { threshold, uncertain } = model.operating_point;
  const made = row(`${answer.words.number} of malignancy`, total, answer.words.number);
  const bar = made.querySelector(".bar");
  const band = el("div", { className: "band" });
  band.style.left = `${100 * uncertain[0]}%`;
  band.style.width = `${100 * (uncertain[1] - uncertain[0])}%`;
  const point = el("div", { className: "point" });
  point.style.left = `${100 * threshold}%`;
  bar.classList.add("total");
  bar.prepend(band);
  bar.append(point);
  const ends = uncertain.map((end) => Number(end.toFixed(4))).join("–");
  made.append(el("p", { className: "muted" },
    `Operating point ${Number(threshold.toFixed(4))} (the line), uncertain ${ends} (the band).`));
  return made;
}

/** All models of a task beside each other. */
export function table(answers, models, place) {
  const known = new Map(models.map((model) => [model.id, model]));
  const keys = [...new Set(answers.flatMap((a) => a.classes ?? []))];
  const texts = new Map(models.flatMap((m) => m.classes.map((c) => [c.key, c.text])));
  const head = el("tr", {}, ...["Model", "Answer", ...keys.map((key) => texts.get(key) ?? key)]
    .map((text) => el("th", { scope: "col" }, text)));
  const rows = answers.map((answer) => tableRow(answer, known.get(answer.model), keys));
  const made = el("table", {}, el("caption", { className: "muted" }, `${place}, all models`),
    el("thead", {}, head), el("tbody", {}, ...rows));
  return el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "All models" }, made);
}

function refusal(answer) {
  const reasons = answer.suitability.reasons.map((reason) => el("li", {}, reason));
  return el("details", {}, el("summary", {}, answer.words.headline), el("ul", {}, ...reasons));
}

function tableRow(answer, model, keys) {
  if (answer.error) return el("tr", {}, el("td", { colSpan: keys.length + 2 }, sentence(answer.error)));
  const refused = answer.probabilities === null;
  const name = el("th", { scope: "row" }, model?.name ?? answer.model);
  if (refused) return el("tr", {}, name, el("td", { colSpan: keys.length + 1 }, refusal(answer)));
  const numbers = keys.map((key) => {
    const at = answer.classes.indexOf(key);
    return el("td", { className: "number" }, at < 0 ? "–" : share(answer.probabilities[at]));
  });
  return el("tr", {}, name, el("td", {}, answer.words.headline), ...numbers);
}
