"""How much of a CT slice is lung: air-filled tissue inside the body, by its Hounsfield units."""

from __future__ import annotations

import cv2
import numpy as np

# Lung parenchyma; bowel gas and the air around the body lie below, fat and soft tissue above.
LUNG_HU = (-950.0, -500.0)
LEAST = 0.02  # of the body's area: a slice through the bases or the apices has it, shoulder and abdomen not
_SIDE = 256  # the share needs no more pixels
_RIM = np.ones((7, 7), np.uint8)  # skin, where air and tissue mix to the same HU
_SPECK = np.ones((5, 5), np.uint8)


def share(hounsfield: np.ndarray) -> float:
    """The lung's share of the body's area, in [0, 1]; 0 where there is no body.

    hounsfield: (rows, columns). The body is the largest piece of tissue with what it encloses: the table,
    clothes and the air between arms and chest are not of it. The trachea alone is below LEAST.
    """
    small = _small(np.nan_to_num(hounsfield.astype(np.float32), nan=-1024.0, posinf=3071.0, neginf=-1024.0))
    body = _body(small)
    if not body.any():
        return 0.0
    lung = (small > LUNG_HU[0]) & (small < LUNG_HU[1]) & (cv2.erode(body, _RIM) > 0)
    regions = cv2.morphologyEx(lung.astype(np.uint8), cv2.MORPH_OPEN, _SPECK)
    return float(regions.sum() / body.sum())


def reasons(hounsfield: np.ndarray) -> tuple[str, ...]:
    """One sentence when there is too little lung in the slice; empty otherwise."""
    found = share(hounsfield)
    if found >= LEAST:
        return ()
    return (
        f"no lungs found: tissue of {LUNG_HU[0]:.0f} to {LUNG_HU[1]:.0f} HU is {found:.1%} of the body, "
        f"at least {LEAST:.0%} is expected",
    )


def _small(values: np.ndarray) -> np.ndarray:
    rows, columns = values.shape
    factor = min(1.0, _SIDE / max(rows, columns))
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA))


def _body(small: np.ndarray) -> np.ndarray:
    """uint8 (rows, columns): 1 inside the outer contour of the largest piece of tissue."""
    tissue = cv2.morphologyEx((small > LUNG_HU[1]).astype(np.uint8), cv2.MORPH_OPEN, _SPECK)
    body = np.zeros_like(tissue)
    contours, _ = cv2.findContours(tissue, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if contours:
        cv2.fillPoly(body, [max(contours, key=cv2.contourArea)], 1)
    return body
