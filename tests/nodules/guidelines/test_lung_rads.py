"""Lung-RADS v2022 cell by cell, written down a second time from the ACR's table of November 2022."""

from __future__ import annotations

import pytest

from lungview.nodules.guidelines.advice import NoRule
from lungview.nodules.guidelines.lung_rads import of_nodule
from lungview.nodules.guidelines.lung_rads_nodule import (
    Airway,
    Cyst,
    CystChange,
    Kind,
    Nodule,
    Seen,
    SolidPart,
)
from lungview.nodules.guidelines.table import Measure, load
from tests.nodules.guidelines.lung_rads import BASELINE, GLASS, GROWING, NEW, PART, SOLID, STABLE, category

# kind, seen, smallest and largest mean diameter of the cell (mm), smallest and largest volume (mm³), category
BY_SIZE = [
    (SOLID, BASELINE, 0.1, 5.9, 1, 112, "2"),
    (SOLID, BASELINE, 6.0, 7.9, 113, 267, "3"),
    (SOLID, BASELINE, 8.0, 14.9, 268, 1766, "4A"),
    (SOLID, BASELINE, 15.0, 90.0, 1767, 99999, "4B"),
    (SOLID, NEW, 0.1, 3.9, 1, 33, "2"),
    (SOLID, NEW, 4.0, 5.9, 34, 112, "3"),
    (SOLID, NEW, 6.0, 7.9, 113, 267, "4A"),
    (SOLID, NEW, 8.0, 90.0, 268, 99999, "4B"),
    (SOLID, GROWING, 0.1, 7.9, 1, 267, "4A"),
    (SOLID, GROWING, 8.0, 90.0, 268, 99999, "4B"),
    (SOLID, Seen.SLOWLY_GROWING, 0.1, 90.0, 1, 99999, "4B"),
    (PART, Seen.SLOWLY_GROWING, 0.1, 90.0, 1, 99999, "4B"),
    (GLASS, BASELINE, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, NEW, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, GROWING, 0.1, 29.9, 1, 14136, "2"),
    (GLASS, STABLE, 30.0, 90.0, 14137, 99999, "2"),
    (GLASS, Seen.SLOWLY_GROWING, 30.0, 90.0, 14137, 99999, "2"),
    (GLASS, BASELINE, 30.0, 90.0, 14137, 99999, "3"),
    (GLASS, NEW, 30.0, 90.0, 14137, 99999, "3"),
    (Kind.JUXTAPLEURAL, BASELINE, 0.1, 9.9, 1, 523, "2"),
    (Kind.JUXTAPLEURAL, NEW, 0.1, 9.9, 1, 523, "2"),
    (Kind.JUXTAPLEURAL, BASELINE, 10.0, 14.9, 524, 1766, "4A"),  # from here on as any solid one
    (Kind.JUXTAPLEURAL, BASELINE, 15.0, 90.0, 1767, 99999, "4B"),
    (Kind.JUXTAPLEURAL, NEW, 10.0, 90.0, 524, 99999, "4B"),
    (Kind.JUXTAPLEURAL, GROWING, 0.1, 7.9, 1, 267, "4A"),
    (Kind.JUXTAPLEURAL, GROWING, 8.0, 90.0, 268, 99999, "4B"),
]


@pytest.mark.parametrize(("kind", "seen", "low", "high", "small", "large", "expected"), BY_SIZE)
def test_a_cell_by_size_holds_from_its_first_to_its_last_size(
    kind, seen, low, high, small, large, expected
) -> None:
    part = SolidPart.STABLE if kind is PART else None
    for mm, mm3 in ((low, small), (high, large)):
        nodule = Nodule(kind, seen, mean_mm=mm, volume_mm3=mm3, solid_part=part)
        assert category(nodule) == expected
        assert category(nodule, Measure.VOLUME) == expected


# seen, change of the solid part, total mm and mm³, solid mm and mm³, category
PART_SOLID = [
    (BASELINE, None, 5.9, 112, None, None, "2"),
    (BASELINE, None, 6.0, 113, 5.9, 112, "3"),
    (BASELINE, None, 40.0, 33510, 5.9, 112, "3"),
    (BASELINE, None, 12.0, 905, 6.0, 113, "4A"),
    (BASELINE, None, 12.0, 905, 7.9, 267, "4A"),
    (BASELINE, None, 12.0, 905, 8.0, 268, "4B"),
    (NEW, None, 5.9, 112, 3.9, 33, "3"),
    (NEW, None, 6.0, 113, 3.9, 33, "4A"),
    (NEW, None, 5.9, 112, 4.0, 34, "4B"),
    (NEW, None, 12.0, 905, 4.0, 34, "4B"),
    (GROWING, SolidPart.GROWING, 12.0, 905, 3.9, 33, "4A"),
    (STABLE, SolidPart.NEW, 12.0, 905, 3.9, 33, "4A"),
    (STABLE, SolidPart.GROWING, 12.0, 905, 4.0, 34, "4B"),
    (GROWING, SolidPart.NEW, 5.0, 65, 4.0, 34, "4B"),
    (Seen.ENLARGED, SolidPart.STABLE, 5.9, 112, 3.0, 14, "2"),
    (Seen.ENLARGED, SolidPart.STABLE, 6.0, 113, 5.0, 65, "3"),
    (Seen.ENLARGED, SolidPart.STABLE, 12.0, 905, 6.0, 113, "4A"),
    (Seen.ENLARGED, SolidPart.STABLE, 12.0, 905, 8.0, 268, "4B"),
]


