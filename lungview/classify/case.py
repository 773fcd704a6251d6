"""Prediction and Case: the answer about one slice, or the sentence why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.model.input import Box


class Verdict(StrEnum):
    """Whether there is a call, and when not, why: `label` is the answer only when it is `CALLED`."""

    CALLED = "called"  # `label` is the answer
    UNCERTAIN = "uncertain"  # inside the card's band
    NOT_SUITABLE = "not suitable"  # the gate refused; probabilities kept for the record


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether this model may judge this picture.

    score: distance from the training data; threshold: the card's; reasons: a sentence each.
    overridden: the reader looked and went on; recorded with the result.
    """

    suitable: bool
    score: float
    threshold: float
    reasons: tuple[str, ...] = ()
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds of each stage."""

    read: float = 0.0
    prepare: float = 0.0
    infer: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What one model says of one slice.

    keys, probabilities: in the card's order; probabilities are calibrated, in [0, 1], sum 1 ± 1e-5.
    cams: (classes, h, w) float32 in [0, 1], read-only, at the network's resolution, over `box`.
    label: key of the most probable class. model: "id@version". seen: (rows, columns) uint8.
    """

    keys: tuple[str, ...]
    probabilities: tuple[float, ...]
    cams: np.ndarray = field(repr=False)
    box: Box
    label: str
    verdict: Verdict
    suitability: Suitability
    model: str
    sha256: str
    seconds: Seconds
    seen: np.ndarray = field(repr=False)
    calibrated: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One instance and its prediction or its error: exactly one of the two."""

    instance: Instance
    prediction: Prediction | None = None
    error: LungViewError | None = None

    def __post_init__(self) -> None:
        if (self.prediction is None) == (self.error is None):
            raise ValueError("a case has a prediction or an error, exactly one")
