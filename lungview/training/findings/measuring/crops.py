"""LIDC crops of patients that were not learnt from: how many nodules are found at how many false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lungview.nodules.detector import peaks
from lungview.nodules.detector.tiles import STRIDE, TILE, Maps
from lungview.training.findings.samples.sample import NODULE, UNKNOWN, Sample

LEAST_MM = 4.0  # diameter of a nodule that counts
RATES = (1.0, 0.125)  # false candidates a crop
_SLACK = 7  # pixels of the picture around a mask, about 5 mm
_MOST = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """One crop: the best score in its nodule, None where none counts, and the scores elsewhere."""

    patient: str
    nodule: float | None
    elsewhere: tuple[float, ...]


def marked(samples: Sequence[Sample], network: Maps) -> list[Marked]:
    """What the network, by P(nodule) at the fine scale, finds on each crop."""
    return [_marked(s, network) for s in samples]


def sensitivity(found: Sequence[Marked], rate: float) -> float:
    """The share of nodules found at the threshold with `rate` false candidates a crop; nan without any."""
    false = np.sort([v for m in found for v in m.elsewhere])[::-1]
    allowed = int(rate * len(found))
    threshold = float(false[allowed]) if allowed < len(false) else 0.0
    scores = np.array([m.nodule for m in found if m.nodule is not None])
    return float((scores > threshold).mean()) if scores.size else float("nan")


def figures(found: Sequence[Marked], draws: int = 200) -> dict[str, object]:
    """Sensitivities at RATES, with intervals by patient."""
    patients = sorted({m.patient for m in found})
    of = {p: [m for m in found if m.patient == p] for p in patients}
    random = np.random.default_rng(0)
    drawn = [[m for p in random.choice(patients, len(patients)) for m in of[p]] for _ in range(draws)]
    result: dict[str, object] = {
        "crops": len(found),
        "patients": len(patients),
        "nodule_slices": sum(m.nodule is not None for m in found),
    }
    for rate in RATES:
        low, high = np.quantile([sensitivity(d, rate) for d in drawn], (0.025, 0.975))
        result[f"sensitivity_at_{rate:g}"] = round(sensitivity(found, rate), 4)
        result[f"ci95_at_{rate:g}"] = [round(float(low), 4), round(float(high), 4)]
    return result


def _marked(sample: Sample, network: Maps) -> Marked:
    score = _score(sample.picture, network)
    own = near(sample.labels == NODULE, score.shape)
    doubtful = near(sample.labels == UNKNOWN, score.shape) | own
    found = list(peaks.peaks(score[None], 0.005, _MOST))
    counts = 2 * sample.radius_mm >= LEAST_MM
    inside = [p.score for p in found if own[p.place[1:]]]
    elsewhere = tuple(p.score for p in found if not doubtful[p.place[1:]])
    return Marked(sample.group, max(inside, default=0.0) if counts else None, elsewhere)


def _score(picture: np.ndarray, network: Maps) -> np.ndarray:
    """float32 P(nodule) of a crop no larger than a tile; beyond its border its last pixels go on.

    Mirrored there, a vessel that the border cuts is a blob: a false candidate that no whole slice has.
    """
    rows, columns = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    below, right = TILE[0] - rows, TILE[1] - columns
    framed = cv2.copyMakeBorder(picture[:rows, :columns], 0, below, 0, right, cv2.BORDER_REPLICATE)
    maps = network(framed.astype(np.float32) / 255)[: rows // STRIDE, : columns // STRIDE, 0]
    return np.asarray(cv2.GaussianBlur(maps, (0, 0), 0.7))


def near(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A mask of the picture with 5 mm around it, in pixels of the maps: bool of that shape."""
    wide = cv2.dilate(mask.astype(np.uint8), np.ones((2 * _SLACK + 1,) * 2, np.uint8))
    return np.asarray(cv2.resize(wide, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST) > 0)