@pytest.mark.parametrize(("seen", "part", "mm", "mm3", "solid_mm", "solid_mm3", "expected"), PART_SOLID)
def test_a_part_solid_nodule_is_classed_by_its_solid_part(
    seen, part, mm, mm3, solid_mm, solid_mm3, expected
) -> None:
    nodule = Nodule(PART, seen, mm, mm3, solid_mm, solid_mm3, solid_part=part)
    assert category(nodule) == expected
    assert category(nodule, Measure.VOLUME) == expected


AIRWAY = [
    (Airway.SUBSEGMENTAL, BASELINE, "2"),
    (Airway.SUBSEGMENTAL, NEW, "2"),
    (Airway.SUBSEGMENTAL, STABLE, "2"),
    (Airway.PROXIMAL, BASELINE, "4A"),
    (Airway.PROXIMAL, NEW, "4A"),
    (Airway.PROXIMAL, STABLE, "4B"),
    (Airway.PROXIMAL, GROWING, "4B"),
]


@pytest.mark.parametrize(("place", "seen", "expected"), AIRWAY)
def test_a_nodule_in_the_airways_is_classed_by_its_place(place, seen, expected) -> None:
    assert category(Nodule(Kind.AIRWAY, seen, airway=place)) == expected


CYSTS = [
    (Cyst.THICK, BASELINE, None, "4A"),
    (Cyst.MULTILOCULAR, BASELINE, None, "4A"),
    (Cyst.THICK, GROWING, CystChange.LARGER, "3"),
    (Cyst.THIN, GROWING, CystChange.MULTILOCULAR, "4A"),
    (Cyst.THICK, GROWING, CystChange.MULTILOCULAR, "4A"),
    (Cyst.THICK, GROWING, CystChange.WALL, "4B"),
    (Cyst.MULTILOCULAR, GROWING, CystChange.LARGER, "4B"),
    (Cyst.MULTILOCULAR, GROWING, CystChange.DENSER, "4B"),
]


@pytest.mark.parametrize(("cyst", "seen", "change", "expected"), CYSTS)
def test_an_atypical_cyst_is_classed_by_its_wall_and_what_changed(cyst, seen, change, expected) -> None:
    assert category(Nodule(Kind.CYST, seen, cyst=cyst, cyst_change=change)) == expected


STEPS = [  # kind, seen, category before, months since, proven benign, category now
    (SOLID, STABLE, "2", 12, None, "2"),
    (SOLID, STABLE, "3", 6, None, "2"),
    (SOLID, STABLE, "4A", 3, None, "3"),
    (PART, STABLE, "2", 12, None, "2"),
    (PART, STABLE, "3", 6, None, "2"),
    (PART, STABLE, "4A", 3, None, "3"),
    (Kind.CYST, STABLE, "4A", 3, None, "3"),
    (SOLID, Seen.RESOLVED, "3", None, None, "2"),
    (SOLID, Seen.RESOLVED, "4A", None, None, "2"),
    (Kind.AIRWAY, Seen.RESOLVED, "4A", None, None, "2"),
    (SOLID, STABLE, "4B", None, True, "2"),
    (PART, STABLE, "4B", None, True, "2"),
    (Kind.AIRWAY, Seen.RESOLVED, "4B", None, True, "2"),
]


def stepped(kind, seen, before, months, proven) -> Nodule:
    more = {
        PART: {"solid_part": SolidPart.STABLE},
        Kind.CYST: {"cyst": Cyst.THICK},
        Kind.AIRWAY: {"airway": Airway.PROXIMAL},
    }
    return Nodule(kind, seen, previous=before, months=months, proven_benign=proven, **more.get(kind, {}))


@pytest.mark.parametrize(("kind", "seen", "before", "months", "proven", "expected"), STEPS)
def test_what_is_stable_or_gone_steps_down(kind, seen, before, months, proven, expected) -> None:
    assert category(stepped(kind, seen, before, months, proven)) == expected


@pytest.mark.parametrize(("before", "months"), [("3", 3.0), ("4A", 1.0)])
def test_a_follow_up_before_its_time_steps_nothing_down(before: str, months: float) -> None:
    assert isinstance(of_nodule(Nodule(SOLID, STABLE, previous=before, months=months)), NoRule)


def test_benign_calcification_or_fat_is_category_1() -> None:
    assert category(Nodule(Kind.BENIGN)) == "1"


def test_every_row_of_the_table_has_its_cell_in_these_tests() -> None:
    cells = [Nodule(Kind.BENIGN)]
    cells += [Nodule(kind, seen, mean_mm=mm) for kind, seen, mm, *_ in BY_SIZE]
    cells += [
        Nodule(PART, seen, mm, None, solid, solid_part=part) for seen, part, mm, _, solid, *_ in PART_SOLID
    ]
    cells += [Nodule(Kind.AIRWAY, seen, airway=place) for place, seen, _ in AIRWAY]
    cells += [Nodule(Kind.CYST, seen, cyst=cyst, cyst_change=change) for cyst, seen, change, _ in CYSTS]
    cells += [stepped(*step[:-1]) for step in STEPS]
    for row in load("lung_rads_2022").rows:
        assert any(row.possible(c.facts) and not row.unknown(c.facts) for c in cells), row


MANAGEMENT = {
    "1": "12-month screening LDCT",
    "2": "12-month screening LDCT",
    "3": "6-month LDCT",
    "4A": "3-month LDCT; PET/CT may be considered",
    "4B": "Referral for further clinical evaluation",
    "4X": "Referral for further clinical evaluation",
}


@pytest.mark.parametrize(("name", "text"), MANAGEMENT.items())
def test_each_category_has_its_management(name: str, text: str) -> None:
    assert load("lung_rads_2022").management[name].startswith(text)
