"""Where a finding may lie: the lungs, with what their outline leaves out at the wall and the mediastinum."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.lung.picture import picture_lungs

CLOSE_MM = 10.0
MARGIN_MM = 3.0
_AIR_HU = -500.0
_LEAST_MM2 = 400.0  # a piece of lung; less is an airway or bowel gas
_TABLE_MM = 5.0  # thickness of what is torn off the body: the table's top, tubes, clothes
_LOST = 0.5  # of the other side's lung: with less, a side is not only smaller
_STEP = 4  # a closing by 10 mm is done on every fourth pixel


def around(lungs: np.ndarray, pixel_mm: float) -> np.ndarray:
    """bool (rows, columns): the lungs of one slice closed by 10 mm, and 3 mm around them."""
    mask = np.asarray(lungs, np.uint8)
    rows, columns = mask.shape
    small = cv2.resize(mask, (-(-columns // _STEP), -(-rows // _STEP)), interpolation=cv2.INTER_AREA)
    pad = int(np.ceil(CLOSE_MM / pixel_mm / _STEP)) + 1
    small = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _disc(CLOSE_MM / pixel_mm / _STEP))
    wide = cv2.dilate(closed, _disc(MARGIN_MM / pixel_mm / _STEP))[pad:-pad, pad:-pad]
    return np.asarray(cv2.resize(wide, (columns, rows), interpolation=cv2.INTER_NEAREST) > 0)


def lungs_of_slice(hounsfield: np.ndarray, pixel_mm: float) -> np.ndarray:
    """bool (rows, columns): air inside the body of one slice in HU, or on that scale; no small pieces."""
    smooth = cv2.GaussianBlur(np.asarray(hounsfield, np.float32), (0, 0), 1.0)
    tissue = (smooth >= _AIR_HU).astype(np.uint8)
    inside = (_body(tissue, pixel_mm) & (tissue == 0)).astype(np.uint8)
    _, pieces, found, _ = cv2.connectedComponentsWithStats(inside)
    large = found[:, cv2.CC_STAT_AREA] * pixel_mm**2 >= _LEAST_MM2
    large[0] = False
    return np.asarray(large[pieces])


def lungs_of_picture(grey: np.ndarray, hounsfield: np.ndarray, pixel_mm: float) -> np.ndarray:
    """bool (rows, columns): air inside the body, and what the lungs of a picture hold that is air no more.

    grey: uint8 (rows, columns); hounsfield: the same brought near HU. Raises InputError as `picture_lungs`.
    """
    return np.asarray(picture_lungs(grey) | lungs_of_slice(hounsfield, pixel_mm))


def with_lost_side(lungs: np.ndarray, hounsfield: np.ndarray, pixel_mm: float) -> np.ndarray:
    """bool (rows, columns): the lungs of one slice, and what one of them must have been where it is lost.

    A lung full of tumour, fluid or consolidation is no air. Where one side of the body has less than half of
    the other's lung, the other's mirror image is looked at too.
    """
    smooth = cv2.GaussianBlur(np.asarray(hounsfield, np.float32), (0, 0), 1.0)
    body = _body((smooth >= _AIR_HU).astype(np.uint8), pixel_mm)
    if not body.any() or not lungs.any():
        return lungs
    columns = np.arange(lungs.shape[1])
    middle = float(np.average(columns, weights=body.sum(axis=0)))
    left = columns < middle
    shares = lungs[:, left].sum(), lungs[:, ~left].sum()
    if min(shares) >= _LOST * max(shares):
        return lungs
    opposite = np.rint(2 * middle - columns).astype(int)
    lost = (left if shares[0] < shares[1] else ~left) & (opposite >= 0) & (opposite < len(columns))
    whole = lungs.copy()
    whole[:, lost] |= lungs[:, opposite[lost]] & body[:, lost]
    return whole


def _body(tissue: np.ndarray, pixel_mm: float) -> np.ndarray:
    """bool: the largest piece of tissue with what it encloses; the table is another piece."""
    apart = cv2.morphologyEx(tissue, cv2.MORPH_OPEN, _disc(_TABLE_MM / 2 / pixel_mm))
    contours, _ = cv2.findContours(apart, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    body = np.zeros_like(tissue)
    if contours:
        cv2.drawContours(body, [max(contours, key=cv2.contourArea)], 0, 1, cv2.FILLED)
    return body > 0


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
