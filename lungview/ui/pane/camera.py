"""The transform between image points and the viewport, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QTransform

from lungview.image.slice import Slice
from lungview.viewer.state import LEAST_ZOOM, MOST_ZOOM, Camera


def fit_zoom(slice_: Slice, camera: Camera, view: QSizeF) -> float:
    """The zoom at which the whole picture just fits. view: device pixels."""
    width, height = float(slice_.columns), slice_.rows * slice_.aspect
    if camera.rotation % 180:
        width, height = height, width
    zoom = min(view.width() / max(width, 1.0), view.height() / max(height, 1.0))
    return min(max(zoom, LEAST_ZOOM), MOST_ZOOM)


def zoom_of(slice_: Slice, camera: Camera, view: QSizeF) -> float:
    """Device pixels per image column in force."""
    return fit_zoom(slice_, camera, view) if camera.zoom is None else camera.zoom


def center_of(slice_: Slice, camera: Camera) -> tuple[float, float]:
    """The image point in the middle of the viewport."""
    return camera.center or (slice_.columns / 2, slice_.rows / 2)


def to_device(slice_: Slice, camera: Camera, view: QSizeF) -> QTransform:
    """Image points (x = column, y = row; pixel (0, 0) covers 0…1) to device pixels of a view."""
    zoom = zoom_of(slice_, camera, view)
    x, y = center_of(slice_, camera)
    transform = QTransform()
    # Whole device pixels for the middle: a picture at 1:1 is then shown without resampling.
    transform.translate(float(round(view.width() / 2)), float(round(view.height() / 2)))
    transform.rotate(camera.rotation)
    transform.scale(-zoom if camera.mirrored else zoom, zoom * slice_.aspect)
    transform.translate(-x, -y)
    return transform


def zoomed_at(slice_: Slice, camera: Camera, view: QSizeF, zoom: float, anchor: QPointF) -> Camera:
    """Zoomed so that the image point under `anchor` (device pixels) stays under it."""
    before, _ = to_device(slice_, camera, view).inverted()
    fixed = before.map(anchor)
    there = replace(camera.zoomed(zoom), center=center_of(slice_, camera))
    after, _ = to_device(slice_, there, view).inverted()
    moved = after.map(anchor)
    assert there.center is not None
    x, y = there.center
    return replace(there, center=(x + fixed.x() - moved.x(), y + fixed.y() - moved.y()))


def panned(slice_: Slice, camera: Camera, view: QSizeF, step: QPointF) -> Camera:
    """Moved by `step` device pixels; the middle of the view stays on the picture."""
    back, _ = to_device(slice_, camera, view).inverted()
    moved = back.map(QPointF(0.0, 0.0)) - back.map(step)
    x, y = center_of(slice_, camera)
    x = min(max(x + moved.x(), 0.0), float(slice_.columns))
    y = min(max(y + moved.y(), 0.0), float(slice_.rows))
    return replace(camera, zoom=zoom_of(slice_, camera, view), center=(x, y))
