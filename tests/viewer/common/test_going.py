"""A place that is wanted reaches who shows planes of the same workspace, and nobody else."""

from __future__ import annotations

from lungview.viewer.common import going
from lungview.viewer.common.services import Services


def test_a_wanted_place_is_told_within_one_workspace() -> None:
    here, elsewhere, told = Services(), Services(), []
    going.of(here).wanted.connect(told.append)
    going.of(elsewhere).wanted.emit((9.0, 9.0, 9.0))
    going.of(here).wanted.emit((1.0, 2.0, 3.0))
    assert told == [(1.0, 2.0, 3.0)]


def test_the_latest_place_is_of_one_series() -> None:
    there = going.of(Services())
    assert there.latest("a") is None
    there.seen("a", (1.0, 2.0, 3.0))
    assert there.latest("a") == (1.0, 2.0, 3.0)
    assert there.latest("b") is None
    there.seen("b", (4.0, 5.0, 6.0))
    assert there.latest("a") is None
