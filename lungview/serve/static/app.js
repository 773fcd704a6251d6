// The page: what is open, what is asked, and what was answered.

import * as answers from "./answers.js";
import { ask, form, Problem } from "./api.js";
import * as card from "./card.js";
import { byId, fill, say } from "./dom.js";
import { dropped, usable } from "./files.js";
import * as findings from "./findings.js";
import { records } from "./records.js";
import { leftOut, Viewer } from "./viewer.js";

const TASKS = {
  subtype: "Kind of lung cancer: a whole slice",
  nodule: "Nodule, benign or malignant: a box",
  findings: "Findings: nodules in a series",
  custom: "Own models",
};
const BOX = ["top", "left", "bottom", "right"];

const state = {
  models: [],
  bounds: { upload: 0, files: 0 },
  files: [],
  series: [],
  loading: null, // AbortControllers
  asking: null,
  answered: null, // {slice, answer, fields, file}
};

const viewer = new Viewer({ onSlice: sliceChanged, onBox: boxDrawn });
start();

async function start() {
  theme();
  listen();
  try {
    const body = await (await ask("models")).json();
    state.models = body.models;
    state.bounds = body.bounds;
    byId("program").textContent = body.program;
    const tasks = Object.keys(TASKS).filter((task) => state.models.some((m) => m.task === task));
    fill(byId("task"), tasks.map((task) => [task, TASKS[task]]));
    byId("task").value = state.models.find((m) => m.default)?.task ?? tasks[0] ?? "";
    taskChanged();
  } catch (error) {
    tell("answer-problem", error);
  }
}

function listen() {
  const drop = byId("drop");
  byId("choose-files").addEventListener("click", () => byId("files").click());
  byId("choose-folder").addEventListener("click", () => byId("folder").click());
  for (const id of ["files", "folder"]) {
    byId(id).addEventListener("change", (event) => {
      const chosen = [...event.target.files];
      event.target.value = "";
      if (chosen.length) open(async () => chosen);
    });
  }
  document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const found = dropped(event.dataTransfer);
    open(() => found);
  });
  byId("series").addEventListener("change", () => showSeries(Number(byId("series").value)));
  byId("task").addEventListener("change", taskChanged);
  byId("model").addEventListener("change", modelChanged);
  byId("ask").addEventListener("submit", (event) => { event.preventDefault(); predict(); });
  byId("compare").addEventListener("click", compare);
  byId("stop").addEventListener("click", () => state.asking?.abort());
  byId("draw").addEventListener("click", () => setDrawing(byId("draw").getAttribute("aria-pressed") !== "true"));
  byId("clear").addEventListener("click", () => { setBoxFields(null); viewer.setBox(null); });
  for (const side of BOX) byId(`box-${side}`).addEventListener("input", () => viewer.setBox(typedBox()));
  byId("heat-class").addEventListener("change", showHeat);
  byId("opacity").addEventListener("input", showHeat);
  byId("outline").addEventListener("change", showHeat);
  byId("pdf").addEventListener("click", () => save("pdf"));
  byId("csv").addEventListener("click", () => save("csv"));
}

// ---- what is open

async function open(gather) {
  state.loading?.abort();
  const mine = (state.loading = new AbortController());
  const progress = byId("pictures-state");
  say(byId("pictures-problem"), "");
  progress.textContent = "Reading…";
  try {
    const files = usable(await gather(), state.bounds);
    const response = await ask("pictures", { method: "POST", body: form(files, {}), signal: mine.signal });
    const { series, failures } = await collect(response, progress);
    if (mine.signal.aborted) return;
    if (!series.some((one) => one.slices.length)) throw new Problem(reasonOf(failures));
    state.files = files;
    state.series = series.filter((one) => one.slices.length);
    progress.textContent = "";
    leftOut(failures);
    showAll();
  } catch (error) {
    if (error.name === "AbortError" || mine.signal.aborted) return;
    progress.textContent = "";
    tell("pictures-problem", error);
  }
}

async function collect(response, progress) {
  const failures = [];
  let series = null;
  let total = 0;
  let done = 0;
  for await (const { about, pixels } of records(response)) {
    if (!series) {
      series = about.series.map((one) => ({ ...one, slices: [] }));
      total = about.pictures;
      continue;
    }
    done += 1;
    if (about.error) failures.push(about);
    else series[about.series].slices.push({ about, pixels });
    if (done % 10 === 0) progress.textContent = `Reading… ${done} of ${total}`;
  }
  return { series: series ?? [], failures };
}

