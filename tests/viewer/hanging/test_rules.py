"""Which rule hangs a study: by modality, words, series and a prior; the first that is on and fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.image.slice import Instance, Patient, Study
from lungview.study.series import Series
from lungview.viewer.hanging.rules import (
    LAYOUTS,
    HungStudy,
    Rule,
    first_fitting,
    from_table,
    hung_study,
    of_study,
    with_rule,
)

CHEST = HungStudy(frozenset({"CT"}), "ct thorax w/contrast\nlung 1.0", 3, prior=False)


def series(key: str, study: str = "1", modality: str = "CT", **more: object) -> Series:
    known: dict[str, object] = {
        "patient": Patient("Nobody^Ann", "7"),
        "study": Study(study, "Thorax", "20240101"),
        "body_part": "CHEST",
    }
    return Series(key, key, f"series {key}", modality, (Instance(Path(key)),), 4, 4, **(known | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asks", "fits"),
    [
        ({}, True),
        ({"on": False}, False),
        ({"modality": ("CT", "MR")}, True),
        ({"modality": ("ct",)}, True),
        ({"modality": ("MR",)}, False),
        ({"words": ("Thorax",)}, True),
        ({"words": ("abdomen", "lung")}, True),
        ({"words": ("abdomen",)}, False),
        ({"series": "3"}, True),
        ({"series": "2"}, False),
        ({"series": "2+"}, True),
        ({"series": "4+"}, False),
        ({"series": "2-4"}, True),
        ({"series": "4-9"}, False),
        ({"prior": True}, False),
    ],
)
def test_all_that_a_rule_asks_must_be_so(asks: dict, fits: bool) -> None:
    assert Rule("", "thorax", **asks).fits(CHEST) is fits


def test_the_first_that_fits_is_used() -> None:
    rules = [Rule("a", "2x2", modality=("MR",)), Rule("b", "thorax", words=("thorax",)), Rule("c", "one")]
    assert first_fitting(rules, CHEST) == rules[1]
    assert first_fitting(rules[:1], CHEST) is None


def test_beside_other_studies_only_a_rule_for_priors_changes_the_views() -> None:
    rules = [Rule("a", "thorax"), Rule("b", "compare", prior=True)]
    assert first_fitting(rules, CHEST, beside=True) is None
    assert first_fitting(rules, replace(CHEST, prior=True), beside=True) == rules[1]


def test_what_rules_ask_is_read_from_the_series_that_are_open() -> None:
    scout = series("s", localizer=True)
    one, two = series("a"), series("b", modality="PT")
    other = series("o", study="2")
    asked = hung_study(one, [scout, one, two, other])
    assert (asked.modalities, asked.series, asked.prior) == (frozenset({"CT", "PT"}), 2, True)
    assert "series b" in asked.text
    assert "chest" in asked.text
    assert not hung_study(one, [one, two]).prior


def test_scouts_are_hung_only_where_there_is_nothing_else() -> None:
    scout, one = series("s", localizer=True), series("a")
    assert of_study(one, [scout, one]) == (one,)
    assert of_study(scout, [scout]) == (scout,)


def test_a_new_rule_comes_first_in_the_place_of_one_that_asks_the_same() -> None:
    old = [Rule("a", "one", modality=("CT",)), Rule("b", "2x2", modality=("MR",))]
    assert with_rule(old, Rule("c", "thorax", modality=("CT",))) == (
        Rule("c", "thorax", modality=("CT",)),
        old[1],
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"layout": "4x4"}, "layout: expected one of one, thorax"),
        ({}, "layout: expected one of"),
        ({"layout": "one", "windows": ["lungs"]}, "windows: expected some of"),
        ({"layout": "one", "series": "many"}, "series: expected a number"),
        ({"layout": "one", "modality": "CT"}, "modality: expected a list of texts"),
        ({"layout": "one", "words": [1]}, "words: expected a list of texts"),
        ({"layout": "one", "on": "yes"}, "on: expected true or false"),
        ({"layout": "one", "colour": "red"}, "found colour"),
        ({"layout": 3}, "layout: expected a text"),
    ],
)
def test_a_bad_rule_is_one_sentence(table: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        from_table(table)
    assert "\n" not in str(caught.value)


def test_every_layout_is_one_of_the_window() -> None:
    from lungview.ui.hanging.hanging import ACTIONS
    from lungview.ui.layout.layouts import GRIDS, ROUND

    assert tuple(ACTIONS) == LAYOUTS
    assert set(ACTIONS.values()) == {*GRIDS, *ROUND}
