"""AVI with Motion JPEG: a format that slides and players know, and that needs no encoder under the GPL.

RIFF as in Microsoft's AVI RIFF File Reference; every frame is a JPEG of its own: any can be jumped to.
"""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np

from lungview.errors import ReportError
from lungview.report.film.stream import Stream

QUALITY = 92
MOST_BYTES = 2**31 - 2**20  # players read sizes as signed 32-bit numbers
_HEADER = 4 + 4 + 4 + (8 + 4 + 64 + 8 + 4 + 64 + 48) + 12  # up to and with the name of the list of frames
_KEY_FRAME, _HAS_INDEX = 0x10, 0x10


class AviFilm:
    """One film. frames a second: any above 0."""

    def __init__(self, path: Path, rate: float) -> None:
        self._stream, self._rate = Stream(path), rate
        self._sizes: list[int] = []
        self._shape: tuple[int, int] | None = None
        self._bytes = 0

    def add(self, pixels: np.ndarray) -> None:
        even = _even(pixels)
        rows, columns = even.shape[:2]
        if self._shape is None:
            self._shape = rows, columns
            self._stream.write(bytes(_HEADER))  # its place; the numbers are known at the end
        elif self._shape != (rows, columns):
            raise ReportError(f"expected frames of {self._shape}, found one of {(rows, columns)}")
        done, code = cv2.imencode(".jpg", even[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
        if not done:
            raise ReportError("a frame cannot be written as JPEG")
        self._put(code.tobytes())

    def _put(self, code: bytes) -> None:
        padded = code + bytes(len(code) % 2)
        if self._bytes + len(padded) + 8 > MOST_BYTES:
            raise ReportError(f"expected a film below 2 GB, found more after {len(self._sizes)} frames")
        self._stream.write(b"00dc" + struct.pack("<I", len(code)) + padded)
        self._bytes += len(padded) + 8
        self._sizes.append(len(code))

    def close(self) -> Path:
        if self._shape is None:
            raise ReportError("expected a frame at least, found none", self._stream.path)
        index = _index(self._sizes)
        self._stream.write(index)
        self._stream.write_at(0, _header(self._shape, self._rate, self._sizes, self._bytes, len(index)))
        return self._stream.close()

    def abort(self) -> None:
        self._stream.abort()


def _even(pixels: np.ndarray) -> np.ndarray:
    """With a black row or column more where there is an odd number: some players take no other."""
    rows, columns = pixels.shape[:2]
    return np.pad(pixels, ((0, rows % 2), (0, columns % 2), (0, 0)))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data


def _header(shape: tuple[int, int], rate: float, sizes: list[int], frames_bytes: int, index: int) -> bytes:
    rows, columns = shape
    count, largest, a_second = len(sizes), max(sizes), round(rate * 1000)
    main = struct.pack(
        "<10I16x",
        round(1e6 / rate),
        round(largest * rate),
        0,
        _HAS_INDEX,
        count,
        0,
        1,
        largest,
        columns,
        rows,
    )
    stream = b"vidsMJPG" + struct.pack(
        "<IHHIIIIIIII4H", 0, 0, 0, 0, 1000, a_second, 0, count, largest, 0xFFFFFFFF, 0, 0, 0, columns, rows
    )
    bitmap = struct.pack("<IiiHH4sIiiII", 40, columns, rows, 1, 24, b"MJPG", rows * columns * 3, 0, 0, 0, 0)
    streams = _chunk(b"LIST", b"strl" + _chunk(b"strh", stream) + _chunk(b"strf", bitmap))
    heads = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", main) + streams)
    frames = b"LIST" + struct.pack("<I", 4 + frames_bytes) + b"movi"
    whole = 4 + len(heads) + len(frames) + frames_bytes + index
    return b"RIFF" + struct.pack("<I", whole) + b"AVI " + heads + frames


def _index(sizes: list[int]) -> bytes:
    """idx1: of each frame where it begins, counted from the name of the list of frames."""
    entries, offset = [], 4
    for size in sizes:
        entries.append(b"00dc" + struct.pack("<III", _KEY_FRAME, offset, size))
        offset += 8 + size + size % 2
    return _chunk(b"idx1", b"".join(entries))
