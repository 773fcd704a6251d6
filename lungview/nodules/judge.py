"""Judge: how likely an outlined nodule is malignant, from its descriptors; coefficients are data.

A logistic regression fitted to readers' ratings, calibrated on patients it had not seen. Where the measures
hardly separate (above 10 mm) it answers with a band.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import ModelError, WeightsError
from lungview.model.card import MALIGNANCY
from lungview.model.registry import Entry
from lungview.nodules.descriptors import descriptors
from lungview.nodules.outlining.nodule import Nodule

SURE_BELOW_MM = 10.0
_BANDS = ((0.2, "low"), (0.5, "intermediate"), (1.01, "high"))


@dataclass(frozen=True, slots=True)
class Opinion:
    """probability: of a rating of 4 or 5 against 1 or 2, in [0, 1]. band: low, intermediate or high.

    exact: whether the probability itself may be told; where not, the band is the answer.
    """

    probability: float
    band: str
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Coefficients by descriptor. low, high: the range that was learned from; a descriptor is held to it."""

    names: tuple[str, ...]
    low: np.ndarray
    high: np.ndarray
    weights: np.ndarray
    offset: float

    def logit(self, described: dict[str, float]) -> float:
        """Log odds of malignancy of one nodule's descriptors."""
        x = np.clip([described[n] for n in self.names], self.low, self.high)
        return float(x @ self.weights + self.offset)

    def __call__(self, nodule: Nodule) -> Opinion:
        """Judge an outlined nodule of a scan."""
        described = descriptors(nodule)
        return opinion(self.logit(described), math.exp(described["log_long"]))


def load(entry: Entry) -> Judge:
    """The judge of an installed model. Raises WeightsError, and ModelError for a model of another task."""
    if entry.card.task != MALIGNANCY:
        raise ModelError(f"expected a model for malignancy, found {entry.card.id} for {entry.card.task}")
    return read(entry.folder / entry.card.file, entry.card.sha256)


def opinion(logit: float, long_mm: float) -> Opinion:
    """The answer to log odds, for a nodule with that long axis."""
    probability = 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))
    band = next(name for limit, name in _BANDS if probability < limit)
    return Opinion(probability, band, long_mm <= SURE_BELOW_MM)


def to_json(judge: Judge) -> dict[str, Any]:
    """The coefficients as plain values."""
    arrays = {name: getattr(judge, name).tolist() for name in ("low", "high", "weights")}
    return {"schema": 1, "names": list(judge.names), **arrays, "offset": judge.offset}


def read(path: Path, sha256: str) -> Judge:
    """The coefficients of a file with that SHA-256 in hex. Raises WeightsError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"the model's file cannot be read ({error.strerror})", path) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WeightsError(f"SHA-256 {sha256[:12]}… expected, {found[:12]}… found", path)
    try:
        return _from_json(json.loads(content))
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"not the coefficients of a judge ({error})", path) from error


def _from_json(data: dict[str, Any]) -> Judge:
    names = tuple(str(n) for n in data["names"])
    low, high, weights = (np.array(data[k], float) for k in ("low", "high", "weights"))
    if not len(names) == len(low) == len(high) == len(weights):
        raise ValueError(f"{len(names)} names, {len(weights)} weights")
    return Judge(names, low, high, weights, float(data["offset"]))
