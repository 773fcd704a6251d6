"""What is said of a model's figures: the same in the window and in a report."""

from dataclasses import replace

import pytest

from lungview.classify import words
from lungview.classify.case import Refusal, Suitability, Verdict
from lungview.model.card import Member, OperatingPoint, combined_sha256
from lungview.model.registry import find
from tests.report.conftest import make_card, make_prediction


def test_cancer_against_normal_and_refusals_stand_beside_the_accuracy() -> None:
    found = {
        "n": 574,
        "accuracy": 0.584,
        "auc_cancer": 0.404,
        "refused": 0.146,
        "ci95": {"auc_cancer": [0.296, 0.512]},
    }
    assert words.figures(found) == (
        "n = 574, accuracy 0.584, AUC of malignant against the rest 0.404 (0.296–0.512), "
        "share refused by the gate 0.146"
    )


def test_the_gate_s_two_rates_are_said_in_one_sentence(tiny) -> None:
    metrics = {"test": {"n": 280, "refused": 0.025, "unsuitable": {"n": 64, "refused": 1.0}}}
    assert words.gate_rates(replace(tiny.card, metrics=metrics)) == (
        "The gate lets 97.5 % of 280 own test pictures pass and refuses 100.0 % of 64 unsuitable ones."
    )


def test_a_card_of_before_says_nothing_about_the_gate(tiny) -> None:
    assert words.gate_rates(replace(tiny.card, metrics={})) == ""


def test_an_ensemble_s_heat_map_is_said_to_be_a_mean(tiny) -> None:
    members = (Member("one", "0" * 64), Member("two", "1" * 64))
    combined = combined_sha256(m.sha256 for m in members)
    said = words.heat_map(replace(tiny.card, ensemble=members, sha256=combined))
    assert said.endswith("Mean of the heat maps of one, two, brought to one size.")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.4, 0.6), "0.40–0.60"),
        ((0.0031, 0.9959), "0.003–0.996"),
        ((0.0001, 0.9999), "0.0001–0.9999"),  # four digits are what a card keeps
        ((0.0, 1.0), "0.00–1.00"),
    ],
)
def test_the_band_never_rounds_to_all_there_is(ends, said):
    assert words.band(ends) == said


@pytest.mark.parametrize(
    ("end", "said"), [(0.6, "0.60"), (0.9959, "0.996"), (0.0001, "0.0001"), (1.0, "1.00")]
)
def test_an_end_of_the_band_alone_does_not_either(end, said):
    assert words.limit(end) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.974, "0.97"), (0.995, "> 0.99"), (1.0, "> 0.99"), (0.004, "< 0.01")]
)
def test_a_probability_is_never_said_to_be_certain(value, said):
    assert words.share(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.9744, "0.974"), (0.9996, "> 0.999"), (1.0, "> 0.999"), (0.0004, "< 0.001")]
)
def test_nor_in_three_digits(value, said):
    assert words.share(value, 3) == said


def test_the_shipped_interval_of_one_to_one_is_shown_as_one_that_holds() -> None:
    """20 healthy pictures in 151 groups of 280: about 10.8 of them; 10.8 / (10.8 + 1.96²) = 0.737."""
    assert words.interval(find("ensemble").card.metrics["test"], "auc_cancer") == "0.737–1.000"


def test_uncertain_at_0_93_says_which_number_is_inside_which_band() -> None:
    card = replace(make_card(), operating_point=OperatingPoint(0.492, (0.0155, 0.9835)))
    found = make_prediction(probabilities=(0.04, 0.02, 0.01, 0.93), label="normal", verdict=Verdict.UNCERTAIN)
    assert words.why_uncertain(card, found) == (
        "Probability of malignancy 0.07, inside the uncertain band 0.02–0.98. Normal leads with 0.93, but "
        "there this model makes no call: it calls below 0.02 or above 0.98 of malignancy only."
    )


def refused_for(refusal: Refusal | None) -> Suitability:
    return Suitability(False, 2.0, 1.0, ("a reason",), refusal=refusal)


def test_a_slice_that_only_this_model_does_not_know_is_not_asked_to_be_a_chest_ct():
    said = words.what_to_do(refused_for(Refusal.UNLIKE))
    assert "open" not in said
    assert "another one or the second reader" in said


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (Refusal.NO_LUNG, "slice with lung on it"),
        (Refusal.NO_NODULE, "close around one nodule"),
        (None, "another model"),
    ],
)
def test_what_to_do_follows_what_the_gate_refused_for(refusal, asked):
    said = words.what_to_do(refused_for(refusal))
    assert asked in said
    assert said.endswith("recorded and said in every output.")
