"""Slice, presentation and camera to the pixels of the viewport."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from lungview.image.display import display
from lungview.image.slice import Slice
from lungview.ui.pane import camera as cameras
from lungview.viewer.palettes import coloured
from lungview.viewer.state import Interpolation, ViewState

_CV2 = {
    Interpolation.NEAREST: cv2.INTER_NEAREST_EXACT,
    Interpolation.LINEAR: cv2.INTER_LINEAR_EXACT,
    Interpolation.CUBIC: cv2.INTER_CUBIC,
}
_KEPT = 8  # of a slice: display values and a picture for as many views as are mostly in sight
_Made = TypeVar("_Made")
# By the slice itself, as long as someone has it: views of one slice share what is made to show it.
_made: WeakKeyDictionary[Slice, dict[Hashable, object]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Picture:
    """Display pixels and where they lie. pixels: uint8 (h, w) or (h, w, 3); corner: device pixels."""

    pixels: np.ndarray
    corner: tuple[int, int]


def visible(slice_: Slice, transform: QTransform, view: QSizeF) -> tuple[int, int, int, int]:
    """Whole image pixels in sight: top, left, bottom, right, half-open; empty when none."""
    back, _ = transform.inverted()
    seen = back.mapRect(QRectF(QPointF(0, 0), view))
    left, top = max(0, int(np.floor(seen.left()))), max(0, int(np.floor(seen.top())))
    right = min(slice_.columns, int(np.ceil(seen.right())))
    bottom = min(slice_.rows, int(np.ceil(seen.bottom())))
    return top, left, max(bottom, top), max(right, left)


def _resized(pixels: np.ndarray, width: int, height: int, interpolation: Interpolation) -> np.ndarray:
    if (height, width) == pixels.shape[:2]:
        return pixels
    shrinking = width < pixels.shape[1] and height < pixels.shape[0]
    # Below half size the other kernels skip pixels: a small nodule could vanish.
    area = shrinking and interpolation is not Interpolation.NEAREST
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if area else _CV2[interpolation])


def _turned(pixels: np.ndarray, rotation: int, mirrored: bool) -> np.ndarray:
    if mirrored:
        pixels = pixels[:, ::-1]
    return np.rot90(pixels, -(rotation // 90)) if rotation else pixels


def picture(state: ViewState, view: QSizeF, pixels: np.ndarray | None = None) -> Picture | None:
    """What is in sight, resampled to the view; None when nothing is.

    pixels: `display(...)` of the same state when it is at hand. The picture's edges lie on the device
    pixels nearest to where the transform puts them.
    """
    if state.slice is None:
        return None
    transform = cameras.to_device(state.slice, state.camera, view)
    top, left, bottom, right = visible(state.slice, transform, view)
    if bottom <= top or right <= left:
        return None
    if pixels is None:
        pixels = display(state.slice, state.window, inverted=state.presentation.inverted)
    target = transform.mapRect(QRectF(left, top, right - left, bottom - top))
    x0, y0 = round(target.left()), round(target.top())
    width, height = max(1, round(target.right()) - x0), max(1, round(target.bottom()) - y0)
    flat = (height, width) if state.camera.rotation % 180 else (width, height)
    shown = _resized(pixels[top:bottom, left:right], *flat, state.presentation.interpolation)
    shown = coloured(shown, state.presentation.palette)
    return Picture(_turned(shown, state.camera.rotation, state.camera.mirrored), (x0, y0))


def displayed(state: ViewState) -> np.ndarray:
    """The slice of a state through its window: uint8 (rows, columns[, 3]), kept until either changes.

    For the thread of the window alone, as is `shown`.
    """
    slice_, window, inverted = state.slice, state.window, state.presentation.inverted
    assert slice_ is not None
    return _kept(slice_, (window, inverted), lambda: display(slice_, window, inverted=inverted))


def shown(state: ViewState, view: QSizeF) -> Picture | None:
    """`picture`, made once for all views that show the same."""
    if state.slice is None:
        return None
    key = (state.window, state.presentation, state.camera, view.width(), view.height())
    return _kept(state.slice, key, lambda: picture(state, view, displayed(state)))


def _kept(slice_: Slice, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What was made of a slice under a key; the oldest goes when there are too many."""
    made = _made.setdefault(slice_, {})
    if key not in made:
        fresh = make()
        while len(made) >= _KEPT:
            del made[next(iter(made))]
        made[key] = fresh
    return made[key]  # type: ignore[return-value]
