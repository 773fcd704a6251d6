// The box around a nodule as four numbers.

import { Problem } from "./api.js";
import { byId } from "./dom.js";

/** The sides in the order that `classify` takes them. */
export const SIDES = ["top", "left", "bottom", "right"];

/** Write a box into the fields; null empties them. */
export function write(box) {
  for (const side of SIDES) byId(`box-${side}`).value = box ? String(box[side]) : "";
}

/** The box as it is typed; null while a side is missing or it has no area. */
export function typed() {
  const box = Object.fromEntries(SIDES.map((side) => [side, byId(`box-${side}`).valueAsNumber]));
  const whole = SIDES.every((side) => Number.isFinite(box[side]));
  return whole && box.top < box.bottom && box.left < box.right ? box : null;
}

/** The box as a field of the interface, its sides in an order; "" for none. Throws Problem for half of one. */
export function text(order) {
  const filled = SIDES.filter((side) => byId(`box-${side}`).value !== "");
  const box = typed();
  if (!box && filled.length) throw new Problem("The box needs four numbers, bottom below top and right of left.");
  return box && !byId("box").hidden ? order.map((side) => box[side]).join(",") : "";
}
