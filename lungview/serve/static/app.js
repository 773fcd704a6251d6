// The page: what is open, what is asked, and what was answered.

import * as answers from "./answers.js";
import { answerOf, ask, download, form, Problem, sentence } from "./api.js";
import * as box from "./box.js";
import * as card from "./card.js";
import { byId, fill, say } from "./dom.js";
import { onDrop, usable } from "./files.js";
import * as findings from "./findings.js";
import * as all from "./series.js";
import { theme } from "./theme.js";
import { leftOut, Viewer } from "./viewer.js";

const TASKS = {
  subtype: "Kind of lung cancer: a whole slice",
  nodule: "Nodule, benign or malignant: a box",
  findings: "Findings: nodules in a series",
  custom: "Own models",
};

const state = {
  models: [],
  bounds: { upload: 0, files: 0 },
  files: [], series: [],
  loading: null, asking: null, // AbortControllers
  answered: null, // {slice, answer, fields, file}
};

const viewer = new Viewer({ onSlice: showHeat, onBox: () => box.write(viewer.box) });
start();

async function start() {
  theme();
  listen();
  try {
    const body = await answerOf("models");
    state.models = body.models;
    state.bounds = body.bounds;
    byId("program").textContent = body.program;
    const tasks = Object.keys(TASKS).filter((task) => state.models.some((m) => m.task === task));
    if (!tasks.length) throw new Problem("This server offers no model that a page can ask.");
    fill(byId("task"), tasks.map((task) => [task, TASKS[task]]));
    byId("task").value = state.models.find((m) => m.default)?.task ?? tasks[0] ?? "";
    taskChanged();
  } catch (error) {
    tell("answer-problem", error);
  }
}

function listen() {
  byId("choose-files").addEventListener("click", () => byId("files").click());
  byId("choose-folder").addEventListener("click", () => byId("folder").click());
  for (const id of ["files", "folder"]) {
    byId(id).addEventListener("change", (event) => {
      const chosen = [...event.target.files];
      event.target.value = "";
      if (chosen.length) open(async () => chosen);
    });
  }
  onDrop(byId("drop"), open);
  byId("series").addEventListener("change", () => showSeries(Number(byId("series").value)));
  byId("task").addEventListener("change", taskChanged);
  byId("model").addEventListener("change", modelChanged);
  byId("ask").addEventListener("submit", (event) => { event.preventDefault(); predict(); });
  byId("compare").addEventListener("click", compare);
  byId("stop").addEventListener("click", () => state.asking?.abort());
  byId("draw").addEventListener("click", () => setDrawing(byId("draw").getAttribute("aria-pressed") !== "true"));
  byId("clear").addEventListener("click", () => { box.write(null); viewer.setBox(null); });
  for (const side of box.SIDES) byId(`box-${side}`).addEventListener("input", () => viewer.setBox(box.typed()));
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
    const { series, failures } = await all.collect(response, (said) => { progress.textContent = said; });
    if (mine.signal.aborted) return;
    if (!series.length) throw new Problem(sentence(failures[0]?.error ?? "there is no picture in it"));
    state.files = files;
    state.series = series;
    progress.textContent = "";
    leftOut(failures);
    showAll();
  } catch (error) {
    if (error.name === "AbortError" || mine.signal.aborted) return;
    progress.textContent = "";
    tell("pictures-problem", error);
  }
}

function showAll() {
  byId("series-label").hidden = state.series.length < 2;
  fill(byId("series"), state.series.map((one, i) => [String(i), `${i + 1}: ${all.title(one)}`]));
  byId("series").value = "0";
  byId("viewer").hidden = false;
  showSeries(0);
}

function showSeries(number) {
  const one = state.series[number];
  forget();
  box.write(null);
  byId("pictures-state").textContent = all.state(one);
  viewer.show(one.slices);
  ready();
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
  if (!boxes) { box.write(null); if (viewer.slice) viewer.setBox(null); }
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

const place = () => (viewer.slices.length > 1 ? `Slice ${viewer.index + 1}` : "This picture");

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
    const asked = { ...fields, model: model.id, box: box.text(box.SIDES), override: override || "" };
    const body = form([file], { ...asked, heat_maps: true });
    const { answers: [answer] } = await answerOf("classify", { method: "POST", body, signal });
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
    const asked = { ...fields, model: [chosen().id, "all"], box: box.text(box.SIDES) };
    const body = form([file], asked);
    const found = await answerOf("classify", { method: "POST", body, signal });
    state.answered = { slice, answer: null, asked, file };
    byId("answer").replaceChildren(answers.table(found.answers, state.models.filter((m) => m.task === task), where));
    byId("exports").hidden = false;
    showPdf(false);
  });
}

function look() {
  return asking("Looking through the series; this can take minutes…", async (signal) => {
    const numbers = [...new Set(viewer.slices.map((slice) => slice.about.file))].sort((a, b) => a - b);
    const around = box.text(["left", "top", "right", "bottom"]);
    const asked = around ? { box: around, slice: viewer.slice.about.index } : { model: chosen().id };
    const body = form(numbers.map((number) => state.files[number]), asked);
    const found = await answerOf("findings", { method: "POST", body, signal });
    byId("answer").replaceChildren(...found.answers.flatMap((answer) => findings.shown(answer, (finding) => {
      const at = whereShown(answer.places?.[finding.slice], numbers);
      if (at >= 0) viewer.go(at);
      viewer.setFound({ slice: viewer.index, box: finding.box, lines: lines(answer, finding.id, numbers) });
      byId("stage").scrollIntoView({ block: "nearest" });
    })));
  });
}

/** The outline of a finding as lines on the shown slices: {slice, points}. */
function lines(answer, finding, numbers) {
  return (answer.outlines ?? []).filter((line) => line.finding === finding)
    .map(({ slice, points }) => ({ slice: whereShown(answer.places[slice], numbers), points }));
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
  const fields = { ...state.answered.asked, format };
  if (format === "pdf") Object.assign(fields, { patient: byId("patient").value, class_key: byId("heat-class").value });
  try {
    await download("classify", form([state.answered.file], fields), `lungview-research-use-only.${format}`);
  } catch (error) {
    tell("answer-problem", error);
  }
}

/** Show what went wrong; a fault of the page itself is said too, and logged for whoever looks. */
function tell(id, error) {
  if (!(error instanceof Problem)) console.error(error);
  say(byId(id), error instanceof Problem ? error.message : `The page failed (${error.name}); reload it.`);
}
