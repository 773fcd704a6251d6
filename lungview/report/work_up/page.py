"""The work-up of an exam as a PDF: patient and technique, lungs, a part for each accepted nodule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from lungview.image.values import dates
from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.exam import Exam, Row
from lungview.report.content import CaseContent, KeyImage, Layout, PatientBlock, patient_rows
from lungview.report.lettering.text import Style, Text
from lungview.report.one_person import refuse_several
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import LABEL, VALUE, section
from lungview.report.pdf.key_pictures import key_picture
from lungview.report.pdf.lungs.page import lungs_page
from lungview.report.pdf.page import GREY, INK, Head, body_width, build, in_memory
from lungview.report.work_up import words
from lungview.report.work_up.template import Template

TITLE = "Lung nodule work-up"
_PICTURE = 48 * mm
_NAME = Style(size=10.5, bold=True, color=INK)
_ADVICE = Style(size=9, bold=True, color=INK)
_SMALL = Style(size=7.5, color=GREY)


@dataclass(frozen=True, slots=True, eq=False)
class WorkUpContent:
    """pictures: one for each row of the exam in its order, None where there is none; or none at all.

    case: the same as findings of a slice, for a Structured Report; None for other formats.
    template: of the text, None for the one that ships.
    """

    exam: Exam
    pictures: Sequence[KeyImage | None] = field(default=(), repr=False)
    case: CaseContent | None = field(default=None, repr=False)
    template: Template | None = None

    def __post_init__(self) -> None:
        instances = (instance.person for instance in self.exam.series.instances)
        refuse_several((*instances, *(p.person for p in self.pictures if p is not None)))


def write_work_up(content: WorkUpContent, path: Path, layout: Layout | None = None) -> None:
    """Write the PDF, whole or not at all. Raises ReportError."""
    layout = layout or Layout()
    build(path, layout, Head(TITLE, TITLE), _story(content, layout))


def work_up_pdf(content: WorkUpContent, layout: Layout | None = None) -> bytes:
    """The same in memory."""
    layout = layout or Layout()
    return in_memory(layout, Head(TITLE, TITLE), _story(content, layout))


def _story(content: WorkUpContent, layout: Layout) -> list[Flowable]:
    exam, width = content.exam, body_width(layout)
    pictures = list(content.pictures) or [None] * len(exam.rows)
    nodules = [_nodule(row, picture, width) for row, picture in zip(exam.rows, pictures, strict=True)]
    return [
        blocks.pairs(_about(exam, layout), width),
        *[Text(note, _SMALL) for note in exam.notes],
        Spacer(1, 3 * mm),
        *_overall(exam, width),
        *section("Nodules" if nodules else "Nodules: none accepted"),
        *nodules,
        *(lungs_page(words.scans(exam), width) if exam.lungs else ()),
    ]


def _about(exam: Exam, layout: Layout) -> list[tuple[str, str]]:
    series = exam.series
    rows = patient_rows(series.patient, series.study, layout.patient)
    if layout.patient is PatientBlock.NONE:
        rows = [("Study date", dates.date_text(series.study.date))]
    return [
        *rows,
        ("Technique", words.technique(exam)),
        ("Comparison", words.comparison(exam)),
        ("Lungs", words.lungs(exam)),
        ("Read by", exam.reader),
    ]


def _overall(exam: Exam, width: float) -> list[Flowable]:
    story: list[Flowable] = []
    if isinstance(exam.overall, Recommendation):
        said = (exam.overall.said, f"Rule: {exam.overall.rule}.")
        story += blocks.banner(exam.overall.title, said, blocks.READER, width)
    elif exam.overall is not None:
        story += blocks.banner(f"Not classed: {exam.overall}", (), blocks.REFUSED, width)
    if exam.impression:
        story += [*section("Impression"), Text(exam.impression, Style(size=9.5, color=INK))]
    return story


def _nodule(row: Row, picture: KeyImage | None, width: float) -> Flowable:
    """Words beside the picture; where there is no picture, over the whole width."""
    said = _said(row)
    if picture is None:
        return KeepTogether([*said, Spacer(1, 4 * mm)])
    gap = 5 * mm
    cells = [[key_picture(picture, _PICTURE), said]]
    return KeepTogether([blocks.table(cells, [_PICTURE + gap, width - _PICTURE - gap]), Spacer(1, 3 * mm)])


def _said(row: Row) -> list[Flowable]:
    found = row.work_up
    story: list[Flowable] = [
        Text(f"{row.label} · slice {row.slice_number}", _NAME),
        Text(words.description(found), VALUE),
        Text(f"Change: {words.change(found.change)}", VALUE),
    ]
    if said := words.over_time(found.over_time):
        story.append(Text(f"Over time: {said}", VALUE))
    if not isinstance(found.advice, Recommendation):
        story.append(Text(str(found.advice), _ADVICE))
    else:
        story += [Text(found.advice.title, _ADVICE), Text(found.advice.said, VALUE)]
        inputs = ", ".join(f"{label} {value}" for label, value in found.advice.inputs)
        story.append(
            Text(f"By the row “{found.advice.rule}”, from: {inputs}. {found.advice.source}.", _SMALL)
        )
        if found.advice.edited:
            story.append(Text(f"The guideline's own text: {found.advice.text}", _SMALL))
    story += [Text(_risk(risk), VALUE) for risk in found.risks if isinstance(risk, Estimate)]
    story += [Text(f"Note: {note}", LABEL) for note in found.notes]
    if opinion := words.opinion(found):
        story.append(Text(f"Apart from it, the model's opinion: {opinion}", _SMALL))
    return story


def _risk(risk: Estimate) -> str:
    notes = f" ({'; '.join(risk.notes)})" if risk.notes else ""
    return f"Risk, {risk.formula}: {risk.probability:.1%}{notes}"
