"""How large a pixel is where the file does not say: from the width of the body."""

from __future__ import annotations

import cv2
import numpy as np

_NARROWEST = 0.4  # of the picture: what is narrower is no body
BODY_MM = 360.0  # across the chest, mean of adults lying on their back with the arms up


def pixel_mm(hounsfield: np.ndarray) -> float:
    """mm a pixel (about ± 15 %) of a chest slice (rows, columns) in HU or on that scale."""
    tissue = (cv2.GaussianBlur(np.asarray(hounsfield, np.float32), (0, 0), 1.5) > -300).astype(np.uint8)
    apart = cv2.morphologyEx(tissue, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    contours, _ = cv2.findContours(apart, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return BODY_MM / float(hounsfield.shape[1])
    _, _, width, _ = cv2.boundingRect(max(contours, key=cv2.contourArea))
    return BODY_MM / max(float(width), _NARROWEST * float(hounsfield.shape[1]))
