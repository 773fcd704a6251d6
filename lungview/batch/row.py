"""Row: what a batch keeps of one input file, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lungview.batch.inputs import Input
from lungview.classify.case import Case, Verdict
from lungview.errors import InputError, LungViewError, NoPixelData, UnsupportedFormat


class Status(StrEnum):
    """How a file ended; every file ends as exactly one of these."""

    CLASSIFIED = "classified"
    NOT_SUITABLE = "not suitable"
    SKIPPED = "skipped"  # no image: text, SR, PDF
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One input file's answer.

    frames: of the file; `case` is about the one with the highest probability of malignancy.
    sha256, size: of the input's bytes, "" and 0 when it could not be read.
    patient_id, study_uid: for grouping; kept in the database only. thumbnail: a JPEG, or b"".
    """

    source: Input
    case: Case
    frames: int = 0
    sha256: str = ""
    size: int = 0
    patient_id: str = field(default="", repr=False)
    study_uid: str = field(default="", repr=False)
    thumbnail: bytes = field(default=b"", repr=False)

    @property
    def status(self) -> Status:
        return status_of(self.case)


def status_of(case: Case) -> Status:
    """How a case counts in tables and summaries."""
    if case.prediction is not None:
        refused = case.prediction.verdict is Verdict.NOT_SUITABLE
        return Status.NOT_SUITABLE if refused else Status.CLASSIFIED
    return _status_of_error(case.error)


def _status_of_error(error: LungViewError | None) -> Status:
    if isinstance(error, InputError):
        return Status.NOT_SUITABLE
    return Status.SKIPPED if isinstance(error, NoPixelData | UnsupportedFormat) else Status.FAILED
