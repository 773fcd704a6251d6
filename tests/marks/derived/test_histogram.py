"""Histograms against numpy on the pixels of the synthetic thorax."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image.phantom import Thorax
from lungview.image.slice import Instance, Slice
from lungview.marks.annotation import Annotation, Point
from lungview.marks.derived.histogram import histogram
from lungview.marks.kinds import Kind

HU = Thorax(slices=5, matrix=128).hu(2).astype(np.float32)


def _slice(values: np.ndarray) -> Slice:
    return Slice(Instance(Path("a.dcm")), values, "HU")


def _box(kind: Kind, left: float, top: float, right: float, bottom: float) -> Annotation:
    return Annotation(kind, (Point(left, top), Point(right, bottom)))


@pytest.mark.parametrize("kind", [Kind.RECTANGLE, Kind.ELLIPSE])
def test_the_counts_are_numpys_of_the_pixels_inside(kind: Kind) -> None:
    found = histogram(_slice(HU), _box(kind, 20, 30, 60, 80))
    assert found is not None
    inside = HU[30:80, 20:60]
    if kind is Kind.ELLIPSE:
        y, x = np.mgrid[30:80, 20:60] + 0.5
        inside = inside[((x - 40) / 20) ** 2 + ((y - 55) / 25) ** 2 <= 1]
    assert found.counts.sum() == inside.size
    assert found.counts.tolist() == np.histogram(inside, found.edges)[0].tolist()
    assert found.quartiles == pytest.approx(np.percentile(inside, (25, 50, 75)))
    assert len(found.counts) <= 65


def test_whole_numbers_have_whole_bins() -> None:
    found = histogram(_slice(np.array([[1, 1, 2, 5]], np.float32)), _box(Kind.RECTANGLE, 0, 0, 4, 1))
    assert found is not None
    assert found.edges.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.counts.tolist() == [2, 1, 0, 0, 1]


def test_one_value_is_one_bin() -> None:
    found = histogram(_slice(np.full((4, 4), 0.5, np.float32)), _box(Kind.RECTANGLE, 0, 0, 4, 4))
    assert found is not None
    assert found.counts.tolist() == [16]


def test_a_region_without_a_pixel_has_no_histogram() -> None:
    assert histogram(_slice(HU), _box(Kind.RECTANGLE, 500, 500, 510, 510)) is None
