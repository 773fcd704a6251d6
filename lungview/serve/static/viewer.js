// The picture: one slice of a series with its window, a heat map over it, and boxes.

import { byId, el, fill } from "./dom.js";
import { paint, PRESETS } from "./windows.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST_BOX = 2; // px

export class Viewer {
  /** onSlice: called when another slice is shown. onBox: when a box was drawn. */
  constructor({ onSlice, onBox }) {
    this.onSlice = onSlice;
    this.onBox = onBox;
    this.slices = [];
    this.index = 0;
    this.window = null; // the reader's own; null takes each slice's first
    this.box = null; // {top, left, bottom, right}, px
    this.found = null; // {slice, box, lines}: a finding to show; lines: its outline, {slice, points}
    this.outline = { points: null, opacity: 0 }; // of what the network saw, [[x, y], …] px
    this.drawing = false;
    this.stage = byId("stage");
    this.canvas = byId("picture");
    this.#listen();
  }

  /** Show a series: [{about, pixels}]. */
  show(slices) {
    this.slices = slices;
    this.window = null;
    this.box = null;
    this.found = null;
    byId("slice").max = String(slices.length);
    byId("slice").disabled = slices.length < 2;
    this.go(0);
  }

  get slice() {
    return this.slices[this.index];
  }

  /** Show slice number `index`, from 0; beyond the ends, the end. */
  go(index) {
    this.index = Math.min(Math.max(index, 0), this.slices.length - 1);
    this.draw();
    this.onSlice();
  }

  setBox(box) {
    this.box = box;
    this.#marks();
  }

  setFound(found) {
    this.found = found;
    this.#marks();
  }

  setDrawing(on) {
    this.drawing = on;
    this.stage.classList.toggle("drawing", on);
  }

  /** Lay a heat map (a data URL) over the picture, or take it away. */
  setHeat(url, opacity) {
    const layer = byId("heat");
    layer.hidden = !url;
    if (url && layer.src !== url) layer.src = url;
    layer.style.opacity = String(opacity);
  }

  setOutline(points, opacity) {
    this.outline = { points, opacity };
    this.#marks();
  }

