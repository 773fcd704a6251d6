"""A view as a presentation state shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.image.window import Window
from lungview.overlays.values import Look
from lungview.viewer.overlays.presented import presented
from lungview.viewer.state import Camera, Presentation, ViewState
from tests.ui.conftest import make_slice

VIEW = (600.0, 400.0)


def test_window_turn_and_inversion_are_the_states() -> None:
    look = Look(window=Window(40, 400), inverted=True, rotation=90, mirrored=True)
    found = presented(ViewState(slice=make_slice()), look, VIEW)
    assert found.window == Window(40, 400)
    assert found.presentation.inverted is True
    assert found.camera == Camera(rotation=90, mirrored=True)


def test_without_a_window_the_picture_has_its_own() -> None:
    state = ViewState(slice=make_slice(), presentation=Presentation(window=Window(1, 2)))
    assert presented(state, Look(), VIEW).presentation.window is None


@pytest.mark.parametrize(("inverted", "shown"), [(True, False), (False, True)])
def test_a_state_says_what_is_dark_whatever_the_file_says(inverted: bool, shown: bool) -> None:
    """MONOCHROME1 shown by a state with the shape INVERSE looks as it does without a state (C.11.6.1.2)."""
    state = ViewState(slice=make_slice(inverted=True))
    assert presented(state, Look(inverted=inverted), VIEW).presentation.inverted is shown


@pytest.mark.parametrize(("rotation", "zoom"), [(0, 20.0), (90, 10.0)])
def test_the_area_is_fitted_into_the_view(rotation: int, zoom: float) -> None:
    """20 × 20 pixels, then 40 × 20 on its side, in 600 × 400."""
    area = (10.0, 5.0, 30.0, 25.0) if rotation == 0 else (10.0, 5.0, 50.0, 25.0)
    found = presented(ViewState(slice=make_slice()), Look(area=area, rotation=rotation), VIEW).camera
    assert found.zoom == pytest.approx(zoom)
    assert found.center == ((area[0] + area[2]) / 2, 15.0)


def test_the_whole_picture_is_fitted_as_ever() -> None:
    whole = (0.0, 0.0, 60.0, 40.0)
    assert presented(ViewState(slice=make_slice()), Look(area=whole), VIEW).camera.zoom is None
    assert presented(ViewState(), replace(Look(), area=whole), VIEW).slice is None
