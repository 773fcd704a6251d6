"""A model asked about a series: a point a slice, a word on the whole, and an end when another is meant."""

from __future__ import annotations

import pytest

from lungview.viewer.second_reader import series_run
from tests.tiny import install, thorax_slices


@pytest.fixture
def series(opened, reader, show):
    show(*thorax_slices())
    opened.hand.work()
    return series_run.of(opened.workspace)


def listen(series) -> list[object]:
    told: list[object] = []
    series.began.connect(lambda count: told.append(("began", count)))
    series.pointed.connect(lambda point: told.append(point.index))
    series.answered.connect(lambda answer: told.append("answered"))
    series.stopped.connect(told.append)
    return told


def test_every_second_slice_is_judged_and_answers_of_slices_are_kept(opened, reader, series):
    told = listen(series)

    series.run(2)
    assert series.running
    opened.hand.work()

    assert told == [("began", 3), 0, 2, 4, "answered"]
    assert [point.index for point in series.answer.points] == [0, 2, 4]
    opened.workspace.stack.go(2)
    assert reader.case() is not None
    opened.workspace.stack.go(1)
    assert reader.case() is None


def test_a_run_that_is_stopped_has_no_word(opened, series):
    told = listen(series)
    series.run(1)

    series.cancel()
    opened.hand.work()

    assert told == [("began", 5), "Stopped: no word about the series."]
    assert (series.answer, series.running) == (None, False)


def test_another_model_ends_the_run_and_the_answer_of_the_first_comes_back(opened, reader, series):
    install("other", name="Other")
    reader.list_models()
    reader.choose("tiny")
    series.run(2)
    opened.hand.work()
    first, turned = series.answer, []
    series.turned.connect(lambda: turned.append(series.answer))

    series.run(2)
    reader.choose("other")
    opened.hand.work()
    assert not series.running
    reader.choose("tiny")

    assert first is not None
    assert turned == [None, first]


def test_nothing_is_run_or_shown_while_the_reader_reads_first(opened, reader, series):
    series.run(2)
    opened.hand.work()
    reader.first.set_on(True)

    series.run(2)

    assert (series.able, series.running, series.answer) == (False, False, None)
    assert series.kept is not None


def test_a_nodule_model_has_no_series(opened, reader, series):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    reader.choose("nodule")

    series.run(1)

    assert (series.able, series.running) == (False, False)


def test_a_fault_is_a_sentence_and_the_next_run_works(opened, series, monkeypatch):
    told = listen(series)
    with monkeypatch.context() as patch:
        patch.setattr(series_run, "classify", _broken)
        series.run(5)
        opened.hand.work()
    series.run(5)
    opened.hand.work()

    assert told == [("began", 2), "The series stopped: ZeroDivisionError", ("began", 2), 0, 4, "answered"]


def _broken(*_: object) -> None:
    raise ZeroDivisionError
