"""Where millimetres are on oblique slices, against the equation of the standard (C.7.6.2.1.1)."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Geometry, Instance, Spacing
from lungview.overlays.placing import Planes
from lungview.overlays.values import Contour, Mask
from lungview.study.key import frame_key
from lungview.study.series import Series

ROW = (math.cos(0.3), math.sin(0.3), 0.0)
COLUMN = (-math.sin(0.3) * math.cos(0.4), math.cos(0.3) * math.cos(0.4), math.sin(0.4))
NORMAL = np.cross(ROW, COLUMN)


PIXELS = Spacing(0.5, 0.8, "PixelSpacing")


def oblique(spacing: Spacing | None = PIXELS, frame: str = "1.9") -> Series:
    instances = tuple(
        Instance(
            Path(f"/ct/{k}"),
            geometry=Geometry(tuple(np.array([10.0, 20, 30]) + NORMAL * 3 * k), (*ROW, *COLUMN)),
            rows=40,
            columns=50,
        )
        for k in range(5)
    )
    return Series(
        "k", "1.2", "", "CT", instances, 40, 50, spacing, slice_spacing=3.0, frame_of_reference_uid=frame
    )


def mm(k: int, column: float, row: float) -> np.ndarray:
    """The point of a pixel's centre by the standard's equation."""
    start = np.array([10.0, 20, 30]) + NORMAL * 3 * k
    return start + np.array(ROW) * 0.8 * column + np.array(COLUMN) * 0.5 * row


def test_a_contour_comes_back_to_the_pixels_it_was_made_of() -> None:
    planes = Planes.of(oblique())
    assert planes is not None
    pixels = [(4.0, 5.0), (20.0, 7.0), (11.0, 30.0)]
    contour = Contour(0, np.array([mm(3, *each) for each in pixels]), True, "1.9")
    ((key, figure),) = planes.contour_on(contour)
    assert key == frame_key(oblique().instances[3])
    assert figure.points == pytest.approx(np.array(pixels) + 0.5)


def test_a_turned_mask_is_turned_back() -> None:
    """Its rows are the slice's columns: its first pixel still lies where its millimetres are."""
    planes = Planes.of(oblique())
    assert planes is not None
    geometry = Geometry(tuple(mm(2, 6, 9)), (*COLUMN, *ROW))
    mask = Mask(0, np.ones((3, 2), bool), (1, 2), (40, 50), geometry, (0.8, 0.5))
    found = planes.mask_on(mask)
    assert found is not None
    key, on = found
    assert key == frame_key(oblique().instances[2])
    m11, m12, m21, m22, dx, dy = on.to_picture
    # The middle of pixel (row 1, column 2) of the frame: 2 rows further down, 1 column further right.
    assert (m11 * 0.5 + m21 * 0.5 + dx, m12 * 0.5 + m22 * 0.5 + dy) == pytest.approx((7.5, 11.5))


def test_what_runs_another_way_has_no_slice() -> None:
    planes = Planes.of(oblique())
    assert planes is not None
    across = Geometry(tuple(mm(2, 6, 9)), (*ROW, *NORMAL))
    assert planes.mask_on(Mask(0, np.ones((3, 2), bool), (0, 0), (40, 50), across, (0.8, 0.5))) is None


@pytest.mark.parametrize(
    "series",
    [
        oblique(None),
        oblique(Spacing(0.5, 0.8, "ImagerPixelSpacing")),
        oblique(frame=""),
        replace(oblique(), instances=(Instance(Path("/x")),)),
    ],
)
def test_pictures_without_a_place_take_nothing(series: Series) -> None:
    assert Planes.of(series) is None


def test_an_open_line_through_slices_lies_on_each_as_far_as_it_is_nearest_to_that() -> None:
    planes = Planes.of(oblique())
    assert planes is not None
    ends = mm(0, 5.0, 6.0), mm(4, 45.0, 6.0)  # 10 columns from slice to slice
    found = planes.contour_on(Contour(0, np.array(ends), False, "1.9"))
    assert [key for key, _ in found] == [frame_key(each) for each in oblique().instances]
    columns = [figure.points[:, 0].tolist() for _, figure in found]
    expected = [(5.5, 10.5), (10.5, 20.5), (20.5, 30.5), (30.5, 40.5), (40.5, 45.5)]
    assert np.array(columns) == pytest.approx(np.array(expected), abs=1e-4)
    assert planes.contour_on(Contour(0, np.array([*ends, mm(0, 5.0, 30.0)]), True, "1.9")) == ()
