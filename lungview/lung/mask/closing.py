"""What belongs to a lung beside its air: vessels, nodules, and masses that dent it from the chest wall."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.grid import Grid
from lungview.lung.mask.dents import dents, wall_behind
from lungview.lung.mask.morphology import disc, filled

_RIGHT, _LEFT = 1, 2
_VESSEL = 6.0  # mm radius: notches narrower than twice that are closed, at the mediastinum too


def closed(labels: np.ndarray, tubes: np.ndarray, body: np.ndarray, grid: Grid) -> np.ndarray:
    """Labels with holes, notches and dents of the chest wall's side filled; the airways stay out."""
    out = np.zeros_like(labels)
    for side, other in ((_RIGHT, _LEFT), (_LEFT, _RIGHT)):
        for z, plane in enumerate(labels):
            mask = (plane == side).view(np.uint8)
            if not mask.any():
                continue
            grown = _plane(mask, body[z], side, grid.mm[1])
            grown[(tubes[z] > 0) & (filled(mask) == 0) | (plane == other)] = 0
            out[z][(grown > 0) & (out[z] == 0)] = side
    return out


def _plane(mask: np.ndarray, body: np.ndarray, side: int, pixel: float) -> np.ndarray:
    margin = round(_VESSEL / pixel) + 1
    padded = cv2.copyMakeBorder(mask, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc(_VESSEL / pixel))
    smooth = filled(closed[margin:-margin, margin:-margin].copy())
    contours, _ = cv2.findContours(smooth, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        for dent in dents(contour.reshape(-1, 2), side, pixel):
            if wall_behind(dent, smooth, body, pixel):
                cv2.drawContours(smooth, [dent.outline], -1, 1, cv2.FILLED)
    return smooth
