"""The place of a plane's picture, told from the picture alone: what it was cut by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice, Spacing
from lungview.study.section import solid_in
from lungview.study.space import Projection
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import pictured
from lungview.viewer.mpr.crosshair import Axis, Slab, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
SHAPE = (20, 30, 40)


@pytest.fixture
def volume() -> Volume:
    """1000 HU in a box, and as a mask of its own."""
    values = np.zeros(SHAPE, np.int16)
    values[5:12, 8:20, 10:33] = 1000
    return Volume(values, (2.0, 0.8, 0.8), (-16.0, 40.0, 5.0), AXES)


def like() -> Slice:
    plain = Instance(Path("a"), modality="CT")
    return Slice(plain, np.zeros((30, 40), np.float32), "HU", Spacing(0.8, 0.8, "PixelSpacing"))


@pytest.mark.parametrize("axis", list(Axis))
def test_a_mask_lies_over_what_it_is_the_mask_of(volume: Volume, axis: Axis) -> None:
    crosshair = middle_of(volume).turned(Axis.OBLIQUE, Axis.AXIAL, 0.4).turned(Axis.CORONAL, Axis.AXIAL, 0.2)
    crosshair = crosshair.moved((0.0, 50.0, 20.0)).thick(Axis.OBLIQUE, Slab(0.0, Projection.MEAN))
    content = PlaneContent(volume, like(), crosshair.plane(axis))
    shown = content.read(content.nearest(crosshair.point_mm))
    on = pictured(shown)
    assert on is not None
    cut = on.section(solid_in(volume, volume.values > 0))
    assert cut is not None
    mask = np.zeros(shown.values.shape, bool)
    mask[cut.top : cut.top + cut.share.shape[0], cut.left : cut.left + cut.share.shape[1]] = cut.mask
    assert np.array_equal(mask, shown.values >= 500)


def test_a_slab_is_as_thick_as_its_picture_says(volume: Volume) -> None:
    crosshair = middle_of(volume)
    content = PlaneContent(volume, like(), crosshair.plane(Axis.OBLIQUE))
    on = pictured(content.read(0))
    assert on is not None
    assert on.plane.thickness_mm == 10.0


def test_what_a_scanner_took_is_no_plane() -> None:
    assert pictured(like()) is None
    assert pictured(None) is None
    assert pictured(replace(like(), instance=replace(like().instance, plane="plane x"))) is None
