"""What the findings network is worth: on series with boxed tumours, within each patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lungview.lung.lungs import lungs
from lungview.model.card import OperatingPoint
from lungview.nodules.detector.candidate import Candidate
from lungview.nodules.detector.candidates import Search
from lungview.nodules.detector.tiles import Maps
from lungview.study.volume import Volume
from lungview.training.findings.samples.scans import Box, Scan
from lungview.training.measure import metrics

SLACK_MM = 5.0  # around a box: its edge is where readers differ
_LUNG_SHARE = 0.01  # of a slice's pixels: a lung slice


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The search of one scan, whose voxels it may lack by then.

    scores, lung: of every slice. best: each slice's own candidates, best first.
    """

    scan: Scan
    scores: np.ndarray
    lung: np.ndarray
    candidates: tuple[Candidate, ...]
    best: dict[int, tuple[Candidate, ...]]

    @property
    def tumour(self) -> np.ndarray:
        """bool of every slice: it has a box."""
        return np.array([k in self.scan.boxes for k in range(len(self.scores))])


def answer(scan: Scan, network: Maps) -> Answer:
    """Search a scan inside its lungs; slices with a box once more, each for itself.

    Raises InputError where there is no lung.
    """
    mask = lung_mask(scan)
    search = Search(scan.hounsfield, scan.spacing_mm, mask, network)
    for _ in search:
        pass
    best = {}
    for k in scan.boxes:
        one = search.on_slice(k)
        if one is not None:
            best[k] = one
    lung = mask.mean(axis=(1, 2)) >= _LUNG_SHARE
    return Answer(scan, np.array(search.slice_scores()), lung, search.candidates(), best)


def lung_mask(scan: Scan) -> np.ndarray:
    """bool (slices, rows, columns). Raises InputError where there is no lung."""
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    volume = Volume(scan.hounsfield, scan.spacing_mm, (0.0, 0.0, 0.0), axes)
    return np.asarray(lungs(volume).values > 0)


def within_patient(found: Answer) -> float:
    """AUC of the scan's lung slices, those with a box against those without."""
    lung = found.lung | found.tumour
    return metrics.auc(found.scores[lung], found.tumour[lung])


def rank(found: Answer) -> int:
    """Which candidate of the scan, from 1, is the first in a tumour's box; 0 for none of them."""
    hits = (k + 1 for k, c in enumerate(found.candidates) if _in_tumour(c, found.scan))
    return next(hits, 0)


def hits(found: Answer, among: int) -> int:
    """Tumour slices of which one of the best `among` candidates lies in the box."""
    spacing = found.scan.spacing_mm
    return sum(
        any(in_box(c, found.scan.boxes[k], spacing) for c in cs[:among]) for k, cs in found.best.items()
    )


def in_box(candidate: Candidate, box: Box, spacing_mm: tuple[float, float, float]) -> bool:
    """Whether a candidate's place lies in the box or within 5 mm of it."""
    down, right = SLACK_MM / spacing_mm[1], SLACK_MM / spacing_mm[2]
    x0, y0, x1, y1 = box
    return x0 - right <= candidate.column <= x1 + right and y0 - down <= candidate.row <= y1 + down


def _in_tumour(candidate: Candidate, scan: Scan) -> bool:
    near = [k for k in scan.boxes if candidate.first_slice <= k <= candidate.last_slice]
    return any(in_box(candidate, scan.boxes[k], scan.spacing_mm) for k in near)


def figures(
    found: Sequence[Answer], point: OperatingPoint | None = None, draws: int = 1000
) -> dict[str, object]:
    """The figures of all scans together; intervals by patient.

    point: what is called; without one, what reaches the threshold that finds 80 % of the tumour slices.
    """
    boxed = [a for a in found if a.scan.boxes]
    areas = np.array([within_patient(a) for a in boxed])
    tumour = np.concatenate([a.scores[a.tumour] for a in boxed])
    threshold = float(np.quantile(tumour, 0.2)) if tumour.size else float("nan")
    return {
        "patients": len(boxed),
        "tumour_slices": int(tumour.size),
        "other_slices": int(sum((a.lung & ~a.tumour).sum() for a in boxed)),
        "within_patient_auc": float(areas.mean()),
        "ci95": list(_interval(areas, draws)),
        "lowest": float(areas.min()),
        "by_patient": {a.scan.patient: round(float(v), 3) for a, v in zip(boxed, areas, strict=True)},
        "rank": {a.scan.patient: rank(a) for a in boxed},
        "best_in_box": _share(boxed, 1),
        "three_in_box": _share(boxed, 3),
        "threshold": threshold,
        "called": {a.scan.patient: called(a, point or OperatingPoint(threshold)) for a in found},
    }


def called(found: Answer, point: OperatingPoint) -> dict[str, float]:
    """At an operating point: the share of lung slices without a box, and the candidates, that are called."""
    own = called_candidates(found, point)
    other = called_slices(found, point)[found.lung & ~found.tumour]
    return {"slices": round(float(other.mean()), 3) if other.size else 0.0, "candidates": len(own)}


def called_candidates(found: Answer, point: OperatingPoint) -> list[Candidate]:
    return [c for c in found.candidates if point.calls(c.score, c.extent_mm)]


def called_slices(found: Answer, point: OperatingPoint) -> np.ndarray:
    """bool of every slice: its score reaches the threshold, or a small candidate called reaches over it."""
    slices = np.asarray(found.scores >= point.threshold)
    for candidate in called_candidates(found, point):
        if candidate.score < point.threshold:
            slices[candidate.first_slice : candidate.last_slice + 1] = True
    return slices


def _share(boxed: Sequence[Answer], among: int) -> float:
    return sum(hits(a, among) for a in boxed) / max(1, sum(len(a.best) for a in boxed))


def _interval(values: np.ndarray, draws: int) -> tuple[float, float]:
    random = np.random.default_rng(0)
    means = values[random.integers(len(values), size=(draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return round(float(low), 3), round(float(high), 3)