function reasonOf(failures) {
  return failures.length ? `${failures[0].error}.` : "There is no picture in it.";
}

function showAll() {
  const label = (one, i) => {
    const name = [one.modality, one.description].filter(Boolean).join(" ") || "Pictures";
    return `${i + 1}: ${name}, ${count(one.slices.length)}`;
  };
  byId("series-label").hidden = state.series.length < 2;
  fill(byId("series"), state.series.map((one, i) => [String(i), label(one, i)]));
  byId("series").value = "0";
  byId("viewer").hidden = false;
  showSeries(0);
}

const count = (n) => (n === 1 ? "1 picture" : `${n} pictures`);

function showSeries(number) {
  const one = state.series[number];
  forget();
  setBoxFields(null);
  byId("pictures-state").textContent = [
    `${[one.modality, count(one.slices.length)].filter(Boolean).join(", ")}.`, ...one.warnings,
  ].join(" ");
  viewer.show(one.slices);
  ready();
}

function sliceChanged() {
  showHeat();
}

// ---- what is asked

const chosen = () => state.models.find((model) => model.id === byId("model").value);

function taskChanged() {
  const task = byId("task").value;
  const fitting = state.models.filter((model) => model.task === task);
  fill(byId("model"), fitting.map((model) => [model.id, model.name]));
  const first = fitting.find((model) => model.default);
  if (first) byId("model").value = first.id;
  modelChanged();
}

function modelChanged() {
  const model = chosen();
  if (!model) return;
  const boxes = model.needs_box || model.task === "findings";
  byId("box").hidden = !boxes;
  byId("box-help").textContent = model.task === "findings"
    ? "Without a box the whole series is searched; with one, what you point at is measured."
    : "This model judges one nodule; a small picture that is already cut around it needs no box.";
  setDrawing(boxes && model.needs_box);
  if (!boxes) { setBoxFields(null); if (viewer.slice) viewer.setBox(null); }
  byId("card-body").replaceChildren(...card.shown(model));
  byId("compare").hidden = model.task === "findings";
  forget();
  ready();
}

function ready() {
  const can = Boolean(viewer.slice && chosen());
  for (const id of ["predict", "compare"]) byId(id).disabled = !can || Boolean(state.asking);
}

function setDrawing(on) {
  byId("draw").setAttribute("aria-pressed", String(on));
  viewer.setDrawing(on);
  byId("stage-help").textContent = on
    ? "Drag a box around the nodule; wheel or arrow keys for the slice."
    : "Drag for the window, wheel or arrow keys for the slice.";
}

function boxDrawn() {
  setBoxFields(viewer.box);
}

function setBoxFields(box) {
  for (const side of BOX) byId(`box-${side}`).value = box ? String(box[side]) : "";
}

/** The box as it is typed; null while a side is missing or it has no area. */
function typedBox() {
  const box = Object.fromEntries(BOX.map((side) => [side, byId(`box-${side}`).valueAsNumber]));
  const whole = BOX.every((side) => Number.isFinite(box[side]));
  return whole && box.top < box.bottom && box.left < box.right ? box : null;
}

function boxText(order) {
  const filled = BOX.filter((side) => byId(`box-${side}`).value !== "");
  const box = typedBox();
  if (!box && filled.length) throw new Problem("The box needs four numbers, bottom below top and right of left.");
  return box && !byId("box").hidden ? order.map((side) => box[side]).join(",") : "";
}

/** Run one question at a time; what goes wrong stands in the answer's place. */
async function asking(said, work) {
  state.asking?.abort();
  const mine = (state.asking = new AbortController());
  forget();
  byId("asking").textContent = said;
  byId("stop").hidden = false;
  ready();
  try {
    await work(mine.signal);
  } catch (error) {
    if (error.name !== "AbortError") tell("answer-problem", error);
  } finally {
    if (state.asking === mine) {
      state.asking = null;
      byId("asking").textContent = "";
      byId("stop").hidden = true;
      ready();
    }
  }
}

function predict(override = false) {
  return chosen().task === "findings" ? look() : judge(override);
}

function place() {
  const number = viewer.slices.length > 1 ? `Slice ${viewer.index + 1}` : "This picture";
  return number;
}

function picked() {
  const { about } = viewer.slice;
  return { file: state.files[about.file], fields: { member: about.member, frame: about.frame } };
}

