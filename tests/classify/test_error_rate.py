"""The error rate beside an answer is the one that applies to the picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.classify.case import Case, Suitability, Verdict
from lungview.classify.error_rate import error_rate, from_elsewhere
from lungview.image.slice import Instance
from lungview.model.registry import find
from tests.report.conftest import make_card, make_instance, make_prediction

FILE = Instance(Path("a.png"))
REFUSED = Suitability(False, 9.0, 3.0, ("no lungs",))


def test_a_picture_file_that_the_gate_lets_pass_has_the_test_sets_figure() -> None:
    said = error_rate(make_card(), Case(FILE, make_prediction()))
    assert said.startswith("On its set “test” this model was wrong in 4.6 % of 280 pictures")


@pytest.mark.parametrize(
    "case",
    [
        Case(make_instance(), make_prediction()),
        Case(FILE, make_prediction(suitability=replace(REFUSED, overridden=True))),
        Case(FILE, make_prediction(suitability=REFUSED, verdict=Verdict.NOT_SUITABLE)),
    ],
    ids=["DICOM", "overridden", "refused"],
)
def test_what_is_from_elsewhere_has_the_other_hospitals_figure(case: Case) -> None:
    assert from_elsewhere(case)
    said = error_rate(make_card(), case)
    assert said == (
        "On pictures of another hospital (set “other hospital”, 646 pictures) this model told cancer from "
        "health no better than a coin: AUC 0.45."
    )


def test_the_shipped_ensemble_says_no_better_than_a_coin_of_a_hospitals_ct() -> None:
    said = error_rate(find("ensemble").card, Case(make_instance(), make_prediction()))
    assert "no better than a coin: AUC 0.40 (95 % CI 0.275–0.528)" in said
    assert "wrong in" not in said


def test_a_model_without_such_a_figure_says_that_it_was_not_measured() -> None:
    card = replace(make_card(), metrics={"test": {"n": 280, "accuracy": 0.954}})
    said = error_rate(card, Case(make_instance(), make_prediction()))
    assert said.startswith("On pictures from elsewhere, as this one is, it has not been measured.")
    assert "wrong in 4.6 % of 280 pictures" in said
