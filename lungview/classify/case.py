"""Prediction and Case: the answer about one slice, or why there is none; and what is withheld."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.model.input import Box
from lungview.nodules.suspicion import Suspicion


class Verdict(StrEnum):
    """Whether there is a call, and when not, why: `label` is the answer only when it is `CALLED`."""

    CALLED = "called"  # `label` is the answer
    UNCERTAIN = "uncertain"  # inside the card's band
    NOT_SUITABLE = "not suitable"  # the gate refused; there is no number, no label and no heat map


class Refusal(StrEnum):
    """What the gate refused for. The values are written to tables, JSON and DICOM; they stay."""

    NO_LUNG = "no slice with lung"  # by its header or by what is in it; no model here answers
    NO_NODULE = "no nodule"  # nothing in the reader's box, or in the crop, that could be outlined
    UNLIKE = "unlike the training pictures"  # of this one model; the second reader still answers


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether this model may judge this picture.

    score: distance from the training data; threshold: the card's; reasons: a sentence each.
    overridden: the reader looked and went on; recorded with the result.
    refusal: None where it is suitable, and of answers kept by versions that did not tell.
    """

    suitable: bool
    score: float
    threshold: float
    reasons: tuple[str, ...] = ()
    overridden: bool = False
    refusal: Refusal | None = None


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
    outline: what of `box` the network saw, as in ModelInput; None for all of it.
    label: key of the most probable class. model: "id@version". seen: (rows, columns) uint8.

    What a network said of a picture that it must not judge is in no Case: see `disclosed`. There
    `probabilities` is (), `label` is "" and `cams` has no class.
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
    outline: np.ndarray | None = field(default=None, repr=False)

    @property
    def refused(self) -> bool:
        """Whether the gate refused the picture and the reader did not override it."""
        word = self.suitability
        return self.verdict is Verdict.NOT_SUITABLE or not (word.suitable or word.overridden)


_NO_MAPS = np.zeros((0, 0, 0), dtype=np.float32)
_NO_MAPS.flags.writeable = False


def disclosed(found: Prediction) -> Prediction:
    """What may be told of a prediction: all of it, or of a refused one the gate's word alone."""
    if not found.refused:
        return found
    return replace(found, probabilities=(), cams=_NO_MAPS, label="", verdict=Verdict.NOT_SUITABLE)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One instance and its prediction or its error: exactly one of the two.

    suspicion: what the second reader says of the slice, where it was asked; it needs no prediction.

    The gate of every output: a refused prediction loses its numbers, its label and its heat map here, so
    that no window, file, table or message made from a case can show what it does not hold.
    """

    instance: Instance
    prediction: Prediction | None = None
    error: LungViewError | None = None
    suspicion: Suspicion | None = None

    def __post_init__(self) -> None:
        if (self.prediction is None) == (self.error is None):
            raise ValueError("a case has a prediction or an error, exactly one")
        if self.prediction is not None:
            object.__setattr__(self, "prediction", disclosed(self.prediction))

    @property
    def judged(self) -> Prediction | None:
        """The prediction that has numbers to show; None where the gate refused, and where there is none."""
        found = self.prediction
        return None if found is None or found.refused else found
