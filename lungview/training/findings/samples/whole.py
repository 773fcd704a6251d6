"""Whole CT series as samples: tumours in their boxes, everything else as what is no tumour."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.nodules.detector import greys, planes, region
from lungview.training.findings.samples.sample import BACKGROUND, NODULE, OPACITY, UNKNOWN, Sample
from lungview.training.findings.samples.scans import Box, Scan

_TISSUE_HU = -400.0
_DENSE_HU = -650.0  # blurred over 2 mm: denser than lung
_NEAR = 2  # slices beyond the last box: the tumour may reach so far
_MALIGNANT = 0.97
_BESIDE_MM = 20.0
_SEEN = ("covid", "pneumonia")


def samples(scan: Scan) -> list[Sample]:
    """A sample a slice with lung; none of a scan with cancer without boxes, for nobody knows where it is."""
    if scan.label == "cancer" and not scan.boxes:
        return []
    return [s for k in range(len(scan.hounsfield)) if (s := _sample(scan, k)) is not None]


def _sample(scan: Scan, index: int) -> Sample | None:
    spacing = scan.spacing_mm[1]
    lungs = region.lungs_of_slice(scan.hounsfield[index], spacing)
    if lungs.mean() < 0.01:
        return None
    labels = np.full(lungs.shape, BACKGROUND, np.uint8)
    if scan.label in _SEEN:
        labels[_dense(scan.hounsfield[index], lungs, spacing)] = OPACITY
    centre, radius = _mark(scan, index, labels)
    factor = spacing / greys.PIXEL_MM
    hounsfield = planes.with_neighbours(scan.hounsfield, index, scan.spacing_mm[0])
    picture = cv2.resize(hounsfield, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    labels = np.asarray(cv2.resize(labels, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST))
    top, left, part = _around(cv2.resize(lungs.astype(np.uint8), picture.shape[1::-1]))
    middle = None if centre is None else (centre[0] * factor - top, centre[1] * factor - left)
    malignancy = _MALIGNANT if radius else float("nan")
    found = greys.from_hu(picture)[part]
    return Sample(found, labels[part].copy(), malignancy, scan.label, scan.patient, middle, radius)


def _around(lungs: np.ndarray) -> tuple[int, int, tuple[slice, slice]]:
    """Top, left, and the rectangle around the lungs with 20 mm beside them."""
    rows, columns = np.flatnonzero(lungs.any(axis=1)), np.flatnonzero(lungs.any(axis=0))
    margin = round(_BESIDE_MM / greys.PIXEL_MM)
    top, left = max(rows[0] - margin, 0), max(columns[0] - margin, 0)
    return int(top), int(left), (slice(top, rows[-1] + margin), slice(left, columns[-1] + margin))


def _mark(scan: Scan, index: int, labels: np.ndarray) -> tuple[tuple[float, float] | None, float]:
    """Write the tumour's box into `labels`; its middle (row, column), and its radius in mm."""
    box = scan.boxes.get(index)
    if box is None:
        for near in range(index - _NEAR, index + _NEAR + 1):
            if near in scan.boxes:
                _rectangle(labels, scan.boxes[near], 4)
        return None, 0.0
    _rectangle(labels, box, round(4 / scan.spacing_mm[1]))
    smooth = cv2.GaussianBlur(scan.hounsfield[index].astype(np.float32), (0, 0), 1.0)
    inside = _ellipse(labels.shape, box) & (smooth > _TISSUE_HU)
    labels[inside] = NODULE
    radius = float(np.sqrt(max(inside.sum(), 1) / np.pi)) * scan.spacing_mm[1]
    return ((box[1] + box[3]) / 2, (box[0] + box[2]) / 2), radius


def _rectangle(labels: np.ndarray, box: Box, margin: int) -> None:
    x0, y0, x1, y1 = (round(v) for v in box)
    labels[max(y0 - margin, 0) : y1 + margin + 1, max(x0 - margin, 0) : x1 + margin + 1] = UNKNOWN


def _ellipse(shape: tuple[int, ...], box: Box) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    x0, y0, x1, y1 = box
    across = (x - (x0 + x1) / 2) / max((x1 - x0 + 1) / 2 * 1.08, 1)
    down = (y - (y0 + y1) / 2) / max((y1 - y0 + 1) / 2 * 1.08, 1)
    return np.asarray(across**2 + down**2 <= 1)


def _dense(hounsfield: np.ndarray, lungs: np.ndarray, spacing: float) -> np.ndarray:
    """bool: what is denser than lung over more than a vessel's width, inside the closed lung."""
    inside = cv2.erode(region.around(lungs, spacing).astype(np.uint8), np.ones((9, 9), np.uint8))
    smooth = cv2.GaussianBlur(hounsfield.astype(np.float32), (0, 0), 2 / spacing)
    thick = max(3, round(4 / spacing))
    dense = ((smooth > _DENSE_HU) & (inside > 0)).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(dense, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8)) > 0)
