"""Grayscale Softcopy Presentation State (PS3.3 A.33.1): window, rotation, area, shutter, graphics, text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.values import integer, items, number, numbers, text
from lungview.image.readers.frames.voi import windows
from lungview.image.readers.source import Source
from lungview.image.window import Window
from lungview.overlays.readers import graphics, objects
from lungview.overlays.values import Kind, Look, Overlay, Reference, Shutter

CLASSES = ("1.2.840.10008.5.1.4.1.1.11.1",)
_AS_STORED = (1.0, 0.0)


def read(container: Container, source: Source, about: Overlay, check: Callable[[], None]) -> Overlay:
    """The looks and drawings of the pictures that it names. Raises what `check` raises."""
    del source
    dataset = container.dataset
    check()
    named = objects.each_once(objects.of_series(dataset, about.study))
    parts, figures, notes = graphics.read(dataset, about.study, check)
    looks, odd = _looks(dataset, named, about.study)
    return Overlay(
        Kind.PRESENTATION,
        about.name,
        about.place,
        about.patient,
        about.study,
        parts,
        figures=figures,
        looks=looks,
        references=named,
        notes=(*notes, *odd, *_not_read(dataset)),
    )


def _looks(
    dataset: Dataset, named: tuple[Reference, ...], study: str
) -> tuple[tuple[Look, ...], tuple[str, ...]]:
    """One look for each window and area that are of pictures of their own; the first that fits counts."""
    rotation, mirrored = _turned(dataset)
    common = {
        "rescale": _rescale(dataset),
        "inverted": _inverted(dataset),
        "rotation": rotation,
        "mirrored": mirrored,
        "shutter": _shutter(dataset),
    }
    wins, notes = _windows(dataset, study)
    areas = tuple(_areas(dataset, study))
    looks = []
    for of, window in (*wins, ((), None)):
        for where, area in (*areas, ((), None)):
            both = _common(of, where, named)
            if both is not None:
                looks.append(Look(both, window, area=area, **common))  # type: ignore[arg-type]
    return tuple(looks), notes


def _common(
    one: tuple[Reference, ...], other: tuple[Reference, ...], named: tuple[Reference, ...]
) -> tuple[Reference, ...] | None:
    """The pictures of both, () being all that are named; None where there is none."""
    if not one or not other:
        return one or other or named
    both = tuple(each for each in one if each in set(other))
    return both or None


def _windows(
    dataset: Dataset, study: str
) -> tuple[tuple[tuple[tuple[Reference, ...], Window], ...], tuple[str, ...]]:
    found: list[tuple[tuple[Reference, ...], Window]] = []
    notes: list[str] = []
    for item in items(dataset, "SoftcopyVOILUTSequence"):
        made, odd = windows(item, item, signed=True)
        notes += odd
        if made:
            found.append((tuple(objects.instances(item, "ReferencedImageSequence", study)), made[0]))
    return tuple(found), tuple(notes)


def _areas(
    dataset: Dataset, study: str
) -> Iterator[tuple[tuple[Reference, ...], tuple[float, float, float, float]]]:
    """Displayed areas that are not without size (C.10.4): left, top, right, bottom in pixels."""
    for item in items(dataset, "DisplayedAreaSelectionSequence"):
        first = numbers(item, "DisplayedAreaTopLeftHandCorner")
        last = numbers(item, "DisplayedAreaBottomRightHandCorner")
        if len(first) == len(last) == 2 and all(map(math.isfinite, (*first, *last))):
            # Pixels are counted from 1; turned pictures have the corners as they are seen.
            left, right = sorted((first[0], last[0]))
            top, bottom = sorted((first[1], last[1]))
            of = tuple(objects.instances(item, "ReferencedImageSequence", study))
            yield of, (left - 1, top - 1, right, bottom)


def _turned(dataset: Dataset) -> tuple[int, bool]:
    """Rotation after mirroring, from rotation before it (C.10.6)."""
    degrees = (integer(dataset, "ImageRotation") or 0) % 360
    degrees = degrees if degrees % 90 == 0 else 0
    mirrored = text(dataset, "ImageHorizontalFlip").upper() == "Y"
    return -degrees % 360 if mirrored else degrees, mirrored


def _rescale(dataset: Dataset) -> tuple[float, float]:
    """Slope and intercept; where the state says none, modality values are stored ones (C.11.6.1)."""
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    return (slope, intercept) if slope and intercept is not None else _AS_STORED


def _inverted(dataset: Dataset) -> bool | None:
    shape = text(dataset, "PresentationLUTShape").upper()
    return {"INVERSE": True, "IDENTITY": False}.get(shape)


def _shutter(dataset: Dataset) -> Shutter | None:
    """The Display Shutter (C.7.6.11); rows and columns are counted from 1."""
    kinds = text(dataset, "ShutterShape").upper().split("\\")
    edges = [
        number(dataset, f"Shutter{side}Edge")
        for side in ("LeftVertical", "UpperHorizontal", "RightVertical", "LowerHorizontal")
    ]
    box = circle = None
    if "RECTANGULAR" in kinds and None not in edges:
        left, top, right, bottom = (float(v or 0) for v in edges)
        box = (left - 1, top - 1, right, bottom)
    centre, radius = numbers(dataset, "CenterOfCircularShutter"), number(dataset, "RadiusOfCircularShutter")
    if "CIRCULAR" in kinds and len(centre) == 2 and radius:
        circle = (centre[1] - 0.5, centre[0] - 0.5, radius)
    polygon = _vertices(dataset) if "POLYGONAL" in kinds else ()
    if box is None and circle is None and not polygon:
        return None
    grey = (number(dataset, "ShutterPresentationValue") or 0.0) / 65535
    return Shutter(box, circle, polygon, min(max(grey, 0.0), 1.0))


def _vertices(dataset: Dataset) -> tuple[tuple[float, float], ...]:
    values = numbers(dataset, "VerticesOfThePolygonalShutter")
    pairs = zip(values[1::2], values[::2], strict=False)  # written row, column
    found = tuple((x - 0.5, y - 0.5) for x, y in pairs if math.isfinite(x) and math.isfinite(y))
    return found if len(found) >= 3 else ()


def _not_read(dataset: Dataset) -> Iterator[str]:
    """What a state may hold that is not shown here, a sentence each."""
    for keyword, what in (
        ("ModalityLUTSequence", "a Modality LUT of its own"),
        ("PresentationLUTSequence", "a table of greys of its own"),
        ("MaskSubtractionSequence", "the subtraction of a mask"),
    ):
        if keyword in dataset:
            yield f"it asks for {what}; that is not shown here"
    if "BITMAP" in text(dataset, "ShutterShape").upper():
        yield "it asks for a shutter from a bitmap; that is not shown here"
