"""Layers, figures and text of a presentation state, one item at a time."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from lungview.overlays.readers import graphics
from lungview.overlays.reading import never
from lungview.overlays.values import Shape
from tests.overlays.made import item


def graphic(kind: str, data: list[float], **more: object) -> Dataset:
    return item(GraphicAnnotationUnits="PIXEL", GraphicType=kind, GraphicData=data, **more)


def read(*graphics_: Dataset, texts: list[Dataset] | None = None, layers: list[Dataset] | None = None):  # type: ignore[no-untyped-def]
    annotation = item(GraphicLayer="A", GraphicObjectSequence=list(graphics_), TextObjectSequence=texts or [])
    return graphics.read(
        item(GraphicAnnotationSequence=[annotation], GraphicLayerSequence=layers or []), "1.2", never
    )


@pytest.mark.parametrize(
    ("kind", "data", "shape"),
    [
        ("POINT", [1, 2], Shape.POINTS),
        ("POLYLINE", [1, 2, 3, 4], Shape.LINE),
        ("POLYLINE", [1, 2, 3, 4, 5, 0, 1, 2], Shape.CLOSED),
        ("INTERPOLATED", [1, 2, 3, 4, 8, 8], Shape.LINE),
        ("CIRCLE", [5, 5, 8, 5], Shape.CIRCLE),
        ("ELLIPSE", [1, 5, 9, 5, 5, 3, 5, 7], Shape.ELLIPSE),
    ],
)
def test_every_graphic_type_has_its_shape(kind: str, data: list[float], shape: Shape) -> None:
    _, (flat,), notes = read(graphic(kind, data))
    assert flat.figure.shape is shape
    assert notes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        graphic("POINT", [1, 2, 3, 4]),
        graphic("CIRCLE", [1, 2]),
        graphic("POLYLINE", [1, 2, 3]),
        graphic("POLYLINE", [1, 2, float("nan"), 4]),
        graphic("", [1, 2]),
        item(GraphicAnnotationUnits="MATRIX", GraphicType="POINT", GraphicData=[1, 2]),
    ],
)
def test_what_is_no_figure_is_counted(wrong: Dataset) -> None:
    _, figures, notes = read(wrong, graphic("POINT", [1, 2]))
    assert len(figures) == 1
    assert notes == ("1 of its drawings are of no known kind, or too many; not shown",)


def test_layers_lie_in_their_order() -> None:
    layers = [item(GraphicLayer="B", GraphicLayerOrder=2), item(GraphicLayer="A", GraphicLayerOrder=1)]
    parts, _, _ = read(layers=layers)
    assert [part.name for part in parts] == ["A", "B"]


def test_text_in_a_box_knows_what_it_is_about() -> None:
    words = item(
        UnformattedTextValue="two\r\nlines",
        BoundingBoxAnnotationUnits="PIXEL",
        AnchorPointAnnotationUnits="PIXEL",
        BoundingBoxTopLeftHandCorner=[10.0, 11.0],
        BoundingBoxBottomRightHandCorner=[20.0, 21.0],
        AnchorPoint=[1.0, 2.0],
    )
    _, (flat,), _ = read(texts=[words])
    assert flat.figure.lines == ("two", "lines")
    assert flat.figure.points.tolist() == [[10, 11], [1, 2]]
