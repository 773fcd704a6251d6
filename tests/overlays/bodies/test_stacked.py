"""Sheets at uneven places: what each of them fills between the others."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.overlays.bodies import stacked as stacking
from lungview.overlays.bodies.stacked import Grid, Sheet, stacked

GRID = Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0))


def heights(places: list[float], gap: float) -> list[float]:
    """Where along z a pixel is inside, of sheets of one pixel."""
    solid = stacked([Sheet(np.ones((1, 1), bool), z, 0, 0) for z in places], GRID, gap)
    values = solid.block.values[:, 1, 1]
    return [float(solid.block.point_mm((float(k), 1.0, 1.0))[2]) for k in np.flatnonzero(values)]


@pytest.mark.parametrize(
    ("places", "gap", "filled"),
    [
        ([10.0], 2.0, [10.0]),
        ([10.0, 12.0, 14.0], 2.0, [10.0, 12.0, 14.0]),
        ([10.0, 12.0, 18.0, 20.0], 2.0, [10.0, 12.0, 18.0, 20.0]),  # a hole stays one
        ([10.0, 13.0, 14.0], 3.0, [9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0]),  # each 3 mm thick
        ([10.02, 10.0, 12.0], 2.0, [10.0, 12.0]),  # two in one place
    ],
)
def test_a_sheet_fills_its_own_thickness_and_no_gap(
    places: list[float], gap: float, filled: list[float]
) -> None:
    assert heights(places, gap) == pytest.approx(filled)


def test_sheets_in_one_place_are_all_there() -> None:
    sheets = [Sheet(np.ones((2, 3), bool), 5.0, 1, 1), Sheet(np.ones((1, 1), bool), 5.0, 4, 6)]
    found = stacked(sheets, GRID, 1.0).block
    assert np.count_nonzero(found.values) == 7
    assert found.point_mm((1.0, 1.0, 1.0)) == pytest.approx((1.0, 1.0, 5.0))


def test_what_is_too_large_is_refused_before_memory_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacking, "MOST_VOXELS", 100)
    with pytest.raises(GeometryError, match="110 voxels is too large"):
        heights([0.0, 1.0, 110.0 - 1.0], 1.0)