  get #shown() {
    return this.window ?? this.slice.about.windows[0] ?? { center: 128, width: 256, function: "LINEAR" };
  }

  draw() {
    const { about } = this.slice;
    const { rows, columns } = about;
    if (this.canvas.width !== columns || this.canvas.height !== rows) {
      this.canvas.width = columns;
      this.canvas.height = rows;
      this.image = null;
    }
    this.#fit(rows * about.aspect, columns);
    const context = this.canvas.getContext("2d");
    this.image ??= context.createImageData(columns, rows);
    paint(this.slice, this.#shown, this.image);
    context.putImageData(this.image, 0, 0);
    this.#say();
    this.#marks();
  }

  #fit(tall, wide) {
    this.stage.style.aspectRatio = `${wide} / ${tall}`;
    this.stage.style.width = `min(100%, calc(75vh * ${wide / tall}))`;
  }

  #say() {
    const { about } = this.slice;
    const window = this.#shown;
    const fixed = !about.windows.length;
    const number = `Slice ${this.index + 1} of ${this.slices.length}`;
    const unit = about.unit ? ` ${about.unit}` : "";
    const round = (v) => Math.round(v * 10) / 10;
    const said = fixed ? "" : `, center ${round(window.center)}, width ${round(window.width)}${unit}`;
    byId("place").textContent = `${number}${said}`;
    this.stage.setAttribute("aria-label", `${about.label}, ${number}`);
    byId("slice").value = String(this.index + 1);
    byId("slice").setAttribute("aria-valuetext", number);
    for (const id of ["center", "width", "preset"]) byId(id).disabled = fixed;
    if (document.activeElement !== byId("center")) byId("center").value = fixed ? "" : round(window.center);
    if (document.activeElement !== byId("width")) byId("width").value = fixed ? "" : round(window.width);
    this.#presets(about);
  }

  #presets(about) {
    const own = about.windows.map((w, i) => ({ ...w, name: w.name || (i ? `File ${i + 1}` : "First") }));
    const others = about.unit === "HU" ? PRESETS.filter((p) => !own.some((w) => w.name === p.name)) : [];
    this.choices = [...own, ...others];
    const window = this.#shown;
    const at = this.choices.findIndex((w) => w.center === window.center && w.width === window.width);
    const pairs = this.choices.map((w, i) => [String(i), w.name]);
    fill(byId("preset"), at < 0 ? [["", "Own"], ...pairs] : pairs);
    byId("preset").value = at < 0 ? "" : String(at);
  }

  #marks() {
    const marks = byId("marks");
    const { rows, columns } = this.slice.about;
    marks.setAttribute("viewBox", `0 0 ${columns} ${rows}`);
    marks.setAttribute("preserveAspectRatio", "none");
    const boxes = this.box ? [rect(this.box, "")] : [];
    boxes.push(...this.#foundHere());
    if (this.outline.points) boxes.push(polygon(this.outline));
    marks.replaceChildren(...boxes);
  }

  /** The finding on the shown slice: its outline, or, where it has none there, its box. */
  #foundHere() {
    if (!this.found) return [];
    const lines = this.found.lines.filter((line) => line.slice === this.index);
    if (lines.length) return lines.map(({ points }) => polygon({ points, opacity: 1 }, "finding"));
    return this.found.slice === this.index ? [rect(this.found.box, "finding")] : [];
  }

  #setWindow(center, width) {
    const shown = this.#shown;
    if (!Number.isFinite(center) || !Number.isFinite(width) || !this.slice.about.windows.length) return;
    const least = shown.function === "LINEAR" ? 1 : 1e-6;
    this.window = { center, width: Math.max(width, least), function: shown.function };
    this.draw();
  }

  #listen() {
    byId("slice").addEventListener("input", (event) => this.go(Number(event.target.value) - 1));
    byId("preset").addEventListener("change", (event) => {
      const chosen = this.choices[Number(event.target.value)];
      if (event.target.value === "" || !chosen) return;
      this.window = chosen;
      this.draw();
    });
    const typed = () => this.#setWindow(byId("center").valueAsNumber, byId("width").valueAsNumber);
    byId("center").addEventListener("input", typed);
    byId("width").addEventListener("input", typed);
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("keydown", (event) => this.#key(event));
    this.stage.addEventListener("pointerdown", (event) => this.#down(event));
  }

  #wheel(event) {
    if (event.ctrlKey || this.slices.length < 2) return; // the browser's zoom, and the page's own scrolling
    event.preventDefault();
    this.go(this.index + Math.sign(event.deltaY));
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 };
    const ends = { Home: 0, End: this.slices.length - 1 };
    const to = event.key in ends ? ends[event.key] : this.index + (steps[event.key] ?? NaN);
    if (Number.isNaN(to) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.go(to);
  }

  #at(event) {
    const area = this.stage.getBoundingClientRect();
    const { rows, columns } = this.slice.about;
    const clip = (v, most) => Math.min(Math.max(v, 0), most);
    return {
      x: clip(((event.clientX - area.left) / area.width) * columns, columns),
      y: clip(((event.clientY - area.top) / area.height) * rows, rows),
    };
  }

  #down(event) {
    if (event.button !== 0 || (event.pointerType === "touch" && !this.drawing)) return;
    this.stage.setPointerCapture(event.pointerId);
    const move = this.drawing ? this.#boxing(event) : this.#windowing(event);
    const end = () => {
      this.stage.removeEventListener("pointermove", move);
      this.stage.removeEventListener("pointerup", end);
      this.stage.removeEventListener("pointercancel", end);
    };
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", end);
    this.stage.addEventListener("pointercancel", end);
  }

  #boxing(event) {
    const from = this.#at(event);
    return (moved) => {
      const to = this.#at(moved);
      const [left, right] = [from.x, to.x].sort((a, b) => a - b).map(Math.round);
      const [top, bottom] = [from.y, to.y].sort((a, b) => a - b).map(Math.round);
      if (right - left < LEAST_BOX || bottom - top < LEAST_BOX) return;
      this.setBox({ top, left, bottom, right });
      this.onBox();
    };
  }

  #windowing(event) {
    const { center, width } = this.#shown;
    const step = Math.max(width, 1) / 300;
    return (moved) => {
      const across = (moved.clientX - event.clientX) * step;
      this.#setWindow(center + (moved.clientY - event.clientY) * step, width + across);
    };
  }
}

function polygon({ points, opacity }, kind = "") {
  const made = document.createElementNS(SVG, "polygon");
  made.setAttribute("points", points.map(([x, y]) => `${x},${y}`).join(" "));
  made.setAttribute("opacity", String(opacity));
  made.setAttribute("class", kind);
  return made;
}

function rect(box, kind) {
  const made = document.createElementNS(SVG, "rect");
  made.setAttribute("x", box.left);
  made.setAttribute("y", box.top);
  made.setAttribute("width", box.right - box.left);
  made.setAttribute("height", box.bottom - box.top);
  made.setAttribute("class", kind);
  return made;
}

/** The files that were left out, each with its reason. */
export function leftOut(failures) {
  const list = byId("left-out");
  list.hidden = !failures.length;
  const count = failures.length === 1 ? "1 file was left out" : `${failures.length} files were left out`;
  list.querySelector("summary").textContent = count;
  const items = failures.map(({ label, error }) => el("li", {}, `${label}: ${error}`));
  list.querySelector("ul").replaceChildren(...items);
}
