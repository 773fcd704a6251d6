"""An answer and a box are of one picture; the answers longest not given go first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from lungview.classify.case import Case
from lungview.errors import ModelError
from lungview.image.slice import Patient, Slice
from lungview.model.input import Box
from lungview.study.key import picture_id
from lungview.viewer.second_reader import answers as module
from lungview.viewer.second_reader.answers import Answers
from tests.ui.conftest import make_slice


def model(name: str = "m", preparation: str = "whole") -> SimpleNamespace:
    return SimpleNamespace(card=SimpleNamespace(reference=name, sha256="00", preparation=preparation))


def case(slice_: Slice) -> Case:
    return Case(slice_.instance, error=ModelError("stands for an answer"))


OTHER = replace(make_slice(), patient=Patient("Somebody^Else", "ID-8"))
CHANGED = replace(make_slice(), values=make_slice().values + 1)


@pytest.mark.parametrize("other", [OTHER, CHANGED])
def test_an_answer_is_not_given_for_another_picture_in_the_same_place(other: Slice) -> None:
    answers, shown = Answers(), make_slice()
    answers.keep(case(shown), picture_id(shown), model())
    assert answers.of(shown, model()) is not None
    assert answers.of(other, model()) is None


@pytest.mark.parametrize("other", [OTHER, CHANGED])
def test_a_box_is_on_no_other_picture_in_the_same_place(other: Slice) -> None:
    answers, box = Answers(), Box(1, 2, 3, 4)
    answers.set_box(make_slice(), box)
    assert (answers.box(make_slice()), answers.box(other)) == (box, None)
    answers.set_box(make_slice(), None)
    assert answers.box(make_slice()) is None


def test_every_model_and_box_has_its_own_answer() -> None:
    answers, shown = Answers(), make_slice()
    of_box = model("box", "box")
    answers.set_box(shown, Box(1, 2, 3, 4))
    boxed, whole = case(shown), case(shown)
    answers.keep(boxed, picture_id(shown), of_box)
    answers.keep(whole, picture_id(shown), model())
    assert (answers.of(shown, of_box), answers.of(shown, model())) == (boxed, whole)
    answers.set_box(shown, None)
    assert (answers.of(shown, of_box), answers.of(shown, model())) == (None, whole)


def test_the_oldest_answers_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    answers, many = Answers(), [make_slice(n) for n in range(3)]
    for each in many:
        answers.keep(case(each), picture_id(each), model())
    assert [answers.of(each, model()) is not None for each in many] == [False, True, True]
