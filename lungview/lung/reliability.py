"""Whether the lungs of a scan may be told in numbers, or why not."""

from __future__ import annotations

import numpy as np

from lungview.lung.technique import Technique

THICKEST_MM = 3.0  # in thicker slices air and tissue are averaged: less of the lung is below −950 HU
_CUT_MM2 = 100.0  # of lung on an edge of the picture


def reasons(
    labels: np.ndarray, mm: tuple[float, float, float], technique: Technique, notes: tuple[str, ...]
) -> tuple[str, ...]:
    """Why not, a sentence each; empty where they may.

    labels: (slices, rows, columns), 0 no lung, in the patient's axes. mm: their spacing. notes: of the mask,
    what of the lungs is missing.
    """
    thick = f"slices {technique.slice_mm:.3g} mm thick or apart: at most {THICKEST_MM:.0f} mm are expected"
    cut = "the lungs reach the edge of the picture: part of them is not in it"
    return (
        *notes,
        *((thick,) if technique.slice_mm > THICKEST_MM else ()),
        *((cut,) if _cut(labels, mm) else ()),
    )


def _cut(labels: np.ndarray, mm: tuple[float, float, float]) -> bool:
    """Whether lung lies on the first or last row or column."""
    on_rows = max(np.count_nonzero(labels[:, end]) for end in (0, -1)) * mm[0] * mm[2]
    on_columns = max(np.count_nonzero(labels[:, :, end]) for end in (0, -1)) * mm[0] * mm[1]
    return bool(max(on_rows, on_columns) > _CUT_MM2)
