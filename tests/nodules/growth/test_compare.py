"""Two scans of the synthetic thorax, one turned and shifted: what became of each finding."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.lung.lungs import LungMask
from lungview.lung.quantify import Density as LungDensity
from lungview.lung.quantify import Quantities
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.growth.change import Trend
from lungview.nodules.growth.chest import Chest, coarse
from lungview.nodules.growth.compare import Comparison, Named, Side, compare
from lungview.nodules.growth.scans import Scan
from lungview.study.volume import Volume
from tests.nodules.growth.test_registration import CENTRE, moved, scan, turned

MATRIX, SHIFT = turned((3, -2, 4)), np.array([6.0, -8.0, 12.0])
STAYS, COMES, GOES = (-70.0, 10.0, -250.0), (80.0, 20.0, -300.0), (60.0, -10.0, -200.0)
BEFORE, NOW = Scan("x", "20230131", "1", "1", 1.0), Scan("x", "20240131", "2", "2", 1.0)


def chest(volume: Volume, mask: LungMask) -> Chest:
    part = LungDensity(1.0, 1.0, None, None, None)
    return Chest(volume, mask, Quantities(part, part, part, part, part, part))


def named(label: str, place, volume_mm3: float, accepted: bool = True) -> Named:
    finding = Finding(
        (1, 2), Source.READER, Status.ACCEPTED, place,
        long_mm=8.0, short_mm=8.0, volume_mm3=volume_mm3, density=Density.SOLID,
    )  # fmt: skip
    return Named(label, label, finding, place, accepted)


def earlier(place) -> tuple[float, float, float]:
    """Where the prior scan has what the present one has at a place."""
    x, y, z = np.linalg.solve(MATRIX, np.array(place) - CENTRE - SHIFT) + CENTRE
    return float(x), float(y), float(z)


@lru_cache(maxsize=1)
def compared() -> Comparison:
    before = Side(
        BEFORE,
        chest(*moved(MATRIX, SHIFT, slice(20, None))),
        (
            named("A", earlier(STAYS), 200.0),
            named("B", earlier(GOES), 100.0),
            named("C", earlier((-60.0, 30.0, -180.0)), 90.0, accepted=False),
        ),
    )
    low = (-70.0, 10.0, -395.0)
    now = Side(
        NOW, chest(*scan()), (named("1", STAYS, 400.0), named("2", COMES, 50.0), named("3", low, 50.0))
    )
    return compare(before, now)


def test_a_finding_at_the_same_place_of_the_lungs_is_the_same_and_its_growth_is_told() -> None:
    partner = compared().partners["1"]
    assert (partner.label, partner.change.trend) == ("A", Trend.GROWING)
    assert partner.change.doubling_days == pytest.approx(365)


def test_a_finding_without_one_before_is_new_and_the_reader_is_sent_to_look() -> None:
    change = compared().partners["2"].change
    assert change.trend is Trend.NEW
    assert "look there" in change.notes[0]


def test_a_place_that_the_prior_scan_does_not_reach_is_neither_new_nor_old() -> None:
    change = compared().partners["3"].change
    assert (change.trend, change.notes) == (None, ("the prior scan does not reach this place",))


def test_an_accepted_finding_of_the_prior_scan_alone_is_resolved_and_a_candidate_is_not() -> None:
    assert [(label, change.trend) for label, change in compared().gone] == [("B", Trend.RESOLVED)]


def test_lungs_that_fit_need_no_note() -> None:
    assert compared().notes == ()


def test_lungs_that_do_not_fit_are_said() -> None:
    stretched = np.diag((1.0, 1.0, 1.45))
    before, now = (chest(*moved(np.linalg.inv(stretched), np.zeros(3))), chest(*scan()))
    found = compare(Side(BEFORE, before, ()), Side(NOW, now, ()))
    assert found.notes == ("the lungs of both scans do not lie well on one another: check each match",)


def test_scans_of_two_people_are_refused_before_anything_is_compared() -> None:
    sides = (Side(s, chest(*scan()), ()) for s in (BEFORE, replace(NOW, person="y")))
    with pytest.raises(InputError, match="two people"):
        compare(*sides)


def test_a_coarse_chest_keeps_its_voxels_in_their_places() -> None:
    values = np.arange(20 * 16 * 16, dtype=np.int16).reshape(20, 16, 16)
    axes = ((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    fine = Volume(values, (1.0, 0.7, 0.7), (5.0, 6.0, 7.0), axes)
    few, mask = coarse(fine, LungMask((values % 3).astype(np.uint8)))
    assert few.spacing_mm == (3.0, 4 * 0.7, 4 * 0.7)
    place = few.point_mm((2, 1, 3))
    at = tuple(np.rint(fine.index(place)).astype(int))
    assert few.values[2, 1, 3] == values[at]
    assert mask.values[2, 1, 3] == values[at] % 3
