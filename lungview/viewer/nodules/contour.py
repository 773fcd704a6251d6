"""Contours of an outline on one slice, smooth, in the slice's own pixels."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.outlining.outline import Outline

_FINER = 4


def contours(outline: Outline, z: int) -> tuple[np.ndarray, ...]:
    """Closed lines (n, 2) of x, y px around the outline on slice z of its volume; none where it is not there.

    A pixel covers [c, c + 1), as the window draws it.
    """
    k = z - outline.start[0]
    if not 0 <= k < len(outline.mask) or not outline.mask[k].any():
        return ()
    padded = np.pad(outline.mask[k], 1).astype(np.float32)
    rows, columns = padded.shape
    fine = cv2.resize(padded, (columns * _FINER, rows * _FINER), interpolation=cv2.INTER_LINEAR)
    found, _ = cv2.findContours((fine >= 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    corner = np.array([outline.start[2] - 1, outline.start[1] - 1], float)
    return tuple((line[:, 0].astype(float) + 0.5) / _FINER + corner for line in found if len(line) > 2)
