"""Findings of two scans told for one another by their places."""

import numpy as np
import pytest

from lungview.nodules.growth.match import Match, covers, match
from lungview.nodules.growth.registration import Alignment
from lungview.study.volume import Volume

A, B, C = (10.0, 0.0, 0.0), (80.0, 30.0, -100.0), (-70.0, 20.0, -40.0)
IDENTITY = Alignment(np.eye(3), np.zeros(3), 0.0)
UP = Alignment(np.eye(3), np.array([0.0, 0.0, 30.0]), 0.5)


def near(place, by=3.0):
    return place[0] + by, place[1], place[2]


def test_findings_at_one_place_are_one() -> None:
    assert match([A, B], [near(B), near(A)], IDENTITY) == (Match(0, 1, 3.0), Match(1, 0, 3.0))


def test_places_are_compared_after_the_alignment() -> None:
    found = match([A], [(10.0, 0.0, 31.0)], UP)
    assert found == (Match(0, 0, 1.0),)


def test_what_has_no_partner_is_gone_or_new() -> None:
    assert match([A, B], [near(A), C], IDENTITY) == (Match(0, 0, 3.0), Match(1, None), Match(None, 1))


def test_no_finding_is_matched_twice() -> None:
    found = match([A, near(A, 4.0)], [near(A, 1.0)], IDENTITY)
    assert found[0].before == 0
    assert found[1] == Match(1, None)


def test_a_match_with_a_rival_near_by_is_not_sure() -> None:
    assert not match([A], [near(A, 4.0), near(A, -6.0)], IDENTITY)[0].sure
    assert match([A], [near(A, 4.0), near(A, -14.0)], IDENTITY)[0].sure


def test_beyond_the_limit_nothing_is_matched() -> None:
    assert match([A], [near(A, 15.1)], IDENTITY) == (Match(0, None), Match(None, 0))


@pytest.mark.parametrize(("before", "now", "count"), [([], [], 0), ([A], [], 1), ([], [A], 1)])
def test_without_findings_on_a_side_all_are_gone_or_new(before, now, count) -> None:
    assert len(match(before, now, IDENTITY)) == count


def test_a_scan_covers_the_places_between_its_first_and_last_voxel() -> None:
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    volume = Volume(np.zeros((11, 11, 11), np.int16), (2.0, 1.0, 1.0), (0.0, 0.0, -100.0), axes)
    assert covers(volume, (5.0, 5.0, -100.0))
    assert covers(volume, (10.0, 10.0, -80.0))
    assert not covers(volume, (5.0, 5.0, -79.0))
    assert not covers(volume, (5.0, 5.0, -99.0), margin_mm=3.0)


def test_a_place_goes_there_and_back_through_an_alignment() -> None:
    turn = Alignment(
        np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.1]]), np.array([5.0, 6.0, 7.0]), 0
    )
    assert turn.now((1.0, 2.0, 10.0)) == pytest.approx((3.0, 7.0, 18.0))
    assert turn.before(turn.now(B)) == pytest.approx(B)


@pytest.mark.parametrize(
    ("scale", "stretch"), [((1.0, 1.0, 1.2), 1.2), ((0.7, 1.0, 1.1), 0.7), ((1.0, 1.0, 1.0), 1.0)]
)
def test_an_alignment_says_how_far_it_stretches(scale, stretch: float) -> None:
    assert Alignment(np.diag(scale), np.zeros(3), 0.0).stretch == pytest.approx(stretch)
