"""Pictures of a report: the slice in its window, the heat map over it, the scale bar's length."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from PIL import Image

from lungview.classify import heatmap
from lungview.image.slice import Slice, Spacing
from lungview.image.window import Window, to_uint8

LONGEST = 1024  # px: twice what 80 mm of paper resolves at 300 dpi is not needed
JPEG_QUALITY = 92


def windowed(slice_: Slice, window: Window) -> np.ndarray:
    """The slice as it is shown: (rows, columns, 3) uint8."""
    if slice_.colour:
        return np.asarray(slice_.values)
    grey = to_uint8(slice_.values, window, inverted=slice_.inverted)
    return np.repeat(grey[..., None], 3, axis=2)


def overlaid(picture: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The picture under a heat map, as on screen.

    picture: (rows, columns, 3) uint8; heat: (rows, columns) in [0, 1]. Returns (rows, columns, 3) uint8.
    """
    return heatmap.overlay(picture, heatmap.rgba(heat))


def pixel_aspect(spacing: Spacing | None) -> float:
    """Height of a pixel over its width; 1 when not known."""
    return spacing.row / spacing.column if spacing else 1.0


def image(picture: np.ndarray, *, longest: int = LONGEST, aspect: float = 1.0, lossy: bool = False) -> Any:
    """The picture as a reportlab image source: square pixels, at most `longest` px a side."""
    from reportlab.lib.utils import ImageReader

    rows, columns = picture.shape[0] * aspect, picture.shape[1]
    factor = min(1.0, longest / max(rows, columns))
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    shown = Image.fromarray(picture)
    if not np.ptp(picture, axis=2).any():
        shown = shown.convert("L")
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
