"""Direction cosines that are nearly perpendicular unit vectors, and those that are not (C.7.6.2.1.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image import readers
from lungview.study.space import plane_of
from tests.image.readers import files
from tests.image.readers.files import text_element

HALF = 0.5**0.5


# The first three as ITK's direction; it has the axes for what is as skew as the others.
@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("1.005\\0\\0\\0\\0.996\\0", (1, 0, 0, 0, 1, 0)),
        ("0.707\\0.707\\0\\0\\0\\-1", (HALF, HALF, 0, 0, 0, -1)),
        ("0.71\\0.71\\0\\0\\0\\-1", (HALF, HALF, 0, 0, 0, -1)),
        ("1\\0\\0\\0.008\\1\\0", (0.999992, -0.004, 0, 0.004, 0.999992, 0)),
    ],
)
def test_directions_that_nearly_are_become_perpendicular_unit_vectors(
    written: str, right: tuple[float, ...], tmp_path: Path
) -> None:
    path = files.write(tmp_path, text_element("ImageOrientationPatient", written))
    slice_ = readers.read(path)
    place = slice_.instance.geometry
    assert place is not None
    assert place == readers.read_header(path).instances[0].geometry
    assert np.allclose(place.orientation, right, atol=1e-5)
    axes = np.reshape(place.orientation, (2, 3))
    assert np.allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    assert slice_.spacing is not None
    plane_of(place, slice_.spacing, (16, 12))  # what is asked of a plane is kept


@pytest.mark.parametrize("written", ["1\\0\\0\\0\\1\\0", "0.7071\\0.7071\\0\\0\\0\\-1"])
def test_directions_of_digits_enough_stay_as_they_are_written(written: str, tmp_path: Path) -> None:
    place = files.read(tmp_path, text_element("ImageOrientationPatient", written)).instance.geometry
    assert place is not None
    assert place.orientation == tuple(map(float, written.split("\\")))


@pytest.mark.parametrize(
    "written", ["1\\0\\0\\0\\nan\\0", "nan\\0\\0\\0\\1\\0", "1\\0\\0\\0.1\\1\\0", "inf\\0\\0\\0\\1\\0"]
)
def test_directions_that_are_none_give_no_place(written: str, tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, text_element("ImageOrientationPatient", written))
    assert slice_.instance.geometry is None
    assert "perpendicular" in slice_.warnings[0]
