// The series that the server sent, with the slices of each and what was left out.

import { records } from "./records.js";

/** All of an answer: {series: [{…, slices}], failures}. progress: called with a sentence now and then. */
export async function collect(response, progress) {
  const failures = [];
  let series = [];
  let total = null;
  let done = 0;
  for await (const { about, pixels } of records(response)) {
    if (total === null) {
      series = about.series.map((one) => ({ ...one, slices: [] }));
      total = about.pictures;
      continue;
    }
    done += 1;
    if (about.error) failures.push(about);
    else series[about.series].slices.push({ about, pixels });
    if (done % 10 === 0) progress(`Reading… ${done} of ${total}`);
  }
  return { series: series.filter((one) => one.slices.length), failures };
}

/** "CT chest, 30 pictures". */
export function title(one) {
  const name = [one.modality, one.description].filter(Boolean).join(" ") || "Pictures";
  return `${name}, ${count(one.slices.length)}`;
}

/** "CT, 30 pictures. What is odd about it." */
export function state(one) {
  const said = [one.modality, count(one.slices.length)].filter(Boolean).join(", ");
  return [`${said}.`, ...one.warnings].join(" ");
}

const count = (n) => (n === 1 ? "1 picture" : `${n} pictures`);
