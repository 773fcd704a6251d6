"""The bundled synthetic thorax, answered: the values behind `lungview demo`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.image.readers import read_instance
from lungview.model import registry
from lungview.model.card import FINDINGS, ModelCard
from lungview.nodules.answer import Answer
from lungview.nodules.second_reader import second_look
from lungview.nodules.second_reader.block import indices_of
from lungview.nodules.second_reader.steps import Progress, Steps
from lungview.report.content import CaseContent, Measurement
from lungview.report.findings import pictures as finding_pictures
from lungview.report.gather import case_content
from lungview.sources.files.scan import scan
from lungview.study.series import Series
from lungview.study.sorting.series_geometry import First
from lungview.study.volume import volume
from lungview.viewer.nodules import truth_picture
from lungview.viewer.nodules.truth import Compared, compared


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What is said of the sample. found: each of its nodules, against what is known of it.

    card: of the model that was asked.
    """

    series: Series
    answer: Answer
    found: tuple[Compared, ...]
    card: ModelCard | None = None


def answered(folder: Path, on_progress: Progress | None = None) -> Answered:
    """The second reader's answer. Raises ModelError, ReadError."""
    reader = second_look.load(registry.default(FINDINGS))
    series = _series(folder)
    block = volume(series, read_instance)
    answer = second_look.of_volume(series, lambda _: block, reader, Steps(on_progress))
    return Answered(series, answer, compared(series, answer, lambda: block), reader.card)


def pointed_at(folder: Path) -> Answered:
    """What a reader's click on each nodule gives, without a model. Raises ReadError."""
    series = _series(folder)
    block = volume(series, read_instance)
    answer = Answer(series.instances)
    return Answered(series, answer, compared(series, answer, lambda: block))


def picture(made: Answered) -> np.ndarray:
    """uint8 (rows, columns, 3): outlines on the slices, each beside what is known of it."""
    return truth_picture.picture(made.series, made.found, indices_of(made.series), read_instance)


def content(made: Answered) -> CaseContent:
    """The report: the first nodule's slice, every nodule with its outline, measures and truth."""
    shown = [each.found.index for each in made.found if each.found is not None]
    slice_ = read_instance(made.series.instances[shown[0] if shown else 0])
    nobody = ReportError("no model of single slices was asked; the findings are of the whole series")
    rows = [
        Measurement(kind, value, f"slice {each.found.index + 1}")
        for each in made.found
        if each.found is not None
        for kind, value in each.rows()
    ]
    pictures = truth_picture.key_images(made.series, made.found, indices_of(made.series), read_instance)
    case = Case(slice_.instance, error=nobody)
    findings = None
    if made.card is not None:
        uid, patient = made.series.uid, made.series.patient.patient_id
        findings = finding_pictures.content(
            made.answer, made.card, read_instance, series_uid=uid, patient_id=patient
        )
    return case_content(slice_, case, None, measurements=rows, key_images=pictures, findings=findings)


def _series(folder: Path) -> Series:
    return scan([folder], first=First.HEAD).series[0]
