"""Candidate: a place that may be a nodule or a mass, joined over the slices it was seen on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where, how likely, how far it reaches.

    slice, row, column: of the highest score; slice counts from 0, row and column are px of the slice, whole
    numbers at the middle of a pixel. score: P(nodule) x malignancy, in [0, 1], what candidates are ordered
    by. nodule_probability, malignancy: in [0, 1], there. first_slice, last_slice, box: where the score is
    at least half of its highest; box: x0, y0, x1, y1 px, of all these slices together. slice_scores: the
    highest score on each slice looked at between them. extent_mm: across a disc as large as that place on
    the slice where it is widest.
    """

    slice: int
    row: float
    column: float
    score: float
    nodule_probability: float
    malignancy: float
    first_slice: int
    last_slice: int
    box: tuple[float, float, float, float]
    slice_scores: tuple[tuple[int, float], ...]
    extent_mm: float = 0.0
