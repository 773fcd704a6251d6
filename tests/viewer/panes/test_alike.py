"""Linked views of other pixels show as many mm, about the same place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice, Spacing
from lungview.viewer.panes.alike import seen_alike
from lungview.viewer.state import Camera, ViewState


def _state(side: int, mm: float | None, camera: Camera | None = None) -> ViewState:
    spacing = None if mm is None else Spacing(mm, mm, "PixelSpacing")
    shown = Slice(Instance(Path("a")), np.zeros((side, side), np.float32), spacing=spacing)
    return ViewState(shown, camera=camera or Camera())


def test_pixels_twice_as_large_are_shown_twice_as_large() -> None:
    found = seen_alike(_state(512, 0.7, Camera(1.5, (300.0, 256.0), 90, True)), _state(256, 1.4))
    assert found is not None
    assert found.zoom == pytest.approx(3.0)
    assert found.center == pytest.approx((128 + 22, 128))  # 44 pixels of 0.7 mm are 22 of 1.4 mm
    assert (found.rotation, found.mirrored) == (90, True)


def test_a_picture_that_fits_goes_on_fitting() -> None:
    found = seen_alike(_state(512, 0.7, Camera()), _state(256, 1.4))
    assert found == Camera()


def test_pictures_of_one_shape_without_a_size_are_shown_alike() -> None:
    camera = Camera(2.0, (10.0, 20.0))
    assert seen_alike(_state(64, None, camera), _state(64, None)) == camera


def test_nothing_says_how_a_picture_without_a_size_compares_with_another_shape() -> None:
    assert seen_alike(_state(64, None, Camera(2.0)), _state(32, 0.7)) is None
    assert seen_alike(ViewState(), _state(32, 0.7)) is None
