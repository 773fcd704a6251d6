"""A call is made by the card's operating point, never by the largest number alone."""

from __future__ import annotations

import pytest

from lungview.classify.case import Suitability, Verdict
from lungview.classify.verdict import malignancy, most_probable, verdict
from lungview.model.card import ClassLabel, ModelCard, OperatingPoint

FINE = Suitability(True, 0.1, 1.0)
STRANGE = Suitability(False, 2.0, 1.0, ("too far from the training data",))


def card(*malignant: bool, threshold: float = 0.5, band: tuple[float, float] = (0.4, 0.6)) -> ModelCard:
    return ModelCard(
        id="m",
        name="M",
        version="1",
        task="custom",
        architecture="test",
        classes=tuple(ClassLabel(k, k, m) for k, m in zip("abcd", malignant, strict=False)),
        input_size=(32, 32),
        sha256="0" * 64,
        operating_point=OperatingPoint(threshold, band),
    )


def test_malignancy_is_the_sum_over_malignant_classes():
    assert malignancy(card(True, True, False), (0.2, 0.3, 0.5)) == pytest.approx(0.5)


@pytest.mark.parametrize("kinds", [(True, True), (False, False)])
def test_a_card_without_both_kinds_has_no_malignancy(kinds):
    assert malignancy(card(*kinds), (0.2, 0.8)) is None


def test_of_equal_classes_the_first_leads():
    assert most_probable(card(True, False), (0.5, 0.5)) == "a"


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ((0.9, 0.1), Verdict.CALLED),
        ((0.1, 0.9), Verdict.CALLED),
        ((0.6, 0.4), Verdict.UNCERTAIN),
        ((0.5, 0.5), Verdict.UNCERTAIN),
        ((0.4, 0.6), Verdict.UNCERTAIN),
        ((0.61, 0.39), Verdict.CALLED),
    ],
)
def test_inside_the_band_there_is_no_call(probabilities, expected):
    assert verdict(card(True, False), probabilities, FINE) is expected


def test_a_leading_benign_class_is_no_call_when_malignancy_is_above_the_operating_point():
    found = card(True, True, False, threshold=0.3, band=(0.25, 0.35))
    assert verdict(found, (0.25, 0.23, 0.52), FINE) is Verdict.UNCERTAIN


def test_without_malignancy_the_leading_class_must_clear_the_band():
    assert verdict(card(True, True), (0.7, 0.3), FINE) is Verdict.CALLED
    assert verdict(card(True, True), (0.55, 0.45), FINE) is Verdict.UNCERTAIN


def test_the_gate_goes_before_any_probability():
    assert verdict(card(True, False), (0.99, 0.01), STRANGE) is Verdict.NOT_SUITABLE


def test_the_reader_may_override_the_gate():
    overridden = Suitability(False, 2.0, 1.0, STRANGE.reasons, overridden=True)
    assert verdict(card(True, False), (0.99, 0.01), overridden) is Verdict.CALLED
