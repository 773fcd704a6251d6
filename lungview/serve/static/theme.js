// Light, dark, or as the system; kept in this browser.

import { byId } from "./dom.js";

const KEY = "lungview-theme";

/** Apply the reader's choice, and follow it. */
export function theme() {
  const select = byId("theme");
  const apply = () => { document.documentElement.dataset.theme = select.value; };
  select.value = localStorage.getItem(KEY) ?? "";
  select.addEventListener("change", () => {
    localStorage.setItem(KEY, select.value);
    apply();
  });
  apply();
}
