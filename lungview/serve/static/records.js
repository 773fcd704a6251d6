// The body of /pictures: records of a length, a JSON object, and the pixels that its `bytes` says.

import { Problem } from "./api.js";

/** Every record as it arrives: the head, then {about, pixels}. */
export async function* records(response) {
  const stream = new Bytes(response.body.getReader());
  for (;;) {
    const length = await stream.take(4);
    if (!length) return;
    const text = await stream.take(new DataView(length).getUint32(0, true));
    const about = JSON.parse(new TextDecoder().decode(text ?? cut()));
    const pixels = about.bytes ? (await stream.take(about.bytes)) ?? cut() : null;
    yield { about, pixels: pixels && typed(about.kind, pixels) };
  }
}

function cut() {
  throw new Problem("The server stopped in the middle of its answer. Open the files again.");
}

function typed(kind, buffer) {
  if (kind === "int16") return new Int16Array(buffer);
  if (kind === "float32") return new Float32Array(buffer);
  return new Uint8Array(buffer);
}

/** Bytes of a stream by count, whatever pieces they come in. */
class Bytes {
  constructor(reader) {
    this.reader = reader;
    this.piece = new Uint8Array(0);
  }

  /** An ArrayBuffer of so many bytes; null where the stream is at its end. */
  async take(count) {
    const whole = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      if (!this.piece.length && !(await this.#next())) return filled ? cut() : null;
      const part = this.piece.subarray(0, count - filled);
      whole.set(part, filled);
      filled += part.length;
      this.piece = this.piece.subarray(part.length);
    }
    return whole.buffer;
  }

  async #next() {
    let read;
    try {
      read = await this.reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      return cut();
    }
    this.piece = read.value ?? this.piece;
    return !read.done;
  }
}
