"""Row: what a batch keeps of one input file, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from lungview.batch.inputs import Input
from lungview.classify.case import Case
from lungview.classify.outcome import Status, status_of


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
