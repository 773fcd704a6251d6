// The second reader's answer to a series: lungs, findings, and where each of them is.

import { sentence } from "./api.js";
import { el } from "./dom.js";
import { share } from "./answers.js";

const COLUMNS = ["Show", "Slice", "Size (mm)", "Density", "Score", "Malignancy"];

/** The answer as elements. go: called with {id, slice, box} of the finding to show. */
export function shown(answer, go) {
  if (answer.error) return [el("p", { className: "problem" }, sentence(answer.error))];
  const said = answer.reasons.map((r) => el("p", { className: "refused" }, sentence(`Not answered: ${r}`)));
  const notes = answer.notes.map((n) => el("p", { className: "muted" }, sentence(n)));
  const conclusion = answer.conclusion ? [el("p", { className: "verdict" }, sentence(answer.conclusion))] : [];
  return [...conclusion, ...said, ...lungs(answer), ...list(answer, go), ...notes];
}

function lungs(answer) {
  if (!answer.lungs) return [];
  return [el("p", {}, sentence(`Lungs: ${answer.lungs.summary}`))];
}

function list(answer, go) {
  if (!answer.suitable) return [];
  if (!answer.findings.length) {
    const looked = answer.slice_scores.length;
    return [el("p", {}, `No candidate on ${looked} slices; this does not say that there is none.`)];
  }
  const head = el("tr", {}, ...COLUMNS.map((text) => el("th", { scope: "col" }, text)));
  const rows = answer.findings.map((finding) => row(finding, go));
  const table = el("table", { className: "findings" }, el("caption", { className: "muted" }, "Findings, the most likely first"),
    el("thead", {}, head), el("tbody", {}, ...rows));
  return [el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Findings" }, table)];
}

function row(finding, go) {
  const [left, top, right, bottom] = finding.box;
  const label = `Show finding ${finding.id}`;
  const button = el("button", { type: "button", title: label, "aria-label": label }, String(finding.id));
  button.addEventListener("click", () => go({ id: finding.id, slice: finding.slice, box: { top, left, bottom, right } }));
  const malignancy = finding.probability === null ? (finding.band ?? "–") : share(finding.probability);
  const cells = [
    [button], [String(finding.slice + 1)], size(finding), [finding.density ?? "–"],
    [finding.score?.toFixed(2) ?? "–"], [malignancy],
  ];
  // The heading again in each cell: where there is no room for columns, a finding is a list of its own.
  return el("tr", {}, ...cells.map((parts, i) => el("td", { "data-head": COLUMNS[i] }, ...parts)));
}

/** Axes, and the volume below them. */
function size(finding) {
  if (finding.long_mm === null) return ["–"];
  const axes = `${finding.long_mm.toFixed(1)} × ${finding.short_mm.toFixed(1)}`;
  const volume = finding.volume_mm3 === null ? [] : [el("br"), `${finding.volume_mm3.toFixed(0)} mm³`];
  return [el("span", { className: "numbers" }, axes, ...volume)];
}
