"""The outline of a finding as lines on a slice."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Outline

_FINE = 4  # lines run so near to the border of the pixels: a quarter of a half


def on_slice(outline: Outline, z: int) -> tuple[np.ndarray, ...]:
    """Closed lines around an outline on slice z of its volume, the largest first; () where it is not on it.

    Each (n, 2) float64 of x, y; the pixel of column c covers [c, c + 1).
    """
    k = z - outline.start[0]
    if not 0 <= k < len(outline.mask) or not outline.mask[k].any():
        return ()
    fine = outline.mask[k].astype(np.uint8).repeat(_FINE, axis=0).repeat(_FINE, axis=1)
    found, _ = cv2.findContours(fine, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    first = np.array((outline.start[2], outline.start[1]), float)
    lines = sorted((c for c in found if len(c) > 2), key=cv2.contourArea, reverse=True)
    return tuple((line[:, 0] + 0.5) / _FINE + first for line in lines)
