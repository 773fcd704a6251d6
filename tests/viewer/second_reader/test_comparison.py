"""All models on one slice: what each says, none of it of another slice or box, none while it is hidden."""

from __future__ import annotations

import pytest

from lungview.classify.classify import classify
from lungview.model.input import Box
from lungview.viewer.second_reader import comparison as comparing
from tests.tiny import install, square


@pytest.fixture
def comparison(opened, reader, show):
    install("nodule", name="Nodule", preparation="box", task="nodule")
    install("other", name="Other")
    reader.list_models()
    show(square(0), square(1))
    opened.hand.work()
    return comparing.of(opened.workspace)


def test_each_model_that_can_judge_says_what_it_says_alone(opened, reader, comparison):
    comparison.run()
    opened.hand.work()

    assert [each.entry.card.id for each in comparison.found] == ["other", "tiny"]
    for each in comparison.found:
        alone = classify(reader.slice, each.entry).prediction
        assert each.case.prediction.probabilities == alone.probabilities
        assert each.map is None  # the gate refuses a square: no map either


def test_a_box_has_the_nodule_models_asked_first(reader, comparison):
    assert [each.card.id for each in comparison.able] == ["other", "tiny"]

    reader.set_box(reader.slice, Box(10, 90, 70, 150))

    assert [each.card.id for each in comparison.able] == ["nodule", "other", "tiny"]


@pytest.mark.parametrize("change", ["slice", "box"])
def test_what_was_found_goes_with_the_slice_and_the_box(opened, reader, comparison, change):
    comparison.run()
    opened.hand.work()

    if change == "slice":
        opened.workspace.stack.go(1)
    else:
        reader.set_box(reader.slice, Box(10, 90, 70, 150))

    assert comparison.found == ()


def test_a_comparison_under_way_says_nothing_once_the_reader_reads_first(opened, reader, comparison):
    comparison.run()

    reader.first.set_on(True)
    opened.hand.work()

    assert (comparison.found, comparison.running) == ((), False)


def test_a_stopped_comparison_keeps_what_it_has(opened, comparison):
    comparison.run()
    comparison.changed.connect(lambda: comparison.cancel() if comparison.running else None)
    opened.hand.work()

    assert len(comparison.found) == 1
    assert not comparison.running


def test_a_fault_is_told_and_the_next_one_works(opened, comparison, told, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(comparing, "compare", _broken)
        comparison.run()
        opened.hand.work()
    assert told == ["The comparison stopped: ZeroDivisionError"]

    comparison.run()
    opened.hand.work()
    assert len(comparison.found) == 2


def _broken(*_: object) -> None:
    raise ZeroDivisionError
