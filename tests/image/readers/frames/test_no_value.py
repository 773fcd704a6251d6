"""Pixels without a number (NaN, infinity) have no value: no part of the picture, black, in no statistics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset

from lungview.image import readers
from lungview.image.display import default_window, display
from lungview.image.slice import Slice
from lungview.image.window import VoiLut, VoiLutFunction, Window
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.measure import values_inside
from lungview.model.input import to_grey
from lungview.ui.pane.overlay_text import value_text
from tests.image.readers import files
from tests.image.readers.pictures.tiffs import written

HOLES = ((0, 0), (3, 4), (15, 11))


def floats(value: float, *, double: bool = False, **more: object) -> Callable[[Dataset], None]:
    """Stored values 0, 1, 2 … as floats, with holes of one value."""

    def change(made: Dataset) -> None:
        pixels = files.PIXELS.astype("<f8" if double else "<f4")
        for place in HOLES:
            pixels[place] = value
        del made.PixelData
        made.BitsAllocated = 64 if double else 32
        setattr(made, "DoubleFloatPixelData" if double else "FloatPixelData", pixels.tobytes())
        for name, given in more.items():
            setattr(made, name, given)

    return change


def holes(slice_: Slice) -> set[tuple[int, ...]]:
    return {tuple(place) for place in np.argwhere(np.isnan(slice_.values)).tolist()}


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_are_those_of_pydicom_and_holes_have_none(value: float, double: bool, tmp_path: Path) -> None:
    path = files.write(tmp_path, floats(value, double=double))
    slice_ = readers.read(path)
    theirs = pydicom.dcmread(path).pixel_array - 1024
    assert holes(slice_) == set(HOLES)
    known = np.isfinite(theirs)
    assert np.array_equal(slice_.values[known], theirs[known])
    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, ~known)
    assert any("holds no number (NaN or infinite) in 1.56% of its pixels" in w for w in slice_.warnings)


@pytest.mark.parametrize(
    "window",
    [
        Window(-900.0, 300.0),
        Window(-900.0, 1.0),
        Window(-900.0, 300.0, VoiLutFunction.SIGMOID),
        Window(-900.0, 0.5, VoiLutFunction.LINEAR_EXACT),
        Window(0.0, 1.0, lut=VoiLut(-1024, np.arange(256, dtype=np.uint16)[::-1].copy(), 8)),
    ],
)
def test_a_hole_is_black_in_every_kind_of_window(window: Window, tmp_path: Path) -> None:
    shown = display(files.read(tmp_path, floats(np.nan)), window)
    assert [int(shown[place]) for place in HOLES] == [0, 0, 0]


def test_the_first_window_is_of_what_has_a_value(tmp_path: Path) -> None:
    def without_windows(value: float) -> Callable[[Dataset], None]:
        def change(made: Dataset) -> None:
            floats(value, RescaleType="US", Modality="OT")(made)
            for name in ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation"):
                delattr(made, name)

        return change

    found = default_window(files.read(tmp_path, without_windows(np.nan)))
    assert found == default_window(files.read(tmp_path, without_windows(np.inf)))
    assert found.center == pytest.approx(-1024 + 96, abs=2)
    assert found.width == pytest.approx(187, abs=4)


def test_what_a_network_sees_is_black_in_a_hole_and_not_dimmed_by_it(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        floats(np.nan, RescaleType="US")(made)
        for name in ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation"):
            delattr(made, name)

    grey = to_grey(files.read(tmp_path, change), Window(-300.0, 1400.0))
    assert [int(grey[place]) for place in HOLES] == [0, 0, 0]
    assert int(grey[8, 6]) == pytest.approx(255 * (102 - 2) / 187, abs=3)


def test_a_hole_is_in_no_statistics_of_a_region(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, floats(np.nan))
    box = Annotation(Kind.RECTANGLE, (Point(0, 0), Point(12, 16)))
    values = values_inside(slice_, box)
    assert len(values) == 16 * 12 - len(HOLES)
    assert np.isfinite(values).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_value_under_the_mouse_is_none(value: float, tmp_path: Path, qapp: object) -> None:
    slice_ = files.read(tmp_path, floats(value))
    assert value_text(slice_, 4.5, 3.5) == "no value  (4, 3)"
    assert "983 HU" in value_text(slice_, 5.5, 3.5)


@pytest.mark.parametrize(("double", "name"), [(False, "Float"), (True, "DoubleFloat")])
def test_floats_have_padding_elements_of_their_own(double: bool, name: str, tmp_path: Path) -> None:
    more = {f"{name}PixelPaddingValue": -3.0e30, f"{name}PixelPaddingRangeLimit": -1.0e30}
    slice_ = files.read(tmp_path, floats(-2.0e30, double=double, **more))
    assert slice_.padding is not None
    assert {tuple(p) for p in np.argwhere(slice_.padding).tolist()} == set(HOLES)


def test_a_picture_without_any_value_is_black(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        floats(np.nan)(made)
        made.FloatPixelData = np.full(files.PIXELS.shape, np.nan, "<f4").tobytes()

    slice_ = files.read(tmp_path, change)
    assert not display(slice_, default_window(slice_)).any()


def test_a_tiff_without_numbers_is_shown_alike(tmp_path: Path) -> None:
    values = files.PIXELS.astype(np.float32)
    for place in HOLES:
        values[place] = np.nan
    slice_ = readers.read(written(tmp_path, values, photometric="minisblack"))
    assert holes(slice_) == set(HOLES)
    assert np.array_equal(slice_.values, values, equal_nan=True)
    assert any("holds no number" in warning for warning in slice_.warnings)
