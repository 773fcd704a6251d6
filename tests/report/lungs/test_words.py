"""The words of lungs in numbers."""

from __future__ import annotations

from dataclasses import replace

from lungview.lung.reliability import WHOLE
from lungview.lung.technique import Technique
from lungview.report.lungs.words import (
    NOT_TOLD,
    Scan,
    beside,
    cells,
    head,
    how,
    limits,
    over_time,
    parts,
    summary,
    technique,
)
from tests.report.lungs.conftest import CUT, THICK, covered, scan


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


def test_whole_lungs_in_thin_slices_need_nothing_beside_them() -> None:
    found = scan().lungs
    assert found is not None
    assert (limits(found), head(found)[0], len(how(found))) == ((), "Volume", 2)
    assert summary(found) == "right 48 ml, left 48 ml, %LAA−950 10.0%, Perc15 −850 HU"


def test_of_part_of_the_lungs_volumes_are_those_in_the_scan_and_densities_are_marked(part: Scan) -> None:
    found, detail = part.lungs, part.detail
    assert found is not None
    assert detail is not None
    assert head(found)[0] == "Volume in the scan"
    assert limits(found) == (
        "Densities are of the part scanned, not comparable with whole lungs.",
        f"Reason: {CUT}.",
        NOT_TOLD,
    )
    assert summary(found) == (
        "right 48 ml, left 48 ml in the scan, %LAA−950 10.0%, Perc15 −850 HU "
        "(densities of the part scanned, not comparable with whole lungs)"
    )
    assert [(lung, third) for lung, third, _ in parts(found, detail)] == [
        ("Both lungs", ""), ("Right lung", ""), ("Left lung", ""),
    ]  # fmt: skip
    assert not any("Thirds are of" in said for said in how(found))


def test_of_thick_slices_volumes_stay_and_thirds_go() -> None:
    found = covered("20240131", replace(WHOLE, thick=THICK))
    assert found.lungs is not None
    assert found.detail is not None
    assert head(found.lungs)[0] == "Volume"
    assert limits(found.lungs)[0] == "Densities are of thick slices, not comparable with thin ones."
    assert len(parts(found.lungs, found.detail)) == 3


def test_a_change_is_against_the_scan_before_by_date() -> None:
    steps = over_time([scan("20240131", 0.2), scan("20230131", 0.1)])
    assert [step.day for step in steps] == ["2023-01-31", "2024-01-31"]
    assert steps[0].change == ()
    assert steps[1].change == ("+0 ml (+0%)", "+10.0 points", "−110 HU", "−11 HU")
    assert beside(steps[1]) == ""


def test_scans_that_were_made_otherwise_are_unsure_and_say_why() -> None:
    soft = Technique(2.5, "B31f", "Iohexol", "120")
    step = over_time([scan("20230131"), scan("20240131", technique=soft, tall=48)])[1]
    assert step.doubts == (
        "slices of 1 mm before, 2.5 mm now",
        "reconstruction kernel B70f before, B31f now",
        "no contrast agent before, one now",
        "lung volume -20%: another depth of breath, or another lung",
    )
    assert beside(step).startswith("2024-01-31, unsure: slices of 1 mm before, 2.5 mm now; ")


def test_one_scan_is_nothing_over_time() -> None:
    assert over_time([scan()]) == ()


def test_each_scan_stands_over_time_with_the_reason_where_it_has_no_numbers() -> None:
    steps = over_time([
        covered("20240131", replace(WHOLE, cut=(CUT,))), scan("20230131", 0.1), scan("20250131", 0.2),
        Scan("20220131", None, why="no lungs found"), scan(""),
    ])  # fmt: skip
    assert [(step.day, bool(step.change), beside(step)) for step in steps] == [
        ("no date", False, "no date, not compared: it has no date."),
        ("2022-01-31", False, "2022-01-31, not compared: no lungs found."),
        ("2023-01-31", False, ""),
        ("2024-01-31", False, f"2024-01-31, not compared: {CUT}."),
        ("2025-01-31", True, ""),  # against 2023: the one between is part of the lungs
    ]
    assert steps[3].cells == ("–",) * 4
    assert steps[4].change[1] == "+10.0 points"
