"""LIDC nodules of patients that were not learnt from: which are called, by diameter and slice thickness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from lungview.intervals import wilson
from lungview.model.card import OperatingPoint
from lungview.nodules.detector import peaks, scores
from lungview.nodules.detector.planes import GRID_MM
from lungview.nodules.detector.tiles import STRIDE, TILE, Maps
from lungview.training.findings.measuring.crops import near
from lungview.training.findings.samples.lidc import Nodule
from lungview.training.findings.samples.sample import NODULE, Sample

SUSPICIOUS = 3.0  # mean rating of malignancy, 1 to 5: above it a reader would want it called
SIZES_MM = (4.0, 10.0, 20.0, 200.0)
THICKNESSES_MM = (0.0, 1.5, 3.0)  # bands end with their upper limit


@dataclass(frozen=True, slots=True)
class Scored:
    """A nodule that readers suspected. places: of each of its slices the highest score and extent, mm."""

    patient: str
    diameter_mm: float
    thickness_mm: float
    places: tuple[tuple[float, float], ...]

    def called(self, point: OperatingPoint) -> bool:
        return any(point.calls(score, extent) for score, extent in self.places)


def scored(nodules: Iterable[Nodule], network: Maps) -> list[Scored]:
    """The nodules that at least half of the readers marked and that they rated above SUSPICIOUS."""
    found = []
    for nodule in nodules:
        sure = [s for s in nodule.samples if s.radius_mm > 0]
        if sure and nodule.malignancy > SUSPICIOUS and np.isfinite(nodule.diameter_mm):
            places = tuple(highest(s, network) for s in sure)
            found.append(Scored(nodule.patient, nodule.diameter_mm, nodule.thickness_mm, places))
    return found


def highest(sample: Sample, network: Maps) -> tuple[float, float]:
    """The highest score, of both scales as in a search, within 5 mm of a sample's nodule; its extent, mm."""
    rows, columns = sample.labels.shape[0] // 2 * 2, sample.labels.shape[1] // 2 * 2
    below, right = 2 * TILE[0] - rows, 2 * TILE[1] - columns
    framed = cv2.copyMakeBorder(  # the coarse scale wants a field twice as wide: mirrored
        sample.picture[:rows, :columns], 0, below, 0, right, cv2.BORDER_REFLECT_101
    )
    everywhere = np.ones((TILE[0], TILE[1]), bool)
    found = scores.maps(framed.astype(np.float32) / 255, everywhere, network)[..., 0]
    part = found[: rows // STRIDE, : columns // STRIDE]
    score = part * near(sample.labels == NODULE, part.shape)
    row, column = np.unravel_index(int(score.argmax()), score.shape)
    at = 0, int(row), int(column)
    return float(score[at[1:]]), peaks.extent_mm(peaks.body_at(part[None], at), GRID_MM)


def by_size(found: Sequence[Scored], point: OperatingPoint) -> list[dict[str, object]]:
    """A row for each band of thickness and diameter that has a nodule: how many the operating point calls."""
    rows = []
    for thin, thick in pairwise(THICKNESSES_MM):
        for small, large in pairwise(SIZES_MM):
            own = [s for s in found if thin < s.thickness_mm <= thick and small <= s.diameter_mm < large]
            if own:
                rows.append({"thickness_mm": [thin, thick], "size_mm": [small, large], **_row(own, point)})
    return rows


def _row(own: Sequence[Scored], point: OperatingPoint) -> dict[str, object]:
    share = float(np.mean([s.called(point) for s in own]))
    return {
        "n": len(own),
        "patients": len({s.patient for s in own}),
        "sensitivity": round(share, 3),
        "ci95": [round(v, 3) for v in wilson(share, len({s.patient for s in own}))],
    }
