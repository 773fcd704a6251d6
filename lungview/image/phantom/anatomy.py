"""The synthetic thorax drawn slice by slice: shapes in millimetres with known HU, and nobody's picture."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from lungview.image.phantom.bones import draw_bones
from lungview.image.phantom.canvas import (
    AIR,
    BLOOD,
    FAT,
    FISSURE,
    LIVER,
    LUNG,
    MUSCLE,
    Canvas,
    canvas_of,
    cavity,
    superellipse,
)
from lungview.image.phantom.vessels import draw_nodule, draw_vessels

HEIGHT = 270.0  # mm of thorax worth drawing, from above the apex to the liver


def draw(
    matrix: int, h: float, thickness: float, nodules: Callable[[Canvas, float, float], None] = draw_nodule
) -> np.ndarray:
    """One noise-free slice in HU.

    matrix: rows = columns. h: mm below the apex plane. thickness: mm; a vessel anywhere in it is drawn.
    nodules: draws them, of the canvas, h and thickness. Returns (matrix, matrix) int16.
    """
    canvas = canvas_of(matrix)
    for paint in (_table, _wall, _lungs):
        paint(canvas, h)
    draw_vessels(canvas, h, thickness)
    nodules(canvas, h, thickness)
    _paint_organs(canvas, h)
    small = cv2.resize(canvas.pixels, (matrix, matrix), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.int16)


def lung_share(matrix: int, h: float) -> np.ndarray:
    """How much of each pixel is lung, with the vessels, fissures and the nodule in it: the truth of `draw`.

    Returns (matrix, matrix) float32 in [0, 1]. Airways are no lung.
    """
    canvas = canvas_of(matrix)
    _lungs(canvas, h)
    _paint_organs(canvas, h)
    lung = np.isin(canvas.pixels, (LUNG, FISSURE)).astype(np.float32)
    return np.asarray(cv2.resize(lung, (matrix, matrix), interpolation=cv2.INTER_AREA))


def _paint_organs(canvas: Canvas, h: float) -> None:
    """Everything that is painted over the lungs."""
    for paint in (_mediastinum, _heart_and_vessels, _airways, _diaphragm, draw_bones):
        paint(canvas, h)


def _table(canvas: Canvas, h: float) -> None:
    del h  # the same in every slice
    curve = [(x, 140.0 - (x / 175.0) ** 2 * 22.0) for x in np.linspace(-178, 178, 60)]
    canvas.line(curve, 12.0, -120)
    canvas.line(curve, 9.0, -960)


def _wall(canvas: Canvas, h: float) -> None:
    top = min(max((h + 25.0) / 70.0, 0.0), 1.0)  # shoulders are narrower here, arms are up
    rx = 140.0 + 26.0 * top - 6.0 * max((h - 180.0) / 100.0, 0.0)
    ry = 92.0 + 20.0 * top
    canvas.polygon(superellipse(rx, ry, 10.0), 20)  # skin
    canvas.polygon(superellipse(rx - 2, ry - 2, 10.0), FAT)
    canvas.polygon(superellipse(rx - 13, ry - 12, 9.0), MUSCLE)
    for side in (-1, 1):
        canvas.ellipse(side * 60.0, -66.0 - 14.0 * top, 44.0, 8.0 + 4.0 * top, MUSCLE)  # pectoral
    canvas.polygon(superellipse(*cavity(h, 9.0), 4.0), FAT)


def _lungs(canvas: Canvas, h: float) -> None:
    if h <= 0:
        canvas.polygon(superellipse(*cavity(h), 4.0), FAT)
        return
    canvas.polygon(superellipse(*cavity(h), 4.0), LUNG)
    for side in (-1, 1):  # oblique fissures: a thin plane that moves forward as it goes down
        y = 45.0 - 0.45 * h
        if 40.0 < h < 230.0:
            canvas.line([(side * 30.0, y + 10.0), (side * 80.0, y), (side * 108.0, y + 6.0)], 0.5, FISSURE)


def _mediastinum(canvas: Canvas, h: float) -> None:
    top = max(50.0 - h, 0.0) * 0.25
    canvas.ellipse(0, -58, 10 + top, 34, FAT)
    canvas.ellipse(0, -8, 33 + top, 42, FAT)
    canvas.ellipse(0, 48, 27 + top, 34, MUSCLE)
    canvas.ellipse(8, 32, 8.5, 6, 30)  # oesophagus
    if h < 55:
        for side in (-1, 1):
            canvas.ellipse(side * 17.0, -14.0, 7.0, 7.0, BLOOD)
            canvas.ellipse(side * 24.0, -30.0, 8.0, 7.0, BLOOD)


def _heart_and_vessels(canvas: Canvas, h: float) -> None:
    if 62 < h < 84:  # arch of the aorta
        canvas.line([(-14, -30), (2, -14), (20, 22)], 25, BLOOD)
    if 76 < h < 160:
        canvas.ellipse(-14, -28, 16, 16, BLOOD)
    if h > 74:
        canvas.ellipse(22, 42, 12.5, 12.5, BLOOD)
    if h < 160:
        canvas.ellipse(-33, -20, 9, 10, BLOOD)  # superior vena cava
    if 98 < h < 128:  # pulmonary trunk and its two branches
        canvas.ellipse(15, -32, 15, 17, BLOOD)
        canvas.line([(15, -26), (-8, -6), (-46, 2)], 18, BLOOD)
        canvas.line([(15, -30), (34, -4), (46, 6)], 17, BLOOD)
    span = 1 - ((h - 192.0) / 66.0) ** 2
    if span > 0:
        grow = float(np.sqrt(span))
        canvas.ellipse(20, -26, 66 * grow, 50 * grow, FAT)
        canvas.ellipse(20, -26, 62 * grow, 46 * grow, BLOOD)


def _airways(canvas: Canvas, h: float) -> None:
    if h < 104:
        canvas.ellipse(-2, 8, 11, 10, 20)
        canvas.ellipse(-2, 8, 9, 8, AIR)
    elif h < 150:
        for side, steep in ((-1, 0.75), (1, 1.0)):
            x = -2 + side * (5.0 + (h - 104) * steep)
            canvas.ellipse(x, 10, 8, 7, 20)
            canvas.ellipse(x, 10, 6, 5, AIR)


def _diaphragm(canvas: Canvas, h: float) -> None:
    for x, y, top, rx, ry, hu in ((-58, 2, 196, 84, 84, LIVER), (66, 6, 214, 66, 80, 48)):
        share = 1 - ((h - (top + 110.0)) / 110.0) ** 2
        if share > 0 and h > top:
            grow = float(np.sqrt(share))
            wide, deep = cavity(h)
            canvas.ellipse(x, y, min(rx * grow, wide - abs(x)), min(ry * grow, deep), hu)
