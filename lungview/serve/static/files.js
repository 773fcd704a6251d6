// What a person drops or chooses, as a list of files in natural order.

import { nameOf, Problem } from "./api.js";

const ORDER = new Intl.Collator("en", { numeric: true });

/** Take what is let go anywhere on the page. area: shows that it would be. take: called with a promise maker. */
export function onDrop(area, take) {
  document.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) area.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    const found = dropped(event.dataTransfer); // begun now: the browser empties the transfer afterwards
    take(() => found);
  });
}

/** The files of a drop, folders with all below them. */
async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files];
  if (entries.some((entry) => entry === null)) return plain;
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    file.fullPath = entry.fullPath.replace(/^\//, "");
    found.push(file);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return;
    for (const each of some) await walk(each, found);
  }
}

/** Those that are sent: without hidden ones, in natural order. Throws Problem for none or too many. */
export function usable(files, bounds) {
  const kept = files.filter((file) => !file.name.startsWith(".") && !nameOf(file).includes("__MACOSX/"));
  if (!kept.length) throw new Problem("There is no file in it.");
  if (kept.length > bounds.files) {
    throw new Problem(`At most ${bounds.files} files are taken at once, found ${kept.length}.`);
  }
  const size = kept.reduce((sum, file) => sum + file.size, 0);
  if (size > bounds.upload) {
    throw new Problem(`At most ${megabytes(bounds.upload)} are taken at once, found ${megabytes(size)}.`);
  }
  return kept.sort((a, b) => ORDER.compare(nameOf(a), nameOf(b)));
}

const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
