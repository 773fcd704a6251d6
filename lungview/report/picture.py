"""Pictures of a report: the slice in its window, the heat map over it, the scale bar's length."""

from __future__ import annotations

import io
import math
from typing import Any

import cv2
import numpy as np
from PIL import Image

from lungview.classify.heat import heatmap
from lungview.image.display import display
from lungview.image.slice import Slice, Spacing
from lungview.image.window import Window

LONGEST = 1024  # px: twice what 80 mm of paper resolves at 300 dpi is not needed
JPEG_QUALITY = 92


def window_words(slice_: Slice, window: Window) -> str:
    """What stands under the slice: "Window 1500 / −600 HU (Lung)"."""
    if slice_.colour:
        return "Colour picture, shown as stored"
    name = f" ({window.name})" if window.name else ""
    unit = f" {slice_.unit}" if slice_.unit else ""
    center = f"{window.center:g}".replace("-", "−")
    return f"Window width {window.width:g}, center {center}{unit}{name}"


def windowed(slice_: Slice, window: Window) -> np.ndarray:
    """The slice as it is shown: (rows, columns) uint8, or (rows, columns, 3) where it has colour."""
    if not slice_.colour:
        return display(slice_, window)  # MONOCHROME1 is taken care of there
    values = np.asarray(slice_.values)
    red, green, blue = (values[..., i] for i in range(3))
    grey = np.array_equal(red, green) and np.array_equal(red, blue)
    return np.ascontiguousarray(red) if grey else values


def shrunk(picture: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The picture with so many rows and columns, each the mean of what it covers."""
    if picture.shape[:2] == (rows, columns):
        return picture
    return np.asarray(cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA))


def fitting(picture: np.ndarray, longest: int) -> np.ndarray:
    """The picture with at most so many pixels a side."""
    rows, columns = picture.shape[:2]
    factor = min(1.0, longest / max(rows, columns))
    return shrunk(picture, max(1, round(rows * factor)), max(1, round(columns * factor)))


def overlaid(picture: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The picture under a heat map, as on screen: uint8 (rows, columns, 3).

    picture: uint8 (rows, columns) or (rows, columns, 3); heat: (rows, columns) in [0, 1].
    """
    return heatmap.overlay(picture, heatmap.rgba(heat))


def image(picture: np.ndarray, *, longest: int = LONGEST, aspect: float = 1.0, lossy: bool = False) -> Any:
    """The picture as a reportlab image source: square pixels, at most `longest` px a side.

    picture: uint8 (rows, columns) or (rows, columns, 3).
    """
    from reportlab.lib.utils import ImageReader

    rows, columns = picture.shape[0] * aspect, picture.shape[1]
    factor = min(1.0, longest / max(rows, columns))
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    shown = Image.fromarray(picture)
    if size != shown.size:
        shown = shown.resize(size, Image.Resampling.LANCZOS)
    if not lossy:
        return ImageReader(shown)
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    buffer.seek(0)
    return ImageReader(buffer)


def bar_length(spacing: Spacing, columns: int) -> float:
    """Length of a scale bar in mm: 1, 2 or 5 times a power of ten, about a quarter of the picture's width."""
    room = columns * spacing.column / 4
    power = 10.0 ** math.floor(math.log10(room))
    return power * max(m for m in (1, 2, 5) if m * power <= room * 1.0000001)
