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
    for z, plane in enumerate(labels):
        for side, other in ((_RIGHT, _LEFT), (_LEFT, _RIGHT)):
            mask = (plane == side).view(np.uint8)
            x, y, width, height = cv2.boundingRect(mask)
            if not width:
                continue
            box = slice(y, y + height), slice(x, x + width)  # a closing goes nowhere beyond it
            grown, hollow = np.zeros_like(mask), np.ones(mask.shape, bool)
            grown[box], hollow[box] = _smooth(mask[box], grid.mm[1]), filled(mask[box]) == 0
            _fill_dents(grown, body[z], side, grid.mm[1])
            grown[(tubes[z] > 0) & hollow | (plane == other)] = 0
            out[z][(grown > 0) & (out[z] == 0)] = side
    return out


def _smooth(mask: np.ndarray, pixel: float) -> np.ndarray:
    """A mask (rows, columns) without notches and holes."""
    margin = round(_VESSEL / pixel) + 1
    padded = cv2.copyMakeBorder(mask, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc(_VESSEL / pixel))
    return filled(closed[margin:-margin, margin:-margin])


def _fill_dents(smooth: np.ndarray, body: np.ndarray, side: int, pixel: float) -> None:
    contours, _ = cv2.findContours(smooth, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        for dent in dents(contour.reshape(-1, 2), side, pixel):
            if wall_behind(dent, smooth, body, pixel):
                cv2.drawContours(smooth, [dent.outline], -1, 1, cv2.FILLED)
