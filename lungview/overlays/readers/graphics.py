"""Graphics and text of a presentation state: layers, figures, their pictures (PS3.3 C.10.5, C.10.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import integer, items, numbers, raw, text
from lungview.overlays.readers import objects
from lungview.overlays.values import Figure, Flat, Part, Reference, Shape

MOST_FIGURES, MOST_POINTS = 20_000, 2_000_000
_SHAPES = {
    "POINT": Shape.POINTS,
    "POLYLINE": Shape.LINE,
    "INTERPOLATED": Shape.LINE,
    "CIRCLE": Shape.CIRCLE,
    "ELLIPSE": Shape.ELLIPSE,
}
_COUNTS = {"POINT": (1, 1), "CIRCLE": (2, 2), "ELLIPSE": (4, 4)}
Read = tuple[tuple[Part, ...], tuple[Flat, ...], tuple[str, ...]]


def read(dataset: Dataset, study: str, check: Callable[[], None]) -> Read:
    """The layers, the figures in the order in which layers lie over each other, and what is not shown."""
    listed = sorted(items(dataset, "GraphicLayerSequence"), key=_order)
    parts = [_layer(each) for each in listed]
    places = {text(each, "GraphicLayer"): k for k, each in enumerate(listed)}
    found: list[Flat] = []
    points = bad = 0
    for annotation in items(dataset, "GraphicAnnotationSequence"):
        check()
        layer = text(annotation, "GraphicLayer")
        if layer not in places:  # named by no list: shown all the same
            places[layer] = len(parts)
            parts.append(Part(objects.short(layer) or "Graphics"))
        of = tuple(objects.instances(annotation, "ReferencedImageSequence", study))
        for flat in _figures(annotation, places[layer], of):
            if flat is None or len(found) >= MOST_FIGURES or points > MOST_POINTS:
                bad += 1
                continue
            points += len(flat.figure.points)
            found.append(flat)
    found.sort(key=lambda flat: flat.figure.part)
    notes = (f"{bad} of its drawings are of no known kind, or too many; not shown",) if bad else ()
    return tuple(parts), tuple(found), notes


def _order(layer: Dataset) -> int:
    return integer(layer, "GraphicLayerOrder") or 0


def _layer(layer: Dataset) -> Part:
    name = objects.short(text(layer, "GraphicLayer"))
    said = objects.short(text(layer, "GraphicLayerDescription"))
    grey = numbers(layer, "GraphicLayerRecommendedDisplayGrayscaleValue")[:1]
    colour = objects.lab_colour(layer, "GraphicLayerRecommendedDisplayCIELabValue")
    if colour is None and grey and 0 < grey[0] <= 65535:  # black would not be seen
        level = int(grey[0]) >> 8
        colour = (level, level, level)
    return Part(name or "Graphics", colour, (said,) if said else ())


def _figures(annotation: Dataset, part: int, of: tuple[Reference, ...]) -> Iterator[Flat | None]:
    for graphic in items(annotation, "GraphicObjectSequence"):
        yield _figure(graphic, part, of)
    for words in items(annotation, "TextObjectSequence"):
        yield _text(words, part, of)


def _figure(graphic: Dataset, part: int, of: tuple[Reference, ...]) -> Flat | None:
    kind, units = text(graphic, "GraphicType").upper(), _units(graphic, "GraphicAnnotationUnits")
    points = points_of(graphic, "GraphicData")
    least, most = _COUNTS.get(kind, (2, MOST_POINTS))
    if kind not in _SHAPES or units is None or points is None or not least <= len(points) <= most:
        return None
    shape, closed = _SHAPES[kind], bool(np.array_equal(points[0], points[-1])) and len(points) > 3
    filled = text(graphic, "GraphicFilled").upper() == "Y"
    if shape is Shape.LINE and closed:
        shape, points = Shape.CLOSED, points[:-1]
    return Flat(Figure(part, shape, points, filled), of, units == "DISPLAY")


def _text(words: Dataset, part: int, of: tuple[Reference, ...]) -> Flat | None:
    """Text at its anchor, or in its box (C.10.5.1.1)."""
    lines = _lines(words)
    anchor, units = points_of(words, "AnchorPoint"), _units(words, "AnchorPointAnnotationUnits")
    corner, box_units = (
        points_of(words, "BoundingBoxTopLeftHandCorner"),
        _units(words, "BoundingBoxAnnotationUnits"),
    )
    if not lines:
        return None
    if corner is not None and box_units is not None:
        about = [anchor] if anchor is not None and units == box_units else []
        points = np.concatenate([corner[:1], *(each[:1] for each in about)])
        return Flat(Figure(part, Shape.TEXT, points, lines=lines), of, box_units == "DISPLAY")
    if anchor is not None and units is not None:
        return Flat(Figure(part, Shape.TEXT, anchor[:1], lines=lines), of, units == "DISPLAY")
    return None


def _lines(words: Dataset) -> tuple[str, ...]:
    """Lines of the text; control characters but for line ends are left out."""
    said = raw(words, "UnformattedTextValue")
    lines = str(said).replace("\r\n", "\n").replace("\r", "\n").split("\n") if said is not None else []
    clean = ("".join(c for c in line if c.isprintable()).strip() for line in lines[:40])
    return tuple(objects.short(line) for line in clean if line)


def _units(dataset: Dataset, keyword: str) -> str | None:
    """PIXEL or DISPLAY; None for MATRIX, which counts in a whole tiled picture, and for what is no unit."""
    said = text(dataset, keyword).upper()
    return said if said in ("PIXEL", "DISPLAY") else None


def points_of(dataset: Dataset, keyword: str) -> np.ndarray | None:
    """(n, 2) float64, read-only; None where they are not pairs of finite numbers."""
    values = np.array(numbers(dataset, keyword), np.float64)
    if not len(values) or len(values) % 2 or not np.isfinite(values).all() or np.abs(values).max() > 1e7:
        return None
    points = values.reshape(-1, 2)
    points.flags.writeable = False
    return points