function judge(override) {
  return asking("Judging…", async (signal) => {
    const model = chosen();
    const { file, fields } = picked();
    const slice = viewer.slice;
    const where = place();
    const asked = { ...fields, model: model.id, box: boxText(BOX), override: override || "" };
    const body = form([file], { ...asked, heat_maps: true });
    const { answers: [answer] } = await (await ask("classify", { method: "POST", body, signal })).json();
    state.answered = { slice, answer, asked, file };
    byId("answer").replaceChildren(...answers.shown(answer, model, where, () => predict(true)));
    heatClasses(answer, model);
    byId("exports").hidden = false;
    showPdf(true);
  });
}

function compare() {
  return asking("Judging with every model…", async (signal) => {
    const task = chosen().task;
    const { file, fields } = picked();
    const slice = viewer.slice;
    const where = place();
    const asked = { ...fields, model: [chosen().id, "all"], box: boxText(BOX) };
    const body = form([file], asked);
    const found = await (await ask("classify", { method: "POST", body, signal })).json();
    state.answered = { slice, answer: null, asked, file };
    byId("answer").replaceChildren(answers.table(found.answers, state.models.filter((m) => m.task === task), where));
    byId("exports").hidden = false;
    showPdf(false);
  });
}

function look() {
  return asking("Looking through the series; this can take minutes…", async (signal) => {
    const numbers = [...new Set(viewer.slices.map((slice) => slice.about.file))].sort((a, b) => a - b);
    const box = boxText(["left", "top", "right", "bottom"]);
    const asked = box ? { box, slice: viewer.index } : { model: chosen().id };
    const body = form(numbers.map((number) => state.files[number]), asked);
    const found = await (await ask("findings", { method: "POST", body, signal })).json();
    byId("answer").replaceChildren(...found.answers.flatMap((answer) => findings.shown(answer, (finding) => {
      const at = whereShown(answer.places?.[finding.slice], numbers);
      if (at >= 0) viewer.go(at);
      viewer.setFound({ slice: viewer.index, box: finding.box });
      byId("stage").scrollIntoView({ block: "nearest" });
    })));
  });
}

/** The shown slice of an upload's number, member and frame; -1 for none. */
function whereShown(found, numbers) {
  if (!found) return -1;
  const [upload, member, frame] = found;
  return viewer.slices.findIndex(({ about }) =>
    about.file === numbers[upload] && about.member === member && about.frame === frame);
}

// ---- what was answered

function forget() {
  state.answered = null;
  say(byId("answer-problem"), "");
  byId("answer").replaceChildren();
  byId("heat-controls").hidden = true;
  byId("exports").hidden = true;
  if (viewer.slice) { viewer.setHeat("", 0); viewer.setOutline(null, 0); viewer.setFound(null); }
}

function heatClasses(answer, model) {
  byId("heat-controls").hidden = !answer.heat_maps;
  if (!answer.heat_maps) return;
  const text = (key) => model.classes.find((c) => c.key === key)?.text ?? key;
  byId("heat-class").replaceChildren();
  fill(byId("heat-class"), [...answer.classes.map((key) => [key, text(key)]), ["", "none"]]);
  byId("heat-class").value = answer.label;
  byId("heat-said").textContent = answer.words.heat_map;
  showHeat();
}

function showHeat() {
  const answered = state.answered;
  const maps = answered && answered.slice === viewer.slice ? answered.answer?.heat_maps : null;
  const opacity = byId("opacity").valueAsNumber / 100;
  const outlined = maps && byId("outline").checked && answered.answer.outline;
  viewer.setHeat(maps?.[byId("heat-class").value] ?? "", opacity);
  viewer.setOutline(outlined || null, Math.sqrt(opacity));
}

function showPdf(shown) {
  for (const id of ["pdf", "patient-label"]) byId(id).hidden = !shown;
}

async function save(format) {
  const { asked, file } = state.answered;
  const fields = { ...asked, format };
  if (format === "pdf") Object.assign(fields, { patient: byId("patient").value, class_key: byId("heat-class").value });
  try {
    const response = await ask("classify", { method: "POST", body: form([file], fields) });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `lungview-research-use-only.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    tell("answer-problem", error);
  }
}

/** Show what went wrong; a fault of the page itself is said too, and logged for whoever looks. */
function tell(id, error) {
  if (!(error instanceof Problem)) console.error(error);
  say(byId(id), error instanceof Problem ? error.message : `The page failed (${error.name}); reload it.`);
}

// ---- the look

function theme() {
  const select = byId("theme");
  select.value = localStorage.getItem("lungview-theme") ?? "";
  const apply = () => { document.documentElement.dataset.theme = select.value; };
  select.addEventListener("change", () => {
    localStorage.setItem("lungview-theme", select.value);
    apply();
  });
  apply();
}
