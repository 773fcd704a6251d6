"""The outline of a finding as lines on a slice."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Outline

_FINE = 4


def on_slice(outline: Outline, z: int) -> tuple[np.ndarray, ...]:
    """Closed lines around an outline on slice z of its volume, the largest first; () where it is not on it.

    They cut corners of pixels, as a hand would. Each (n, 2) float64 of x, y; the pixel of column c covers
    [c, c + 1).
    """
    k = z - outline.start[0]
    if not 0 <= k < len(outline.mask) or not outline.mask[k].any():
        return ()
    padded = np.pad(outline.mask[k], 1).astype(np.float32)
    size = padded.shape[1] * _FINE, padded.shape[0] * _FINE
    fine = cv2.resize(padded, size, interpolation=cv2.INTER_LINEAR) >= 0.5
    found, _ = cv2.findContours(fine.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    first = np.array((outline.start[2] - 1, outline.start[1] - 1), float)
    lines = sorted((c for c in found if len(c) > 2), key=cv2.contourArea, reverse=True)
    return tuple((line[:, 0] + 0.5) / _FINE + first for line in lines)
