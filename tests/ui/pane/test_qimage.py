"""Arrays as pictures: rows of any width, and levels in the colours that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from lungview.ui.pane import qimage


@pytest.mark.parametrize("width", [1, 5, 8, 51])
def test_rows_of_any_width_are_read_straight(width: int) -> None:
    pixels = np.arange(3 * width, dtype=np.uint8).reshape(3, width)
    image = qimage.from_array(pixels)
    found = [[image.pixelColor(x, y).red() for x in range(width)] for y in range(3)]
    assert found == pixels.tolist()


def test_each_level_has_its_colour_premultiplied() -> None:
    levels = np.array([[0, 1, 2, 1, 0], [2, 2, 0, 1, 1]], np.uint8)
    colours = ((0, 0, 0, 0), (200, 100, 50, 255), (255, 0, 0, 51))
    image = qimage.from_levels(levels, colours)
    assert image.format() == QImage.Format.Format_ARGB32_Premultiplied
    assert (image.width(), image.height()) == (5, 2)
    for y, x in np.ndindex(levels.shape):
        assert image.pixelColor(x, y).getRgb() == colours[levels[y, x]]
