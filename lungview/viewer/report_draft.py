"""A report as the window knows it, and its layout; the files it still needs are read in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lungview.classify.series import SeriesAnswer
from lungview.errors import ReportError
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.nodules.answer import Answer
from lungview.report import formats
from lungview.report.content import (
    CaseContent,
    FindingsContent,
    Institution,
    KeyImage,
    Layout,
    Measurement,
    Opinion,
    PageSize,
    PatientBlock,
)
from lungview.report.formats import SERIES_KIND, Subject
from lungview.report.key_images import Marks, of_key_images, read_drawn, read_key_images
from lungview.settings import Settings
from lungview.study.key import FrameKey, PictureId

if TYPE_CHECKING:
    from lungview.report.pdf.series import SeriesContent

DRAWN_KINDS = ("pr", "regions")  # of DICOM objects with all that was drawn in the series


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader wants in a report. key_title: see `CaseContent`."""

    opinion: Opinion = field(default_factory=Opinion)
    measured: bool = True
    on_screen: bool = True
    key_images: bool = True
    key_title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPart:
    """What series mode said of the series on screen."""

    answer: SeriesAnswer
    card: ModelCard
    instances: tuple[Instance, ...]
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FindingsPart:
    """The findings of the series on screen that the reader accepted. card: of the model that was asked."""

    answer: Answer
    card: ModelCard | None
    series_uid: str = ""
    patient_id: str = field(default="", repr=False)


class Document(Protocol):
    """What the report dialog shows, prints and saves, all of it in the background."""

    def pdf(self, layout: Layout, kind: str = "", *, excerpt: bool = False) -> bytes: ...
    def write(self, path: Path, layout: Layout, kind: str = "") -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The case on screen, the key images still to be read, the series where it was classified.

    measured: whether what was measured on key images is listed. known: see read_key_images. drawn: the slices
    that may bear drawings, for DRAWN_KINDS.
    """

    case: CaseContent
    marks: tuple[Marks, ...]
    read: Callable[[Instance], Slice]
    known: dict[FrameKey, PictureId]
    measured: bool = True
    series: SeriesPart | None = None
    findings: FindingsPart | None = None
    drawn: tuple[Marks, ...] = ()

    def pdf(self, layout: Layout, kind: str = "", *, excerpt: bool = False) -> bytes:
        """The PDF in memory: of the series for SERIES_KIND, else of the case. Raises LungViewError.

        excerpt: would leave out most of a long report; these are short.
        """
        del excerpt
        if kind == SERIES_KIND:
            from lungview.report.pdf.series import series_pdf

            return series_pdf(self.series_content(), layout)
        from lungview.report.pdf.case import case_pdf

        return case_pdf(self.content(), layout)

    def write(self, path: Path, layout: Layout, kind: str = "") -> tuple[str, ...]:
        """Write the report in the format of the suffix and the kind; what of its source it does not carry.

        Raises LungViewError.
        """
        if kind == SERIES_KIND:
            series = formats.chosen(path, subject=Subject.SERIES)
            return series.write(self.series_content(), path, layout)
        content = self.content()
        if kind in DRAWN_KINDS:
            more = read_drawn(self.drawn, self.read, self.known)
            content = replace(content, marked=[*content.marked, *more])
        return formats.write(content, path, layout, kind)

    def content(self) -> CaseContent:
        """The case with its key images."""
        images, measured = self._marked()
        marked = [*self.case.marked, *of_key_images(images, measured=self.measured)]
        return replace(
            self.case, key_images=images, measurements=measured, marked=marked, findings=self._findings()
        )

    def series_content(self) -> SeriesContent:
        """The series with its key images, and the slice that is shown of it. Raises LungViewError."""
        from lungview.report.gather import case_content
        from lungview.report.pdf.series import SeriesContent

        part = self.series
        if part is None:
            raise ReportError("the series is not classified yet", hint="Panel “Curve” does it.")
        point = part.answer.shown
        slice_ = self.read(part.instances[point.index])
        images, measured = self._marked()
        return SeriesContent(
            part.answer,
            replace(case_content(slice_, point.case, part.card), number=point.index + 1),
            part.card,
            len(part.instances),
            part.description,
            self.case.opinion,
            measured,
            images,
            self._findings(),
        )

    def _findings(self) -> FindingsContent | None:
        """The accepted findings with their pictures. Raises ReadError."""
        from lungview.report.findings import pictures

        part = self.findings
        if part is None:
            return None
        return pictures.content(
            part.answer, part.card, self.read, series_uid=part.series_uid, patient_id=part.patient_id
        )

    def _marked(self) -> tuple[Sequence[KeyImage], Sequence[Measurement]]:
        images, rows = read_key_images(self.marks, self.read, self.known)
        more = [row for row in rows if row not in self.case.measurements] if self.measured else []
        return [*self.case.key_images, *images], [*self.case.measurements, *more]


def layout_of(settings: Settings) -> Layout:
    """The layout the user chose; a logo that is not there is left out."""
    logo = Path(settings.report_logo) if settings.report_logo else None
    return Layout(
        PageSize(settings.report_page),
        Institution(settings.report_institution, logo if logo and logo.is_file() else None),
        PatientBlock(settings.report_patient),
    )
