"""Padding that a CT does not declare is left out of automatic windows and statistics, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from lungview.image import readers
from lungview.image.slice import Slice
from lungview.image.window import automatic
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.measure import statistics
from tests.image.readers import files

SIZE = 64
ROWS, COLUMNS = np.mgrid[:SIZE, :SIZE]
CIRCLE = (ROWS - 31.5) ** 2 + (COLUMNS - 31.5) ** 2 < 31.5**2


def _slice(
    folder: Path, hounsfield: np.ndarray, *, modality: str = "CT", declared: int | None = None
) -> Slice:
    def change(made: Dataset) -> None:
        made.Rows = made.Columns = SIZE
        made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 15, 1
        made.PixelData = (hounsfield + 1024).astype("<i2").tobytes()
        made.Modality = modality
        del made.WindowCenter, made.WindowWidth
        if declared is not None:
            made.add_new(0x00280120, "SS", declared + 1024)

    return readers.read(files.write(folder, change))


@pytest.mark.parametrize("padding", [-2000, -3024, -1025, -2048])
def test_what_lies_outside_the_scan_circle_is_padding(padding: int, tmp_path: Path) -> None:
    slice_ = _slice(tmp_path, np.where(CIRCLE, 40, padding))
    region = Annotation(Kind.RECTANGLE, (Point(0, 0), Point(SIZE, SIZE)))
    found = statistics(slice_, region)

    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, ~CIRCLE)
    assert found is not None
    assert (found.minimum, found.mean, found.count) == (40, 40, CIRCLE.sum())


def test_an_automatic_window_does_not_reach_down_to_padding(tmp_path: Path) -> None:
    slice_ = _slice(tmp_path, np.where(CIRCLE, COLUMNS, -2000))
    window = automatic(slice_.values[~slice_.padding])

    assert window.center - window.width / 2 >= -1


def test_a_circle_that_touches_two_corners_leaves_the_others(tmp_path: Path) -> None:
    shifted = (ROWS - 31.5) ** 2 + (COLUMNS - 10) ** 2 < 48**2
    slice_ = _slice(tmp_path, np.where(shifted, 0, -2000))

    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, ~shifted)


def test_the_same_value_inside_the_body_is_measured(tmp_path: Path) -> None:
    values = np.where(CIRCLE, 40, -2000)
    values[30:34, 30:34] = -2000
    slice_ = _slice(tmp_path, values)

    assert slice_.padding is not None
    assert not slice_.padding[30:34, 30:34].any()


def test_declared_and_undeclared_padding_both_count(tmp_path: Path) -> None:
    values = np.where(CIRCLE, 40, -3024)
    values[30, 30] = -2000
    slice_ = _slice(tmp_path, values, declared=-2000)

    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, ~CIRCLE | (values == -2000))


NOISE = np.random.default_rng(1).integers(-1060, -990, (SIZE, SIZE))


@pytest.mark.parametrize(
    ("outside", "modality"), [(-1024, "CT"), (NOISE, "CT"), (-2000, "MR")], ids=["air", "noise", "no CT"]
)
def test_what_may_be_a_measured_value_is_no_padding(
    outside: int | np.ndarray, modality: str, tmp_path: Path
) -> None:
    assert _slice(tmp_path, np.where(CIRCLE, 40, outside), modality=modality).padding is None


# 12 bits of 16; ITK, dcmtk and pydicom cut the words to them, too: 1072 HU and −1024 HU, values like others.
@pytest.mark.parametrize(
    ("signed", "vr", "declared", "hounsfield"),
    [(0, "US", 63536, 1072), (0, "SS", -2000, 1072), (1, "SS", -32768, -1024), (1, "US", 32768, -1024)],
)
def test_padding_that_the_stored_bits_cannot_hold_is_padding(
    signed: int, vr: str, declared: int, hounsfield: int, tmp_path: Path
) -> None:
    values = np.where(COLUMNS == 40, hounsfield + 1024, COLUMNS).astype("<u2")  # measured, and of that value

    def change(made: Dataset) -> None:
        made.Rows = made.Columns = SIZE
        made.BitsStored, made.HighBit, made.PixelRepresentation = 12, 11, signed
        made.PixelData = np.where(CIRCLE, values, declared & 0xFFFF).astype("<u2").tobytes()
        made.add_new(0x00280120, vr, declared)

    slice_ = readers.read(files.write(tmp_path, change))
    assert slice_.padding is not None
    assert np.array_equal(slice_.padding, ~CIRCLE)
    assert slice_.values[0, 0] == slice_.values[31, 40] == hounsfield
