// Requests to the interface of the server that sent this page.

import { byId } from "./dom.js";

const ROOT = "api/v1/";
const KEY = "lungview-token";

/** What the server said went wrong, in one sentence. */
export class Problem extends Error {}

let token = sessionStorage.getItem(KEY) ?? "";

/** Ask the server. Returns its Response; throws Problem with a sentence. */
export async function ask(path, options = {}) {
  for (;;) {
    const response = await send(path, options);
    if (response.ok) return response;
    const problem = await read(response);
    if (response.status !== 401) throw problem;
    await askForToken(Boolean(token));
  }
}

/** Ask for a JSON answer. Throws Problem with a sentence, also where it breaks off. */
export async function answerOf(path, options = {}) {
  const response = await ask(path, options);
  return whole(() => response.json());
}

/** Read the rest of an answer: the server may end before it. */
async function whole(read) {
  try {
    return await read();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server stopped in the middle of its answer. Ask again.");
  }
}

/** Ask, and save the answer as a file. */
export async function download(path, body, name) {
  const response = await ask(path, { method: "POST", body });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await whole(() => response.blob()));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function send(path, options) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  try {
    return await fetch(ROOT + path, { ...options, headers, credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server does not answer. Is it still running? Then ask again.");
  }
}

async function read(response) {
  try {
    const body = await response.json();
    const said = sentence(body.detail);
    return new Problem(body.hint ? `${said} (${body.hint})` : said);
  } catch {
    return new Problem(`The server answered ${response.status} without a reason.`);
  }
}

/** A message of the program as a sentence: with a capital and a full stop. */
export function sentence(text) {
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}

function askForToken(wrong) {
  const dialog = byId("token-dialog");
  const said = byId("token-said");
  if (wrong) said.textContent = "The server does not know this token.";
  said.classList.toggle("problem", wrong);
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.addEventListener("close", () => {
      const given = byId("token").value.trim();
      byId("token").value = "";
      if (!given) return reject(new Problem("Without a token this server answers nothing."));
      token = given;
      sessionStorage.setItem(KEY, token);
      return resolve();
    }, { once: true });
  });
}

/** A form with files and fields; empty fields are left out. */
export function form(files, fields) {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) {
      if (each !== "" && each !== null && each !== undefined) made.append(name, String(each));
    }
  }
  for (const file of files) made.append("file", file, nameOf(file));
  return made;
}

/** What a file is called, with its folder where it came with one. */
export function nameOf(file) {
  return file.fullPath || file.webkitRelativePath || file.name;
}
