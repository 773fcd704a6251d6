"""Annotation values and the pictures they hang on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.annotation import Annotation, Kind, Picture, Point, picture
from lungview.image.slice import Instance, Slice, Study


def _slice(values: np.ndarray, **instance: object) -> Slice:
    return Slice(Instance(Path("a.png"), **instance), values)  # type: ignore[arg-type]


def test_moving_an_annotation_moves_every_point_and_keeps_its_id() -> None:
    angle = Annotation(Kind.ANGLE, (Point(0, 0), Point(5, 5), Point(10, 0)), "hilum")
    moved = angle.moved(2, -1)
    assert moved.points == (Point(2, -1), Point(7, 4), Point(12, -1))
    assert (moved.id, moved.text) == (angle.id, "hilum")


def test_a_text_is_never_in_the_repr() -> None:
    assert "Doe" not in repr(Annotation(Kind.PROBE, (Point(0, 0),), "Doe, Jane"))


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.RULER, 1), (Kind.RULER, 3), (Kind.ANGLE, 2), (Kind.POLYGON, 2)]
)
def test_an_annotation_with_the_wrong_number_of_points_cannot_be_made(kind: Kind, count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        Annotation(kind, (Point(0, 0),) * count)


def test_an_annotation_at_infinity_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="finite"):
        Annotation(Kind.PROBE, (Point(math.inf, 0),))


def test_a_dicom_slice_is_known_by_its_uids_and_frame() -> None:
    shown = replace(
        _slice(np.zeros((4, 4), np.float32), sop_instance_uid="1.2.3", frame=7), study=Study("1.9")
    )
    assert picture(shown) == Picture("1.9", "1.2.3", 7)


def test_a_raster_file_is_known_again_by_its_pixels() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    again = Slice(Instance(Path("elsewhere.png")), pixels.copy())
    assert picture(_slice(pixels)) == picture(again)
    other = pixels.copy()
    other[0, 0, 0] = 200
    assert picture(_slice(other)) != picture(again)


def test_the_same_bytes_in_another_shape_are_another_picture() -> None:
    values = np.arange(16, dtype=np.float32)
    assert picture(_slice(values.reshape(2, 8))) != picture(_slice(values.reshape(8, 2)))


def test_a_large_picture_is_known_again_too() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (3000, 1500, 3), np.uint8)
    other = np.roll(pixels, 1)
    assert picture(_slice(pixels)) == picture(_slice(pixels.copy()))
    assert picture(_slice(other)) != picture(_slice(pixels))
