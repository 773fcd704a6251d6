"""RT Structure Set (PS3.3 A.19): contours of regions of interest, in the patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.values import integer, items, numbers, raw, text
from lungview.image.readers.source import Source
from lungview.overlays.readers import objects
from lungview.overlays.values import Colour, Contour, Kind, Overlay, Part, Reference

CLASSES = ("1.2.840.10008.5.1.4.1.1.481.3",)
MOST_REGIONS, MOST_CONTOURS, MOST_POINTS = 4096, 200_000, 20_000_000
_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_TYPES = (*_CLOSED, "OPEN_PLANAR", "OPEN_NONPLANAR", "POINT")


def read(container: Container, source: Source, about: Overlay, check: Callable[[], None]) -> Overlay:
    """The regions and their contours. Raises DamagedFile; check: asked at every region and contour."""
    del source
    dataset = container.dataset
    regions = items(dataset, "StructureSetROISequence")
    drawn = _by_number(items(dataset, "ROIContourSequence"))
    if not regions or len(regions) > MOST_REGIONS:
        raise DamagedFile(f"the structure set lists {len(regions)} regions; expected 1 to {MOST_REGIONS}")
    kinds = {
        integer(each, "ReferencedROINumber"): text(each, "RTROIInterpretedType").lower()
        for each in items(dataset, "RTROIObservationsSequence")
    }
    left_out: Counter[str] = Counter()
    parts, contours, points = [], [], 0
    for place, region in enumerate(regions):
        check()
        number = integer(region, "ROINumber")
        own = drawn.pop(number, [])  # of two regions of one number the first has them
        parts.append(_part(region, own[0] if own else Dataset(), kinds.get(number, "")))
        more = [contour for each in own for contour in _contours(place, region, each, left_out, check)]
        contours += more
        points += sum(len(each.points_mm) for each in more)
        _refuse_many(len(contours), points)
    empty = len(parts) - len({each.part for each in contours})
    notes = [f"{count} contours {what}; not shown" for what, count in left_out.items()]
    if empty:
        notes.append(f"{empty} of {len(parts)} regions have no contour")
    return Overlay(
        Kind.STRUCTURES,
        about.name,
        about.place,
        about.patient,
        about.study,
        tuple(parts),
        contours=tuple(contours),
        references=objects.each_once(_references(dataset)),
        notes=tuple(notes),
    )


def _by_number(drawn: tuple[Dataset, ...]) -> dict[int | None, list[Dataset]]:
    """The contours of each region, of which some writers make an item a slice; what names none is of none."""
    found: dict[int | None, list[Dataset]] = {}
    for each in drawn:
        number = integer(each, "ReferencedROINumber")
        if number is not None:
            found.setdefault(number, []).append(each)
    return found


def _refuse_many(contours: int, points: int) -> None:
    if contours > MOST_CONTOURS:
        raise DamagedFile(f"the structure set has more than {MOST_CONTOURS:,} contours")
    if points > MOST_POINTS:
        raise DamagedFile(f"the structure set has more than {MOST_POINTS:,} points")


def _part(region: Dataset, drawn: Dataset, kind: str) -> Part:
    method = text(region, "ROIGenerationAlgorithm").upper()
    name = objects.short(text(region, "ROIName")) or f"Region {integer(region, 'ROINumber')}"
    words = tuple(filter(None, (objects.short(kind), method.lower())))
    return Part(name, _colour(drawn), words, method == "AUTOMATIC")


def _colour(drawn: Dataset) -> Colour | None:
    values = numbers(drawn, "ROIDisplayColor")
    if len(values) != 3 or not all(0 <= v <= 255 for v in values):
        return None
    red, green, blue = (int(v) for v in values)
    return red, green, blue


def _contours(
    part: int, region: Dataset, drawn: Dataset, left_out: Counter[str], check: Callable[[], None]
) -> Iterator[Contour]:
    frame = text(region, "ReferencedFrameOfReferenceUID")
    for each in items(drawn, "ContourSequence"):
        check()
        kind = text(each, "ContourGeometricType").upper()
        points = _points(each)
        if kind not in _TYPES:
            left_out["say no kind that is known"] += 1
        elif points is None:
            left_out["hold no three numbers for each point"] += 1
        else:
            yield Contour(part, points, kind in _CLOSED, frame)


def _points(contour: Dataset) -> np.ndarray | None:
    """(n, 3) float64, mm; None where they are not three finite numbers for each point."""
    try:
        item = contour.get_item("ContourData")
        written = item.value if isinstance(item.value, bytes) else None
        # As written: pydicom's decimals take a hundred times as long.
        found = raw(contour, "ContourData") if written is None else written.strip(b" \0").split(b"\\")
        values = np.array(found if found is not None else []).astype(np.float64).reshape(-1, 3)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not len(values) or not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        return None
    values.flags.writeable = False
    return values


def _references(dataset: Dataset) -> Iterator[Reference]:
    for frame in items(dataset, "ReferencedFrameOfReferenceSequence"):
        for study in items(frame, "RTReferencedStudySequence"):
            uid = text(study, "ReferencedSOPInstanceUID")
            for series in items(study, "RTReferencedSeriesSequence"):
                series_uid = text(series, "SeriesInstanceUID")
                yield from objects.instances(series, "ContourImageSequence", uid, series_uid)
