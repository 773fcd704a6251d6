"""What of the lungs a scan has, and so what may be said of them: decided here, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.lung.technique import Technique

THICKEST_MM = 3.0  # in thicker slices air and tissue are averaged: less of the lung is below −950 HU
_CUT_MM2 = 100.0  # of lung on an edge of the picture


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is missing for lungs that are told in numbers and compared, a sentence each.

    cut: where lung goes on beyond the scan: its volumes are those in the scan, its densities those of the
    part that was scanned. absent: a lung that was not found. thick: of slices too thick; "" of thin ones.
    unknown: why nobody can tell. None of the first three has a default: `WHOLE` and `UNKNOWN` are said.
    What is measured may be told with `mark` beside it; thirds, change over time and emphysema as an input of
    a risk formula only where there are no `reasons`.
    """

    cut: tuple[str, ...]
    absent: tuple[str, ...]
    thick: str
    unknown: str = ""

    @property
    def complete(self) -> bool:
        """Whether both lungs are in the scan from end to end."""
        return not (self.cut or self.absent or self.unknown)

    @property
    def extent(self) -> str:
        """In one word: complete, partial or unknown."""
        return "unknown" if self.unknown else "complete" if self.complete else "partial"

    @property
    def of_scan(self) -> bool:
        """Whether a volume is to be called that of the lung in the scan, and not that of a lung."""
        return bool(self.cut or self.unknown)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why neither thirds nor change over time nor emphysema are told; empty where they are."""
        return (*self.cut, *self.absent, *(each for each in (self.thick, self.unknown) if each))

    @property
    def mark(self) -> tuple[str, ...]:
        """What must stand beside the densities; empty where nothing must."""
        return (
            *(("of the part scanned, not comparable with whole lungs",) if self.cut else ()),
            *(("of one lung, not comparable with both",) if self.absent else ()),
            *(("of thick slices, not comparable with thin ones",) if self.thick else ()),
            *(("of lungs that may be cut off, not comparable with whole ones",) if self.unknown else ()),
        )


WHOLE = Coverage((), (), "")
UNKNOWN = Coverage((), (), "", "nobody has looked whether both lungs are in the scan")


def coverage(
    labels: np.ndarray,
    mm: tuple[float, float, float],
    technique: Technique,
    cut: Sequence[str],
    absent: Sequence[str],
) -> Coverage:
    """Of a scan whose lungs were found.

    labels: (slices, rows, columns), 0 no lung, in the patient's axes. mm: their spacing. cut, absent: what
    the mask says of lungs that go on beyond the scan, and of those that are not there.
    """
    thick = f"slices {technique.slice_mm:.3g} mm thick or apart: at most {THICKEST_MM:.0f} mm are expected"
    beside = "the lungs reach the edge of the picture: part of them is not in it"
    return Coverage(
        (*cut, *((beside,) if _reaches_edge(labels, mm) else ())),
        tuple(absent),
        thick if technique.slice_mm > THICKEST_MM else "",
    )


def _reaches_edge(labels: np.ndarray, mm: tuple[float, float, float]) -> bool:
    """Whether lung lies on the first or last row or column."""
    on_rows = max(np.count_nonzero(labels[:, end]) for end in (0, -1)) * mm[0] * mm[2]
    on_columns = max(np.count_nonzero(labels[:, :, end]) for end in (0, -1)) * mm[0] * mm[1]
    return bool(max(on_rows, on_columns) > _CUT_MM2)
