"""The words of lungs in numbers."""

from __future__ import annotations

import pytest

from lungview.lung.technique import Technique
from lungview.report.lungs.words import Scan, cells, over_time, parts, technique, unsure, why_not
from tests.report.lungs.conftest import SHARP, scan


def test_each_lung_has_its_thirds_behind_it() -> None:
    found = scan()
    assert found.detail is not None
    rows = parts(found.lungs, found.detail)
    assert [(lung, part) for lung, part, _ in rows][:5] == [
        ("Both lungs", ""), ("Both lungs", "Upper third"), ("Both lungs", "Middle third"),
        ("Both lungs", "Lower third"), ("Right lung", ""),
    ]  # fmt: skip
    assert cells(rows[0][2]) == ("96 ml", "10.0%", "−850 HU", "−861 HU")  # 2 × 60 × 40 × 20 mm³


def test_the_technique_is_said_with_what_is_not_told() -> None:
    found = scan(technique=Technique(1.25)).detail
    assert found is not None
    assert technique(found) == "slices of 1.25 mm, reconstruction kernel not told, no contrast agent told"


def test_a_scan_that_must_not_be_told_in_numbers_says_why(refused: Scan) -> None:
    assert refused.detail is None
    assert why_not(refused.lungs) == "Not measured: no left lung found."


def test_a_change_is_against_the_scan_before_by_date() -> None:
    steps = over_time([scan("20240131", 0.2), scan("20230131", 0.1)])
    assert [step.day for step in steps] == ["2023-01-31", "2024-01-31"]
    assert steps[0].change == ()
    assert steps[1].change == ("+0 ml (+0%)", "+10.0 points", "−110 HU", "−11 HU")
    assert unsure(steps[1]) == ""


def test_scans_that_were_made_otherwise_are_unsure_and_say_why() -> None:
    soft = Technique(2.5, "B31f", "Iohexol", "120")
    step = over_time([scan("20230131"), scan("20240131", technique=soft, tall=48)])[1]
    assert step.doubts == (
        "slices of 1 mm before, 2.5 mm now",
        "reconstruction kernel B70f before, B31f now",
        "no contrast agent before, one now",
        "lung volume -20%: another depth of breath, or another lung",
    )
    assert unsure(step).startswith("2024-01-31, unsure: slices of 1 mm before, 2.5 mm now; ")


@pytest.mark.parametrize("others", [[], [scan("", technique=SHARP)]])
def test_one_dated_scan_is_nothing_over_time(others: list[Scan]) -> None:
    assert over_time([scan(), *others]) == ()


def test_a_refused_scan_is_nothing_over_time(refused: Scan) -> None:
    assert over_time([scan("20230131"), refused]) == ()
