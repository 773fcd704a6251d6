// Small helpers: text only, never markup from elsewhere.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "scope") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** Show a sentence in its place, or nothing. */
export function say(node, text) {
  node.textContent = text;
  node.hidden = !text;
}

/** Fill a select with [value, text] pairs, keeping the choice where it is still there. */
export function fill(select, pairs) {
  const before = select.value;
  select.replaceChildren(...pairs.map(([value, text]) => el("option", { value, textContent: text })));
  if (pairs.some(([value]) => value === before)) select.value = before;
}
