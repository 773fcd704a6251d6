"""How a case counts: in tables, summaries and reports, the same everywhere."""

from __future__ import annotations

from enum import StrEnum

from lungview.classify.case import Case, Verdict
from lungview.errors import InputError, NoPixelData, UnsupportedFormat
from lungview.model.card import ModelCard


class Status(StrEnum):
    """How a file ended; every file ends as exactly one of these."""

    CLASSIFIED = "classified"
    NOT_SUITABLE = "not suitable"
    SKIPPED = "skipped"  # no image: text, SR, PDF
    FAILED = "failed"


def status_of(case: Case) -> Status:
    """The status of a case, by its verdict or by the class of its error."""
    if case.prediction is not None:
        return Status.NOT_SUITABLE if case.prediction.refused else Status.CLASSIFIED
    if isinstance(case.error, InputError):
        return Status.NOT_SUITABLE
    return Status.SKIPPED if isinstance(case.error, NoPixelData | UnsupportedFormat) else Status.FAILED


def is_flagged(case: Case, card: ModelCard) -> bool:
    """Whether a reader must look at it: called malignant, or uncertain."""
    found = case.judged
    if found is None:
        return False
    if found.verdict is Verdict.UNCERTAIN:
        return True
    return any(c.malignant for c in card.classes if c.key == found.label)
