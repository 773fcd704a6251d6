"""What is done in the background for a work-up: find the lungs, compare with a prior scan, save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lungview.classify.case import Case
from lungview.errors import AnnotationError, InputError, ReportError
from lungview.image.slice import Instance, Slice
from lungview.marks.finding_store import FindingStore
from lungview.model import registry
from lungview.model.card import FINDINGS
from lungview.nodules.answer import Answer, Located
from lungview.nodules.growth.chest import Chest, chest
from lungview.nodules.growth.compare import Comparison, compare
from lungview.nodules.growth.scans import days_between, scan_of
from lungview.nodules.second_reader import named_place, second_look
from lungview.nodules.second_reader.steps import Steps
from lungview.nodules.work_up.exam import Exam
from lungview.report import formats
from lungview.report.content import CaseContent, FindingsContent, KeyImage, Layout
from lungview.report.formats import Subject
from lungview.report.work_up.template import Template
from lungview.study.key import FrameKey, PictureId, frame_key, name_in, picture_id
from lungview.study.series import Series
from lungview.study.space import Vector
from lungview.study.volume import Volume, volume
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.kept import holds
from lungview.viewer.nodules.listed import FindingList
from lungview.viewer.work_up.answers import Answers, from_text
from lungview.viewer.work_up.desk import side_of

Read = Callable[[Instance], Slice]
LOOKING = "Looking for findings in the prior scan"


def chest_of(series: Series, held: HeldVolume, read: Read) -> Chest:
    """The lungs of the series that is worked on. Raises LungViewError."""
    return chest(held.get(series, partial(volume, series, read)))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered before. picture: that it is kept by."""

    picture: PictureId
    answers: Answers


def remembered(store: FindingStore, series: Series, read: Read) -> Remembered | None:
    """What was answered in the work-up of a series before. Raises LungViewError."""
    name = name_in(series, series.instances[0])
    for picture, text in store.answers(name.patient, name.study, name.unissued):
        if holds(series, picture, lambda instance: picture_id(read(instance))):
            try:
                return Remembered(picture, from_text(text))
            except ValueError as error:
                raise AnnotationError(f"the work-up cannot be read: {error}", store.path) from error
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """A series with what is known of it. chest: None until its lungs were found. looked: for findings."""

    series: Series
    findings: FindingList
    chest: Chest | None = None
    looked: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison, and the lungs of both scans that were found on the way."""

    comparison: Comparison
    chest: Chest
    before: Chest


def against_prior(
    emit: Callable[[str], None],
    cancelled: Callable[[], bool],
    now: Scanned,
    before: Scanned,
    held: HeldVolume,
    read: Read,
) -> Compared:
    """The findings of a series against those of a prior one; where nobody looked there, the model does.

    Raises InputError where the two tell no growth, LungViewError where one cannot be read.
    """
    days_between(scan_of(before.series), scan_of(now.series))  # before anything that takes long
    emit("Reading this scan")
    mine = now.chest or chest_of(now.series, held, read)
    emit("Reading the prior scan")
    scan = volume(before.series, read, cancelled=cancelled)
    theirs = before.chest or chest(scan, cancelled=cancelled)
    findings = before.findings
    if not before.looked:
        emit(LOOKING)
        findings = findings.heard(_found(before.series, scan, cancelled), "")
    emit("Laying the lungs on one another")
    sides = side_of(before.series, theirs, findings), side_of(now.series, mine, now.findings)
    return Compared(compare(*sides), mine, theirs)


def _found(series: Series, scan: Volume, cancelled: Callable[[], bool]) -> tuple[Located, ...]:
    reader = second_look.load(registry.default(FINDINGS))
    return second_look.of_volume(series, lambda _: scan, reader, Steps(None, cancelled)).findings


@dataclass(frozen=True, slots=True, eq=False)
class Missed:
    """What was measured in a prior scan where nobody had marked anything. pictures: of the slice it is on."""

    series: Series
    located: Located
    pictures: Mapping[FrameKey, PictureId]


def missed(prior: Series, place_mm: Vector, read: Read) -> Missed:
    """The nodule at a place of a prior scan. Raises InputError, one sentence, where there is none."""
    answer = named_place.at_point(prior, place_mm, read)
    if answer.reasons:
        raise InputError(f"in the prior scan: {answer.reasons[0]}")
    located = answer.findings[0]
    instance = prior.instances[located.index]
    return Missed(prior, located, {frame_key(instance): picture_id(read(instance))})


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An exam to be written.

    located: its rows' findings in their order. indices: of `Opened`. template: of its text.
    """

    exam: Exam
    located: tuple[Located, ...] = ()
    indices: tuple[int, ...] = ()
    template: Template | None = None


def save(draft: Draft, path: Path, layout: Layout, read: Read) -> None:
    """Write the work-up in the format of the suffix.

    Raises ReportError: unknown suffix, or what the writer raises; ReadError for a slice of a picture.
    """
    from lungview.report.work_up.page import WorkUpContent

    chosen = formats.chosen(path, subject=Subject.WORK_UP)
    pictures = _pictures(draft, read) if chosen.suffix == ".pdf" else ()
    case = _of_series(draft, read) if chosen.suffix == ".dcm" else None
    chosen.write(WorkUpContent(draft.exam, pictures, case, draft.template), path, layout)


def _of_series(draft: Draft, read: Read) -> CaseContent:
    """The accepted findings with their work-up; the first one's slice stands for the series."""
    from lungview.report.gather import case_content

    series = draft.exam.series
    slice_ = read(series.instances[draft.located[0].index if draft.located else 0])
    answer = Answer(series.instances, findings=draft.located, indices=draft.indices)
    told = FindingsContent(answer, None, series.uid, series.patient.patient_id, exam=draft.exam)
    no_model = Case(slice_.instance, error=ReportError("the model was not asked about this slice"))
    return replace(case_content(slice_, no_model, None), findings=told)


def _pictures(draft: Draft, read: Read) -> list[KeyImage | None]:
    """A picture of each nodule with its outline; the last of many have none."""
    from lungview.report.findings import pictures

    answer = Answer(draft.exam.series.instances, findings=draft.located, indices=draft.indices)
    made = pictures.content(answer, None, read).pictures
    return [*made, *[None] * (len(draft.exam.rows) - len(made))]


def priors_of(series: Series, among: list[Series]) -> tuple[tuple[Series, str], ...]:
    """CT series that may be compared with one, and why one may not ("" where it may), newest first."""
    found = [(each, _why_not(each, series)) for each in among if each.modality == "CT" and not each.localizer]
    others = [pair for pair in found if pair[0].key != series.key]
    return tuple(sorted(others, key=lambda pair: pair[0].study.date, reverse=True))


def _why_not(before: Series, now: Series) -> str:
    try:
        days_between(scan_of(before), scan_of(now))
    except InputError as error:
        return error.message
    return ""
