"""Window: from modality values to display values, as PS3.3 C.11.2 has it, and which window comes first."""

from __future__ import annotations

import hashlib
import math
import threading
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from lungview import paths

if TYPE_CHECKING:
    from lungview.image.slice import Slice


class VoiLutFunction(StrEnum):
    """(0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class VoiLut:
    """A VOI LUT Sequence item (PS3.3 C.11.2.1.1).

    first: the modality value that maps to table[0]; below it table[0], past the end table[-1].
    table: (n,) uint16, read-only. bits: meaningful bits of an entry, 8 to 16. digest: of the table, which
    tells two of a file apart that have no names.
    """

    first: int
    table: np.ndarray = field(repr=False, compare=False)
    bits: int
    digest: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = hashlib.blake2b(self.table.tobytes(), digest_size=16).digest()
        object.__setattr__(self, "digest", found)


@dataclass(frozen=True, slots=True)
class Window:
    """Window center and width in modality units (HU for CT).

    width: at least 1 for LINEAR (1 is a threshold, C.11.2.1.2.1 note 5), above 0 otherwise.
    name: the file's or the preset's word for it. lut: set for a VOI LUT, which then replaces the function.
    """

    center: float
    width: float
    function: VoiLutFunction = VoiLutFunction.LINEAR
    name: str = ""
    lut: VoiLut | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width)):
            raise ValueError(f"window center and width must be finite, not {self.center}, {self.width}")
        least = 1.0 if self.function is VoiLutFunction.LINEAR else 0.0
        if self.width < least or self.width == 0:
            raise ValueError(f"{self.function} window width must be ≥ 1 (LINEAR) or > 0, not {self.width}")


LUNG = Window(-600.0, 1500.0, name="Lung")
MEDIASTINUM = Window(40.0, 400.0, name="Mediastinum")
BONE = Window(350.0, 2000.0, name="Bone")
# float32 keeps grey levels to 0.001 while center · 255 / width stays below this.
_PRECISE = 8192.0
_WHOLE = float(1 << 24)  # beyond, not every whole number is one of float32
_FEW = 32.0  # modality units in which the one unit more of a LINEAR window would be seen
_BAND = 1 << 18  # pixels windowed at a time: what lies between clip and scale stays in the processor's cache
_kept = threading.local()
AS_STORED = Window(128.0, 256.0, name="As stored")  # 0…255 to 0…255


def apply_window(values: np.ndarray, window: Window) -> np.ndarray:
    """Map modality values to display values.

    values: any shape, modality units. Returns float32 of the same shape in [0, 1]; 0 is the darkest.
    PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.1 (SIGMOID), C.11.2.1.3.2 (LINEAR_EXACT), C.11.2.1.1 (VOI LUT).
    """
    x = np.asarray(values, dtype=np.float64)
    if window.lut is not None:
        return _apply_lut(x, window.lut)
    c, w = window.center, window.width
    if window.function is VoiLutFunction.SIGMOID:
        y = 1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - c) / w, -700, 700)))
    elif window.function is VoiLutFunction.LINEAR_EXACT:
        y = (x - c) / w + 0.5
    elif w == 1.0:
        # C.11.2.1.2.1 note 5: a width of 1 is a threshold at center - 0.5
        y = (x > c - 0.5).astype(np.float64)
    else:
        y = (x - (c - 0.5)) / (w - 1.0) + 0.5
    return np.asarray(np.clip(y, 0.0, 1.0), dtype=np.float32)


def _apply_lut(x: np.ndarray, lut: VoiLut) -> np.ndarray:
    known = np.nan_to_num(x, nan=lut.first)
    index = np.clip(np.rint(known) - lut.first, 0, len(lut.table) - 1).astype(np.intp)
    shown = np.asarray(lut.table[index] / float((1 << lut.bits) - 1), dtype=np.float32)
    shown[np.isnan(x)] = np.nan
    return shown


def to_uint8(values: np.ndarray, window: Window, *, inverted: bool = False) -> np.ndarray:
    """Map modality values to 8-bit display values, rounded to nearest; NaN is 0; inverted last."""
    shown: np.ndarray = np.rint(np.nan_to_num(apply_window(values, window)) * 255.0).astype(np.uint8)
    return 255 - shown if inverted else shown


def by_table(values: np.ndarray, window: Window) -> np.ndarray:
    """`to_uint8`, bit for bit: of whole numbers by a table of their range, of others by the formula."""
    if values.size == 0 or not np.array_equal(np.rint(values), values):
        return to_uint8(values, window)
    low, high = float(values.min()), float(values.max())
    if high - low > 65535 or max(abs(low), abs(high)) > _WHOLE:
        return to_uint8(values, window)
    table = to_uint8(np.arange(low, high + 1), window)
    return np.take(table, (values - np.float32(low)).astype(np.uint16))


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


def automatic(values: np.ndarray) -> Window:
    """A window over the 1st to the 99th percentile of the finite values.

    LINEAR and at least 1 wide; for fractions of a small range LINEAR_EXACT, and as narrow as that.
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return Window(0.0, 1.0, name="Auto")
    low, high = (float(v) for v in np.percentile(finite, (1, 99)))
    if high - low < _FEW and not np.array_equal(np.rint(finite), finite):
        return Window((low + high) / 2, (high - low) or 1.0, VoiLutFunction.LINEAR_EXACT, name="Auto")
    return Window((low + high) / 2 + 0.5, max(high - low + 1.0, 1.0), name="Auto")
