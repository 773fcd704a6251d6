"""A reader's drawings as graphics and text of a presentation state (PS3.3 C.10.5)."""

from __future__ import annotations

import math

import numpy as np
from pydicom.dataset import Dataset

from lungview.marks.annotation import Annotation
from lungview.marks.kinds import KINDS, Kind, Shape
from lungview.report.dicom.marked.sources import Marked, image_item
from lungview.report.dicom.sr_marks import graphic
from lungview.report.measured import Measured, Value

LAYER = "MARKS"
_LAB = (79.3, -53.5, 45.6)  # L*, a*, b* of the green that marks have on screen
_BARB, _TURN = 8.0, math.radians(25)  # of an arrow: pixels, from its shaft


def layer() -> Dataset:
    """The one layer of a reader's marks."""
    made = Dataset()
    made.GraphicLayer, made.GraphicLayerOrder = LAYER, 1
    lightness, a, b = _LAB
    made.GraphicLayerRecommendedDisplayCIELabValue = [
        round(lightness * 655.35),
        round((a + 128) * 257),
        round((b + 128) * 257),
    ]
    return made


def graphic_annotations(marked: Marked) -> list[Dataset]:
    """An item for each slice that bears drawings."""
    found = []
    for slice_, source in marked:
        if not slice_.measured:
            continue
        made = Dataset()
        made.ReferencedImageSequence = [image_item(source, slice_.instance.frame + 1)]
        made.GraphicLayer = LAYER
        made.GraphicObjectSequence = [g for each in slice_.measured for g in _graphics(each.annotation)]
        if words := [w for each in slice_.measured if (w := _words(each)) is not None]:
            made.TextObjectSequence = words
        found.append(made)
    return found


def _graphics(drawn: Annotation) -> list[Dataset]:
    kind, points = graphic(drawn)
    if drawn.kind is Kind.ARROW:
        return [_object("POLYLINE", _arrow(points))]
    if KINDS[drawn.kind].shape is Shape.TWO_LINES:  # there is no graphic of several points
        return [_object("POLYLINE", points[:2]), _object("POLYLINE", points[2:])]
    return [_object(kind, points)]


def _object(kind: str, points: np.ndarray) -> Dataset:
    made = Dataset()
    made.GraphicAnnotationUnits, made.GraphicDimensions = "PIXEL", 2
    made.NumberOfGraphicPoints, made.GraphicType = len(points), kind
    made.GraphicData = [float(v) for v in np.asarray(points, float).ravel()]
    if kind in ("ELLIPSE", "CIRCLE") or (kind == "POLYLINE" and np.array_equal(points[0], points[-1])):
        made.GraphicFilled = "N"
    return made


def _arrow(points: np.ndarray) -> np.ndarray:
    """Shaft and barbs as one line: tail, tip, barb, tip, barb."""
    tip, tail = np.asarray(points[0], float), np.asarray(points[1], float)
    shaft = tail - tip
    length = float(np.hypot(*shaft)) or 1.0
    barbs = [tip + _turned(shaft, turn) * min(_BARB / length, 1.0) for turn in (_TURN, -_TURN)]
    return np.array([tail, tip, barbs[0], tip, barbs[1]])


def _turned(vector: np.ndarray, angle: float) -> np.ndarray:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([vector[0] * cosine - vector[1] * sine, vector[0] * sine + vector[1] * cosine])


def _words(measured: Measured) -> Dataset | None:
    """What the reader wrote, and the measures, at the label's place or beside the drawing."""
    drawn = measured.annotation
    lines = [*([drawn.text] if drawn.text else []), *(_said(value) for value in measured.values)]
    if not lines:
        return None
    _, top, right, _ = drawn.box
    place = (right, top) if drawn.label is None else (drawn.label.x, drawn.label.y)
    made = Dataset()
    made.AnchorPointAnnotationUnits, made.AnchorPointVisibility = "PIXEL", "N"
    made.AnchorPoint = [float(v) for v in place]
    made.UnformattedTextValue = "\r\n".join(lines)
    return made


def _said(value: Value) -> str:
    return f"{value.what} {value.number:.1f} {value.unit}".rstrip()
