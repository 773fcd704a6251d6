"""What a report is made of: the values callers hand over, nothing read from files or settings here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import numpy as np

from lungview.classify.case import Case
from lungview.image.slice import Patient, Slice, Spacing, Study
from lungview.image.values import dates, person
from lungview.image.window import Window
from lungview.marks.annotation import Annotation
from lungview.model.card import ModelCard
from lungview.nodules import suspicion as suspicions
from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Status
from lungview.nodules.work_up.exam import Exam
from lungview.nodules.work_up.values import WorkUp
from lungview.report.measured import MarkedSlice
from lungview.report.one_person import refuse_several

RESEARCH_USE = "Research use only. Not a medical device. Not for diagnosis."


class PatientBlock(StrEnum):
    """How much of the patient a report shows."""

    FULL = "full"
    INITIALS = "initials"
    NONE = "none"


class PageSize(StrEnum):
    A4 = "A4"
    LETTER = "Letter"


@dataclass(frozen=True, slots=True)
class Institution:
    """Head of each page. text: lines, the first is the name; logo: a PNG or JPEG file, or None."""

    text: str = ""
    logo: Path | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The reader's own: label as chosen, free impression, who.

    read_first: recorded before the model's was shown. agrees: with the model, None when not asked.
    confidence: in words, "" when not said.
    """

    label: str = ""
    impression: str = ""
    reader: str = ""
    read_first: bool = False
    agrees: bool | None = None
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How the slice lies on screen: mirrored left to right, then turned clockwise by `rotation` degrees.

    inverted: against the picture's own polarity.
    """

    rotation: int = 0
    mirrored: bool = False
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the table: "Length", "12.5 mm", "slice 14, row 201, column 310"."""

    kind: str
    value: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An annotation and what stands beside it: the reader's text and the measures."""

    annotation: Annotation
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class KeyImage:
    """A picture worth keeping, as small as it is printed: there may be many.

    pixels: uint8 (rows, columns) or (rows, columns, 3) as shown, or None where there is none and `words` say
    why. place: which slice it is; words: its window. spacing: of the slice in mm, None where pixels are not
    the slice's own; aspect: height of a pixel over its width. size: the slice's rows and columns, in which
    `drawn` counts.
    marked: the slice and the numbers of its drawings, None where there is no picture of it.
    """

    pixels: np.ndarray | None = field(repr=False)
    place: str
    words: str = ""
    spacing: Spacing | None = None
    aspect: float = 1.0
    size: tuple[int, int] = (1, 1)
    drawn: tuple[Drawn, ...] = ()
    person: str | None = field(default=None, repr=False)  # Instance.person, None for a picture of the screen
    marked: MarkedSlice | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FindingsContent:
    """What the second reader says of a series or a picture, and the pictures of what it found.

    series_uid, patient_id: whose it is. card: of the model. pictures: of `shown`, in its order.
    exam: the work-up, a row for each of the answer's findings in its order; None where there was none.
    """

    answer: Answer
    card: ModelCard | None = None
    series_uid: str = ""
    patient_id: str = field(default="", repr=False)
    pictures: Sequence[KeyImage] = ()
    exam: Exam | None = None

    def worked_up(self, number: int) -> WorkUp | None:
        """The work-up of a finding by its number in the answer from 1."""
        return None if self.exam is None else self.exam.rows[number - 1].work_up

    @property
    def shown(self) -> tuple[tuple[int, Located], ...]:
        """What is reported, with its number in the answer from 1: the reader's own, and what is called.

        Candidates that are not called are in CSV and JSON alone.
        """
        numbered = enumerate(self.answer.findings, start=1)
        return tuple((n, f) for n, f in numbered if f.finding.status is not Status.REJECTED and _told(f))


def _told(found: Located) -> bool:
    return found.finding.status is Status.ACCEPTED or found.called is not False


@dataclass(frozen=True, slots=True)
class Layout:
    """How every report looks. metadata_patient: the patient's name may go into the PDF's title."""

    page: PageSize = PageSize.A4
    institution: Institution = field(default_factory=Institution)
    patient: PatientBlock = PatientBlock.FULL
    metadata_patient: bool = False
    created: datetime | None = None  # None = now


@dataclass(frozen=True, slots=True, eq=False)
class CaseContent:
    """Everything one case's report shows.

    card: None for a case without a prediction. window: as on screen.
    class_key: whose heat map, "" = the label's.
    heat: float32 in [0, 1] over the whole slice, in the slice's own pixels or coarser ones (the pictures are
    printed at its resolution), or None when there is none to show: always where the gate refused the slice.
    marked: slices with what was measured on them, and the key images, for a Structured Report.
    findings: of the second reader on the slice, or on its series; they come before the model's answer.
    number: the slice's in its series, from 1, as on screen; None where the series is not known.
    key_title: of a selection of key images, a code of `dicom.marked.titles.TITLES`; "" for the first.
    """

    slice: Slice
    case: Case
    card: ModelCard | None
    window: Window
    class_key: str = ""
    heat: np.ndarray | None = field(default=None, repr=False)
    opinion: Opinion | None = None
    measurements: Sequence[Measurement] = ()
    key_images: Sequence[KeyImage] = ()
    marked: Sequence[MarkedSlice] = ()
    number: int | None = None
    findings: FindingsContent | None = None
    view: View = field(default_factory=View)
    key_title: str = ""

    def __post_init__(self) -> None:
        if self.case.judged is None:
            object.__setattr__(self, "heat", None)
        if self.findings is not None and len(self.findings.answer.instances) == 1:
            told = replace(self.case, suspicion=suspicions.of_answer(self.findings.answer))
            object.__setattr__(self, "case", told)
        refuse_several((self.slice.instance.person, *(image.person for image in self.key_images)))


def patient_rows(patient: Patient, study: Study, block: PatientBlock) -> list[tuple[str, str]]:
    """Label and value of the patient block; nothing that identifies anyone when the block is NONE."""
    if block is PatientBlock.NONE:
        return []
    if block is PatientBlock.INITIALS:
        about = [("Patient", person.initials(patient.name)), ("Sex", patient.sex)]
        return [*about, ("Study date", dates.date_text(study.date))]
    return [
        ("Patient", person.full(patient.name)),
        ("Patient ID", patient.patient_id),
        ("Birth date", dates.date_text(patient.birth_date)),
        ("Age", str(dates.age(patient.age, patient.birth_date, study.date) or "")),
        ("Sex", patient.sex),
        ("Study date", dates.date_text(study.date)),
        ("Accession", study.accession_number),
        ("Study", study.description),
    ]
