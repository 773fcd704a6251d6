"""The answer to one series as DICOM objects: a Structured Report, and a Secondary Capture of its slice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

from lungview.classify.series import SeriesAnswer, classify_series
from lungview.errors import InputError, LungViewError
from lungview.image import readers
from lungview.model.registry import Entry
from lungview.report.content import CaseContent, Layout
from lungview.report.gather import case_content
from lungview.report.writers import write as write_report
from lungview.study.series import Series

KINDS = ("sr", "sc")


class NotJudged(InputError):
    """A series of which nothing is said: nothing of it leaves the node."""


def write(series: Series, model: Entry, step: int, out: Path) -> Iterator[tuple[str, Path]]:
    """Kind and path of each object written. Raises NotJudged; ReportError where it cannot be written.

    Names are of our own, and a file is whole or not there.
    """
    if not model.card.classifies:
        raise NotJudged(f"the model {model.card.id} gives no answer that is written as an object")
    content = judged(series, model, step)
    for kind in KINDS:
        path = out / f"{uuid.uuid4().hex}.dcm"
        write_report(content, path, Layout(), kind)
        yield kind, path


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
