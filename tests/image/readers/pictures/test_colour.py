"""YCbCr of TIFF by its own black, white and weights (TIFF 6.0, sections 20 and 21)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image.readers.pictures.colour import rgb_of_ycbcr
from tests.image.readers.pictures.tiffs import pixels_of, written

STUDIO = (15, 235, 128, 240, 128, 240)  # CCIR Recommendation 601-1, as section 20 has it
BT_601 = (0.299, 0.587, 0.114)
BT_709 = (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize(
    ("code", "reference", "weights", "rgb"),
    [
        ((235, 128, 128), STUDIO, BT_601, (255, 255, 255)),
        ((15, 128, 128), STUDIO, BT_601, (0, 0, 0)),
        ((100, 128, 255), (0, 255, 128, 255, 128, 255), BT_601, (255, 9, 100)),
        ((100, 128, 255), (0, 255, 128, 255, 128, 255), BT_709, (255, 41, 100)),
    ],
)
def test_a_code_is_the_colour_of_the_standards_formula(
    code: tuple[int, ...], reference: tuple[int, ...], weights: tuple[float, ...], rgb: tuple[int, ...]
) -> None:
    assert tuple(rgb_of_ycbcr(np.array([[code]], np.uint8), reference, weights)[0, 0]) == rgb


def test_a_page_is_as_bright_as_its_own_white(tmp_path: Path) -> None:
    white = np.full((16, 24, 3), (235, 128, 128), np.uint8)
    tags = [
        (530, 3, 2, (1, 1), True),
        (532, 5, 6, tuple(part for each in STUDIO for part in (each, 1)), True),
    ]
    path = written(tmp_path, white, photometric="ycbcr", extratags=tags)
    assert pixels_of(path).min() == 255
