"""LIDC nodules of patients that were not learnt from: which are called, by diameter and slice thickness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from lungview.intervals import wilson
from lungview.nodules.detector import scores
from lungview.nodules.detector.tiles import STRIDE, TILE, Maps
from lungview.training.findings.measuring.crops import near
from lungview.training.findings.samples.lidc import Nodule
from lungview.training.findings.samples.sample import NODULE, Sample

SUSPICIOUS = 3.0  # mean rating of malignancy, 1 to 5: above it a reader would want it called
SIZES_MM = (4.0, 10.0, 20.0, 200.0)
THICKNESSES_MM = (0.0, 1.5, 3.0)  # bands end with their upper limit


@dataclass(frozen=True, slots=True)
class Scored:
    """One nodule that readers suspected, and its highest score on any of its slices."""

    patient: str
    diameter_mm: float
    thickness_mm: float
    score: float


def scored(nodules: Iterable[Nodule], network: Maps) -> list[Scored]:
    """The nodules that at least half of the readers marked and that they rated above SUSPICIOUS."""
    found = []
    for nodule in nodules:
        sure = [s for s in nodule.samples if s.radius_mm > 0]
        if sure and nodule.malignancy > SUSPICIOUS and np.isfinite(nodule.diameter_mm):
            highest = max(score(s, network) for s in sure)
            found.append(Scored(nodule.patient, nodule.diameter_mm, nodule.thickness_mm, highest))
    return found


def score(sample: Sample, network: Maps) -> float:
    """The highest score, of both scales as in a search, within 5 mm of a sample's nodule."""
    rows, columns = sample.labels.shape[0] // 2 * 2, sample.labels.shape[1] // 2 * 2
    below, right = 2 * TILE[0] - rows, 2 * TILE[1] - columns
    framed = cv2.copyMakeBorder(  # the coarse scale wants a field twice as wide: mirrored
        sample.picture[:rows, :columns], 0, below, 0, right, cv2.BORDER_REFLECT_101
    )
    everywhere = np.ones((TILE[0], TILE[1]), bool)
    found = scores.maps(framed.astype(np.float32) / 255, everywhere, network)[..., 0]
    part = found[: rows // STRIDE, : columns // STRIDE]
    return float(part[near(sample.labels == NODULE, part.shape)].max(initial=0.0))


def by_size(found: Sequence[Scored], threshold: float) -> list[dict[str, object]]:
    """A row for each band of thickness and diameter that has a nodule: how many score `threshold` or more."""
    rows = []
    for thin, thick in pairwise(THICKNESSES_MM):
        for small, large in pairwise(SIZES_MM):
            own = [s for s in found if thin < s.thickness_mm <= thick and small <= s.diameter_mm < large]
            if own:
                rows.append(
                    {"thickness_mm": [thin, thick], "size_mm": [small, large], **_row(own, threshold)}
                )
    return rows


def _row(own: Sequence[Scored], threshold: float) -> dict[str, object]:
    share = float(np.mean([s.score >= threshold for s in own]))
    return {
        "n": len(own),
        "patients": len({s.patient for s in own}),
        "sensitivity": round(share, 3),
        "ci95": [round(v, 3) for v in wilson(share, len({s.patient for s in own}))],
    }
