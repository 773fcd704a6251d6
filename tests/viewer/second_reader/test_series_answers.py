"""An answer about a series is given again for the same slices and the same model alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from lungview.classify.series import SeriesAnswer
from lungview.image.slice import Instance
from lungview.study.series import Series
from lungview.viewer.second_reader.series_answers import SeriesAnswers, asked

INSTANCES = tuple(Instance(Path(f"{n}.dcm"), sop_instance_uid=f"1.{n}") for n in range(3))
SERIES = Series("1", "1", "Axial", "CT", INSTANCES, 4, 4)
MODEL = SimpleNamespace(card=SimpleNamespace(reference="m 1"))
SAID = SeriesAnswer((), None, None, "no word", "two of three")


def test_what_was_said_is_found_for_the_same_question():
    answers = SeriesAnswers()
    answers.keep(asked(SERIES, INSTANCES, MODEL), SAID)

    assert answers.of(asked(replace(SERIES, description="Lung"), INSTANCES, MODEL)) is SAID


def test_a_series_that_has_grown_is_another_question():
    answers = SeriesAnswers()
    answers.keep(asked(SERIES, INSTANCES[:2], MODEL), SAID)

    assert answers.of(asked(SERIES, INSTANCES, MODEL)) is None


def test_another_model_or_none_is_another_question():
    answers = SeriesAnswers()
    answers.keep(asked(SERIES, INSTANCES, MODEL), SAID)

    other = SimpleNamespace(card=SimpleNamespace(reference="m 2"))
    assert answers.of(asked(SERIES, INSTANCES, other)) is None
    assert answers.of(asked(SERIES, INSTANCES, None)) is None
