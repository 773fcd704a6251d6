"""What is shown of a slice: its display buffer through a window, and which window comes first."""

from __future__ import annotations

import threading
import tomllib
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from lungview import paths
from lungview.image.slice import Slice
from lungview.image.window import AS_STORED, VoiLutFunction, Window, automatic, by_table

# float32 keeps grey levels to 0.001 while center · 255 / width stays below this.
_PRECISE = 8192.0
_BAND = 1 << 18  # pixels windowed at a time: what lies between clip and scale stays in the processor's cache
_kept = threading.local()


def display(slice_: Slice, window: Window, *, inverted: bool = False) -> np.ndarray:
    """The display buffer of a slice, (rows, columns) or (rows, columns, 3) uint8, C-contiguous.

    inverted: turns the picture's own polarity round; MONOCHROME1 is already taken care of.
    Colour passes the window by. Equal to `to_uint8`, except that a value within 0.001 of the border between
    two grey levels may fall to either side of it.
    """
    if slice_.colour:
        return np.ascontiguousarray(255 - slice_.values if inverted else slice_.values)
    shown = _shown(slice_.values, window)
    return cv2.bitwise_not(shown) if inverted != slice_.inverted else shown


def _shown(values: np.ndarray, window: Window) -> np.ndarray:
    """`to_uint8`, several times faster: a clip and one multiply-add for ramps, a table for the rest."""
    low, width = _ramp_start(window), _ramp_width(window)
    if values.dtype != np.float32 or width <= 0 or abs(low) * 255.0 / width > _PRECISE:
        return by_table(values, window)
    scale = 255.0 / width
    shown = np.empty(values.shape, np.uint8)
    rows = max(_BAND // values.shape[1], 1)
    clipped = _room(min(rows, len(values)), values.shape[1])
    for top in range(0, len(values), rows):
        band = values[top : top + rows]
        np.clip(band, np.float32(low), np.float32(low + width), out=clipped[: len(band)])
        cv2.convertScaleAbs(clipped[: len(band)], shown[top : top + rows], scale, -low * scale)
    return shown


def _room(rows: int, columns: int) -> np.ndarray:
    """(rows, columns) float32 to work in, the same memory in every call of a thread.

    A megabyte asked for and given back with every frame can cost more than the window itself: the system then
    clears its pages anew.
    """
    kept: np.ndarray | None = getattr(_kept, "room", None)
    if kept is None or kept.size < rows * columns:
        kept = _kept.room = np.empty(rows * columns, np.float32)
    return kept[: rows * columns].reshape(rows, columns)


def _ramp_width(window: Window) -> float:
    """Modality units from black to white, 0 when it is a threshold or not a straight line."""
    if window.lut is not None or window.function is VoiLutFunction.SIGMOID:
        return 0.0
    return window.width - (window.function is VoiLutFunction.LINEAR)


def _ramp_start(window: Window) -> float:
    half = 0.5 if window.function is VoiLutFunction.LINEAR else 0.0
    return window.center - half - _ramp_width(window) / 2


def default_window(slice_: Slice) -> Window:
    """The window a slice is first shown with.

    In this order: the file's first window; its first VOI LUT; the first preset of its modality, when the
    values are in its unit; the range of an 8-bit picture; the 1st to 99th percentile without padding.
    """
    functions = [w for w in slice_.windows if w.lut is None]
    known = (*functions, *slice_.windows) or _preset(slice_)
    if known:
        return known[0]
    if slice_.colour or _is_8_bit(slice_):
        return AS_STORED
    values = slice_.values if slice_.padding is None else slice_.values[~slice_.padding]
    return automatic(values)


def _preset(slice_: Slice) -> tuple[Window, ...]:
    if slice_.instance.modality == "CT" and slice_.unit != "HU":
        return ()
    return presets(paths.resources() / "presets.toml").get(slice_.instance.modality, ())


def _is_8_bit(slice_: Slice) -> bool:
    """Whether it is a raster picture, windowed before it was saved: another window would falsify it."""
    if slice_.instance.modality or slice_.values.size == 0:
        return False
    low, high = (float(end.reduce(slice_.values, axis=None)) for end in (np.fmin, np.fmax))
    return low >= 0 and high <= 255


@lru_cache(maxsize=4)
def presets(path: Path) -> dict[str, tuple[Window, ...]]:
    """The presets of a TOML file, by modality: {"CT": (Window(...), ...)}."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    return {
        modality: tuple(Window(float(p["center"]), float(p["width"]), name=p["name"]) for p in rows)
        for modality, rows in tables.items()
    }
