"""Modality LUT: from stored values to modality values (HU for CT), PS3.3 C.11.1."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

# float32 holds every whole number up to here exactly.
_EXACT = 1 << 24


@dataclass(frozen=True, slots=True)
class ModalityLut:
    """What the file says turns stored values into modality values.

    slope, intercept: (0028,1053), (0028,1052); 1 and 0 when the file has none.
    table: (n,) of a Modality LUT Sequence (0028,3000), which then replaces slope and intercept; read-only.
    first: the stored value that maps to table[0].
    unit: "HU", the file's own rescale type, or "" when not known.
    """

    slope: float = 1.0
    intercept: float = 0.0
    table: np.ndarray | None = field(default=None, repr=False, compare=False)
    first: int = 0
    unit: str = ""

    @property
    def identity(self) -> bool:
        """Whether modality values are the stored ones."""
        return self.table is None and self.slope == 1.0 and self.intercept == 0.0

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Modality values, float32, of stored values of any shape; rounded once, from float64."""
        if self.table is not None:
            return self._by_table(self.table, pixels)
        if self.identity:
            return pixels.astype(np.float32)
        if self._exact(pixels.dtype):
            values = pixels.astype(np.float32)
            values *= np.float32(self.slope)
            values += np.float32(self.intercept)
            return values
        return (pixels.astype(np.float64) * self.slope + self.intercept).astype(np.float32)

    def _by_table(self, table: np.ndarray, pixels: np.ndarray) -> np.ndarray:
        whole = pixels if pixels.dtype.kind != "f" else np.nan_to_num(pixels)
        index = np.clip(whole.astype(np.int64) - self.first, 0, len(table) - 1)
        found: np.ndarray = table[index].astype(np.float32)
        if pixels.dtype.kind == "f":
            found[np.isnan(pixels)] = np.nan
        return found

    def _exact(self, dtype: np.dtype) -> bool:
        """Whether float32 arithmetic gives the same bits as float64 rounded at the end."""
        if dtype.kind not in "iu" or dtype.itemsize > 2:
            return False
        whole = self.slope.is_integer() and self.intercept.is_integer()
        return whole and 65536 * abs(self.slope) + abs(self.intercept) < _EXACT
