import numpy as np
import pytest

from lungview.image.slice import Spacing
from lungview.report.picture import bar_length, image
from tests.report.conftest import make_slice


@pytest.mark.parametrize(
    ("spacing", "columns", "expected"), [(0.7, 512, 50), (1.0, 512, 100), (0.1, 100, 2), (0.01, 60, 0.1)]
)
def test_a_scale_bar_is_a_round_length_under_a_quarter_of_the_picture(
    spacing: float, columns: int, expected: float
) -> None:
    assert bar_length(Spacing(1.0, spacing, "PixelSpacing"), columns) == pytest.approx(expected)


def test_pixels_that_are_not_square_are_printed_at_their_true_shape() -> None:
    assert image(np.zeros((100, 200, 3), np.uint8), aspect=2.0).getSize() == (200, 200)


def test_monochrome1_is_shown_inverted() -> None:
    from lungview.image.window import LUNG
    from lungview.report.picture import windowed

    plain, inverted = windowed(make_slice(), LUNG), windowed(make_slice(inverted=True), LUNG)
    assert np.array_equal(plain, 255 - inverted)
