"""Contours on a grid of pixels: how much of each pixel is inside, and the bound of what is held."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.errors import GeometryError
from lungview.overlays.bodies.filled import filled
from lungview.overlays.values import Contour
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
VOLUME = Volume(np.zeros((3, 4, 5), np.int16), (2.0, 1.0, 1.0), (0.5, 0.5, 7.0), AXES)


def rectangle(x0: float, y0: float, x1: float, y1: float, z: float = 7.0) -> Contour:
    return Contour(0, np.array([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)]), True, "")


def test_a_pixel_holds_the_share_that_is_inside() -> None:
    """2.5 of 3 columns, as far as a line is wide: an eighth of a pixel at each side."""
    (sheet,), grid = filled([rectangle(3.0, 5.0, 5.5, 9.0)], VOLUME)
    assert (sheet.top, sheet.left, sheet.along, grid.origin) == (5, 3, 7.0, (0.5, 0.5, 0.0))
    shares = sheet.share[1:3] / 255
    assert shares[:, :2] == pytest.approx(np.ones((2, 2)))
    assert shares[:, 2] == pytest.approx(0.5, abs=0.26)


def test_contours_in_one_plane_make_one_sheet() -> None:
    sheets, _ = filled([rectangle(0, 0, 2, 2), rectangle(8, 8, 9, 9), rectangle(0, 0, 2, 2, 9.0)], VOLUME)
    assert [sheet.along for sheet in sheets] == [7.0, 9.0]


def test_a_contour_as_wide_as_a_room_is_refused() -> None:
    with pytest.raises(GeometryError, match="6001 pixels wide; 4096 are held"):
        filled([rectangle(0, 0, 6000, 2)], VOLUME)
