"""A view as a presentation state shows its picture."""

from __future__ import annotations

from dataclasses import replace

from lungview.image.slice import Slice
from lungview.overlays.values import Look
from lungview.viewer.state import Camera, ViewState


def presented(state: ViewState, look: Look, view: tuple[float, float]) -> ViewState:
    """The view through the look's window, turned, and over its area. view: width, height in device pixels."""
    shown = state.slice
    if shown is None:
        return state
    inverted = state.presentation.inverted
    if look.inverted is not None and not shown.colour:
        inverted = look.inverted != shown.inverted  # a state says it of P-Values, whatever the file says
    presentation = replace(state.presentation, window=look.window, inverted=inverted)
    return replace(state, presentation=presentation, camera=camera_of(look, shown, view))


def camera_of(look: Look, shown: Slice, view: tuple[float, float]) -> Camera:
    """Turned as the look says, its area fitted into the view; of no area the whole picture."""
    turned = Camera(rotation=look.rotation, mirrored=look.mirrored)
    if look.area is None or _is_whole(look.area, shown):
        return turned
    left, top, right, bottom = look.area
    width, height = max(right - left, 1.0), max(bottom - top, 1.0) * shown.aspect
    if look.rotation % 180:
        width, height = height, width
    there = replace(turned, center=((left + right) / 2, (top + bottom) / 2))
    return there.zoomed(min(view[0] / width, view[1] / height))


def _is_whole(area: tuple[float, float, float, float], shown: Slice) -> bool:
    return area == (0.0, 0.0, float(shown.columns), float(shown.rows))
