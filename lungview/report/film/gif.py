"""GIF that repeats: a frame at a time is brought to its own 256 colours and written."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from PIL import GifImagePlugin, Image

from lungview.errors import ReportError
from lungview.report.film.stream import Stream

_FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"  # the application extension that browsers know
_LEAST_MS = 20  # players take what is quicker for something slow


class GifFilm:
    """One film. Frames stand for whole hundredths of a second, 0.02 s at least."""

    def __init__(self, path: Path, rate: float) -> None:
        self._stream = Stream(path)
        self._duration = max(round(100 / rate) * 10, _LEAST_MS)
        self._shape: tuple[int, int] | None = None

    def add(self, pixels: np.ndarray) -> None:
        rows, columns = pixels.shape[:2]
        if self._shape is None:
            self._shape = rows, columns
            self._stream.write(b"GIF89a" + struct.pack("<HHBBB", columns, rows, 0x70, 0, 0) + _FOR_EVER)
        elif self._shape != (rows, columns):
            raise ReportError(f"expected frames of {self._shape}, found one of {(rows, columns)}")
        few = Image.fromarray(pixels).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        blocks = GifImagePlugin.getdata(few, duration=self._duration, include_color_table=True)
        self._stream.write(b"".join(blocks))

    def close(self) -> Path:
        if self._shape is None:
            raise ReportError("expected a frame at least, found none", self._stream.path)
        self._stream.write(b";")
        return self._stream.close()

    def abort(self) -> None:
        self._stream.abort()
