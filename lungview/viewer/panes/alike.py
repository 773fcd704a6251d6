"""The same look at two pictures of other pixels: as many mm on the screen, about the same place."""

from __future__ import annotations

from dataclasses import replace

from lungview.image.slice import Slice
from lungview.viewer.state import Camera, ViewState


def seen_alike(state: ViewState, other: ViewState) -> Camera | None:
    """The camera with which another view shows its picture as `state` does its own.

    In mm from the middle of either picture, where both know the size of a pixel; pixel for pixel where the
    pictures have one shape; else None: nothing says how the two compare.
    """
    one, two = state.slice, other.slice
    if one is None or two is None:
        return None
    if one.spacing is None or two.spacing is None:
        return state.camera if (one.rows, one.columns) == (two.rows, two.columns) else None
    camera = state.camera
    zoom = None if camera.zoom is None else camera.zoom * two.spacing.column / one.spacing.column
    center = None if camera.center is None else _moved(camera.center, one, two)
    return replace(camera, zoom=zoom, center=center)


def _moved(center: tuple[float, float], one: Slice, two: Slice) -> tuple[float, float]:
    """The point as many mm from the middle of the other picture."""
    assert one.spacing is not None
    assert two.spacing is not None
    across = (center[0] - one.columns / 2) * one.spacing.column / two.spacing.column
    down = (center[1] - one.rows / 2) * one.spacing.row / two.spacing.row
    return two.columns / 2 + across, two.rows / 2 + down
