"""What a picture looks like apart from disease: intensities standardised, noise, and the lungs in it.

pictures: (rows, columns) uint8 as `model.input.see` prepares them, body in place, 0 outside it.
"""

from __future__ import annotations

import cv2
import numpy as np

LUNG, TISSUE = 50, 160  # grey values that lung and soft tissue are mapped to


def standard(picture: np.ndarray) -> np.ndarray:
    """The picture with lung at LUNG and soft tissue at TISSUE, whatever window it was saved with; uint8."""
    inside = picture[picture > 0]
    if inside.size == 0:
        return picture
    threshold, _ = cv2.threshold(inside.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark, bright = inside[inside <= threshold], inside[inside > threshold]
    low = float(np.median(dark)) if dark.size else 0.0
    high = float(np.median(bright)) if bright.size else 255.0
    mapped = (picture.astype(np.float32) - low) / max(high - low, 8.0) * (TISSUE - LUNG) + LUNG
    return np.where(picture > 0, np.clip(mapped, 1, 255), 0).astype(np.uint8)


def denoised(picture: np.ndarray) -> np.ndarray:
    """Without the fine grain that tells slice thickness and reconstruction kernel."""
    sigma = max(picture.shape) / 160
    return np.where(picture > 0, cv2.GaussianBlur(picture, (0, 0), sigma), 0).astype(np.uint8)


def tissue_noise(picture: np.ndarray) -> float:
    """Mean fine grain in soft tissue of a standardised picture, grey values; 0 where there is none."""
    values = picture.astype(np.float32)
    body = cv2.erode((picture > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    tissue = body & (np.abs(values - TISSUE) < 20)
    grain = np.abs(values - cv2.GaussianBlur(values, (0, 0), 1.0))
    return float(grain[tissue].mean()) if tissue.any() else 0.0


def lungs(picture: np.ndarray) -> list[np.ndarray]:
    """Masks (rows, columns) uint8 of the air of up to two lungs in a standardised picture."""
    contours, _ = cv2.findContours((picture > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    filled = cv2.fillConvexPoly(np.zeros(picture.shape, np.uint8), hull, 1)
    body = cv2.erode(filled, np.ones((9, 9), np.uint8)) > 0
    air = (cv2.GaussianBlur(picture, (0, 0), 1.0) < (LUNG + TISSUE) / 2) & body
    opened = cv2.morphologyEx(air.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    order = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:2]
    least = 0.005 * picture.size
    return [(labels == i).astype(np.uint8) for i in order if stats[i, cv2.CC_STAT_AREA] > least]


def lungs_only(picture: np.ndarray) -> np.ndarray:
    """A standardised picture cropped to the hulls of its lungs, black elsewhere, padded to a square."""
    hull = np.zeros(picture.shape, np.uint8)
    for lung in lungs(picture):
        contours, _ = cv2.findContours(lung, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.fillConvexPoly(hull, cv2.convexHull(np.concatenate(contours)), 1)
    rows, columns = np.flatnonzero(hull.any(axis=1)), np.flatnonzero(hull.any(axis=0))
    if not rows.size:
        return picture
    cut = (picture * hull)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(cut.shape)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return np.asarray(cv2.resize(square, picture.shape[::-1], interpolation=cv2.INTER_AREA))


def thickest_opacity(picture: np.ndarray) -> float:
    """Radius of the largest disc of soft tissue in the lungs of a standardised picture, share of its side.

    Within: inside each lung's air with its holes filled, closed by a disc of a tenth of the side: that takes
    in masses of any size in the lung, and smaller ones at its wall. A rule that was never trained.
    """
    side = max(3, max(picture.shape) // 10 | 1)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    dense = np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0)) > LUNG + 60
    found = 0.0
    for lung in lungs(picture):
        contours, _ = cv2.findContours(lung, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        whole = cv2.drawContours(lung.copy(), contours, -1, 1, cv2.FILLED)
        wide = cv2.copyMakeBorder(whole, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, brush)[side:-side, side:-side]
        within = (dense & (np.asarray(closed) > 0)).astype(np.uint8)
        opacity = cv2.morphologyEx(within, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        found = max(found, float(np.max(cv2.distanceTransform(opacity, cv2.DIST_L2, 5))))
    return found / float(max(picture.shape))
