"""The answer to one series as DICOM objects: a Structured Report, and what it is to be seen with.

A model of slices answers with a Secondary Capture of the slice to look at first, the findings model with a
Segmentation of what it outlined.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lungview.classify.series import SeriesAnswer, classify_series
from lungview.errors import InputError, LungViewError
from lungview.image import readers
from lungview.model.card import FINDINGS
from lungview.model.registry import Entry, members
from lungview.network import runtime
from lungview.nodules.second_reader import second_look
from lungview.nodules.second_reader.subjects import is_stack
from lungview.report.content import CaseContent, Layout
from lungview.report.findings import pictures
from lungview.report.formats import write as write_report
from lungview.report.gather import case_content, findings_alone
from lungview.study.series import Series

_WRITERS = ("sr", "sc", "seg")


def load(model: Entry) -> None:
    """Load the network and the writers ahead, which takes as long as many a study. Raises ModelError."""
    for name in _WRITERS:
        import_module(f"lungview.report.dicom.{name}")
    if model.card.task == FINDINGS:
        second_look.load(model)
    else:
        for member in members(model):
            runtime.load(member)


class NotJudged(InputError):
    """A series of which nothing is said: nothing of it leaves the node."""


def write(series: Series, model: Entry, step: int, out: Path) -> Iterator[tuple[str, Path]]:
    """Kind and path of each object written. Raises NotJudged; ReportError where it cannot be written.

    Names are of our own, and a file is whole or not there.
    """
    content, kinds = _answered(series, model, step)
    for kind in kinds:
        path = out / f"{uuid.uuid4().hex}.dcm"
        write_report(content, path, Layout(), kind)
        yield kind, path


def _answered(series: Series, model: Entry, step: int) -> tuple[CaseContent, tuple[str, ...]]:
    """The answer, and the kinds of objects that hold it."""
    if model.card.task == FINDINGS:
        content = findings(series, model)
        outlined = content.findings is not None and any(f.finding.outline for _, f in content.findings.shown)
        return content, ("sr", "seg") if outlined else ("sr",)
    if not model.card.classifies:
        raise NotJudged(f"the model {model.card.id} gives no answer that is written as an object")
    return judged(series, model, step), ("sr", "sc")


def findings(series: Series, model: Entry) -> CaseContent:
    """What the second reader finds in a series. Raises NotJudged: it is none that it can look at."""
    if not is_stack(series):
        raise NotJudged("findings are looked for in a stack of slices with positions, found none")
    reader = second_look.load(model)
    answer = second_look.of_series(series, reader)
    if not answer.suitable:
        raise NotJudged("; ".join(answer.reasons))
    found = pictures.content(
        answer,
        reader.card,
        readers.read_instance,
        series_uid=series.uid,
        patient_id=series.patient.patient_id,
    )
    return findings_alone(found)


def judged(series: Series, model: Entry, step: int) -> CaseContent:
    """The slice to look at first and what the model says of it, where the series' rule gives a word.

    Raises NotJudged: the gate refused too many slices, or there is no slice to be read.
    """
    answer = classify_series(series.instances, model, step=step)
    shown = answer.shown
    if answer.at is None or shown.judged is None:
        raise NotJudged(_why(answer))
    slice_ = readers.read_instance(series.instances[shown.index])
    return case_content(slice_, shown.case, model.card)


def _why(answer: SeriesAnswer) -> str:
    """What the rule says, and what the gate said of the slice, or why it could not be read."""
    case = answer.shown.case
    if isinstance(case.error, LungViewError):
        return f"{answer.sentence} {case.error.message}"
    reasons = case.prediction.suitability.reasons if case.prediction is not None else ()
    return " ".join((answer.sentence, *reasons))
