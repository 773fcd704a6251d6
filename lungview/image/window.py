"""Window: from modality values to display values, as PS3.3 C.11.2 has it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np


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
AS_STORED = Window(128.0, 256.0, name="As stored")  # 0…255 to 0…255
_WHOLE = float(1 << 24)  # beyond, not every whole number is one of float32
_FEW = 32.0  # modality units in which the one unit more of a LINEAR window would be seen


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
