// Window center and width to grey levels, as PS3.3 C.11.2 has it.

export const PRESETS = [
  { name: "Lung", center: -600, width: 1500, function: "LINEAR" },
  { name: "Mediastinum", center: 40, width: 400, function: "LINEAR" },
  { name: "Bone", center: 350, width: 2000, function: "LINEAR" },
];

/** The grey level, 0…255, of a modality value. */
export function level(value, window) {
  const { center, width } = window;
  let y;
  if (window.function === "SIGMOID") y = 1 / (1 + Math.exp((-4 * (value - center)) / width));
  else if (window.function === "LINEAR_EXACT") y = (value - center) / width + 0.5;
  else if (width <= 1) y = value > center - 0.5 ? 1 : 0;
  else y = (value - (center - 0.5)) / (width - 1) + 0.5;
  return Math.round(255 * Math.min(Math.max(Number.isNaN(y) ? 0 : y, 0), 1));
}

/** Paint a slice into ImageData of its size. */
export function paint(slice, window, image) {
  const { kind, inverted } = slice.about;
  const out = new Uint32Array(image.data.buffer); // RGBA, little-endian
  const grey = (v) => 0xff000000 | (v << 16) | (v << 8) | v;
  if (kind === "rgb") {
    for (let i = 0, j = 0; i < out.length; i += 1, j += 3) {
      out[i] = 0xff000000 | (slice.pixels[j + 2] << 16) | (slice.pixels[j + 1] << 8) | slice.pixels[j];
    }
  } else if (kind === "shown") {
    for (let i = 0; i < out.length; i += 1) out[i] = grey(slice.pixels[i]);
  } else {
    const shade = kind === "int16" ? table(window, inverted) : (v) => shadeOf(v, window, inverted);
    if (kind === "int16") for (let i = 0; i < out.length; i += 1) out[i] = shade[slice.pixels[i] + 32768];
    else for (let i = 0; i < out.length; i += 1) out[i] = grey(shade(slice.pixels[i]));
  }
}

function shadeOf(value, window, inverted) {
  const found = level(value, window);
  return inverted ? 255 - found : found;
}

let kept = { key: "", values: null };

function table(window, inverted) {
  const key = `${window.center} ${window.width} ${window.function} ${inverted}`;
  if (kept.key !== key) {
    const values = new Uint32Array(65536);
    for (let v = -32768; v < 32768; v += 1) {
      const found = shadeOf(v, window, inverted);
      values[v + 32768] = (0xff000000 | (found << 16) | (found << 8) | found) >>> 0;
    }
    kept = { key, values };
  }
  return kept.values;
}
