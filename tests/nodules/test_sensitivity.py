"""Silence is worth what was measured: the words where nothing is called."""

from __future__ import annotations

import pytest

from lungview.model import registry
from lungview.model.card import ClassLabel, ModelCard
from lungview.nodules.sensitivity import conclusion, of_card

HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))


def row(size: tuple[float, float], share: float, n: int = 20, thick: float = 3.0) -> dict:
    return {
        "size_mm": list(size),
        "thickness_mm": [0.0, thick],
        "sensitivity": share,
        "ci95": [share / 2, 1],
        "n": n,
    }


def card(*rows: dict, measured: bool = True) -> ModelCard:
    metrics = {"sensitivity": list(rows), **({"called": {}} if measured else {})}
    return ModelCard("m", "M", "1", "findings", "x", HEADS, (192, 256), sha256="0" * 64, metrics=metrics)


SMALL, LARGE = row((4.0, 20.0), 0.5), row((20.0, 200.0), 0.94)


def test_no_suspicious_finding_is_said_only_of_sizes_that_are_called_in_four_of_five():
    said = conclusion(card(SMALL, LARGE), 0, 71, 2.0)
    assert said.startswith("No suspicious finding of 20 mm or more on the 71 slices looked at.")
    assert "50 % of those of 4 to 20 mm (25 to 100 %, n = 20)" in said


@pytest.mark.parametrize("rows", [(SMALL,), (row((20.0, 200.0), 0.94, n=5),)], ids=["share", "n"])
def test_a_low_figure_or_one_of_few_nodules_gives_no_all_clear(rows):
    assert conclusion(card(*rows), 0, 71, 2.0).startswith(
        "No finding called on the 71 slices looked at; this does not say that there is none."
    )


@pytest.mark.parametrize("thickness", [3.5, 8.0, None])
def test_slices_that_were_never_measured_are_said_to_be_unknown(thickness):
    said = conclusion(card(SMALL, LARGE), 0, 30, thickness)
    assert said == (
        "No finding called on the 30 slices looked at; the sensitivity for this thickness is not known."
    )


def test_called_findings_are_counted():
    assert conclusion(card(LARGE), 1, 71, 2.0) == "1 finding called on the 71 slices looked at."
    assert conclusion(card(LARGE), 2, 1, 2.0) == "2 findings called on the slice looked at."


def test_without_a_measured_call_nothing_is_concluded():
    assert conclusion(card(LARGE, measured=False), 0, 71, 2.0) == ""


def test_the_card_that_ships_knows_slices_up_to_3_mm_and_every_figure_has_its_nodules():
    shipped = registry.find("findings").card
    for thickness in (1.0, 2.5, 3.0):
        known = of_card(shipped, thickness)
        assert [s.size_mm[0] for s in known] == [4.0, 10.0, 20.0]
        assert all(s.n > 0 and s.ci95[0] <= s.share <= s.ci95[1] for s in known)
    assert of_card(shipped, 5.0) == ()
