"""One picture at two scales through the findings network: how suspicious each place is."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.detector import tiles
from lungview.nodules.detector.tiles import Maps

_BLUR = 1.0  # pixels of the maps
NODULE, MALIGNANCY = 0, 1  # channels of the maps


def maps(picture: np.ndarray, inside: np.ndarray, network: Maps) -> np.ndarray:
    """float32 (rows, columns, 3): score, P(nodule) and malignancy at each place, means of both scales.

    picture: float32 (2 * rows, 2 * columns, 3) in [0, 1] at 0.75 mm a pixel. inside: bool (rows, columns),
    where something may lie; elsewhere all three are 0.
    """
    rows, columns = inside.shape
    fine = tiles.maps(picture, inside, network)
    small = cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
    near = cv2.resize(inside.astype(np.float32), (columns // 2, rows // 2), interpolation=cv2.INTER_AREA) > 0
    coarse = cv2.resize(tiles.maps(small, near, network), (columns, rows), interpolation=cv2.INTER_LINEAR)
    score = (fine[..., NODULE] * fine[..., MALIGNANCY] + coarse[..., NODULE] * coarse[..., MALIGNANCY]) / 2
    parts = (score, *((fine[..., k] + coarse[..., k]) / 2 for k in (NODULE, MALIGNANCY)))
    smooth = cv2.GaussianBlur(np.stack(parts, axis=-1) * inside[..., None], (0, 0), _BLUR)
    return np.asarray(smooth * inside[..., None], np.float32)
