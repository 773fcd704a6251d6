"""A reader's marks in a Structured Report: rulers, angles, regions and key images (TID 1501, TID 1410)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import count

import highdicom
import numpy as np
from highdicom.sr import CodedConcept
from pydicom.sr.codedict import codes
from pydicom.uid import SecondaryCaptureImageStorage, generate_uid

from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import KINDS, Kind, Measures, Shape
from lungview.report.dicom.header import SourceHeader
from lungview.report.measured import MarkedSlice, Measured, Value, What

SCHEME = "99LUNGVIEW"  # private coding scheme, for what has no standard code
Group = (
    highdicom.sr.MeasurementsAndQualitativeEvaluations
    | highdicom.sr.PlanarROIMeasurementsAndQualitativeEvaluations
    | highdicom.sr.VolumetricROIMeasurementsAndQualitativeEvaluations
)
_UNITS = {
    "mm": codes.UCUM.Millimeter,
    "mm²": codes.UCUM.SquareMillimeter,
    "px": CodedConcept("{pixels}", "UCUM", "pixels"),
    "px²": CodedConcept("{pixels}2", "UCUM", "square pixels"),
    "°": codes.UCUM.Degree,
    "HU": codes.UCUM.HounsfieldUnit,
}
_CONCEPTS = {
    What.LENGTH: codes.SCT.Length,
    What.LONG_AXIS: codes.SCT.LongAxis,
    What.SHORT_AXIS: codes.SCT.ShortAxis,
    What.ANGLE: codes.SCT.Angle,
    What.COBB_ANGLE: codes.SCT.CobbAngle,
    What.AREA: codes.SCT.Area,
}
_DERIVATIONS = {
    What.MEAN: codes.SCT.Mean,
    What.DEVIATION: codes.SCT.StandardDeviation,
    What.MINIMUM: codes.SCT.Minimum,
    What.MAXIMUM: codes.SCT.Maximum,
}
_PIXEL_VALUE = CodedConcept("pixel-value", SCHEME, "Pixel value", scheme_version="1")
_KEY_IMAGE = CodedConcept("key-image", SCHEME, "Key image", scheme_version="1")
_MARKED = CodedConcept("marked-place", SCHEME, "Marked place", scheme_version="1")


def mark_groups(marked: Iterable[tuple[MarkedSlice, SourceHeader]]) -> list[Group]:
    """A measurement group for each drawing and for each key image, in their order.

    A drawing without a number, as an arrow is, is a place of interest: the point it points at (TID 1410).

    Each refers to its image and frame; coordinates are the image's own (PS3.3 C.18.6.1.2).
    """
    numbers = count(1)
    groups: list[Group] = []
    for slice_, source in marked:
        frame = slice_.instance.frame + 1
        groups += [_key_image(source, frame)] if slice_.key else []
        for each in slice_.measured:
            name = f"{KINDS[each.annotation.kind].word} {next(numbers)}"
            groups.append(_group(each, name, source, frame))
    return groups


def frames_of(source: SourceHeader, frame: int) -> list[int] | None:
    """How a reference names a frame, from 1; None for an object of one frame."""
    return [frame] if source.frames > 1 else None


def image_of(source: SourceHeader, frame: int) -> highdicom.sr.SourceImageForMeasurementGroup:
    """A reference to the image and frame that a group is about."""
    uids = source.dataset.SOPClassUID, source.dataset.SOPInstanceUID
    return highdicom.sr.SourceImageForMeasurementGroup(*uids, frames_of(source, frame))


def region_of(drawn: Annotation, source: SourceHeader, frame: int) -> highdicom.sr.ImageRegion:
    """A drawing as a region of an image's frame, from 1."""
    return _region(*graphic(drawn), source, frame)


def _key_image(source: SourceHeader, frame: int) -> Group:
    of_interest = highdicom.sr.QualitativeEvaluation(name=_KEY_IMAGE, value=codes.DCM.OfInterest)
    return highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking("Key image"),
        qualitative_evaluations=[of_interest],
        source_images=[image_of(source, frame)],
    )


def _group(measured: Measured, name: str, source: SourceHeader, frame: int) -> Group:
    drawn = measured.annotation
    finite = [value for value in measured.values if math.isfinite(value.number)]
    tracking = _tracking(f"{name}: {drawn.text}" if drawn.text else name)
    kind, points = graphic(drawn)
    if not finite:
        return _place_of_interest(drawn, tracking, source, frame)
    if _is_region(drawn):
        return highdicom.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking,
            referenced_region=_region(kind, points, source, frame),
            measurements=[_measurement(value) for value in finite],
        )
    uids = source.dataset.SOPClassUID, source.dataset.SOPInstanceUID
    image = highdicom.sr.SourceImageForRegion(*uids, frames_of(source, frame))
    places = [
        highdicom.sr.CoordinatesForMeasurement(*(_line(value.line) if value.line else (kind, points)), image)
        for value in finite
    ]
    return highdicom.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        measurements=[_measurement(value, [at]) for value, at in zip(finite, places, strict=True)],
        source_images=[image_of(source, frame)],
    )


def _region(kind: str, points: np.ndarray, source: SourceHeader, frame: int) -> highdicom.sr.ImageRegion:
    """A region of an image of any class: highdicom knows no retired ones, so another one stands in at first.

    Nor does it take one frame of a multi-frame class for the whole.
    """
    stand_in = SecondaryCaptureImageStorage, source.dataset.SOPInstanceUID
    image = highdicom.sr.SourceImageForRegion(*stand_in, frames_of(source, frame))
    region = highdicom.sr.ImageRegion(kind, points, image)
    region.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPClassUID = source.dataset.SOPClassUID
    return region


def _place_of_interest(
    drawn: Annotation, tracking: highdicom.sr.TrackingIdentifier, source: SourceHeader, frame: int
) -> Group:
    place = drawn.points[1 if drawn.kind is Kind.ANGLE else 0]  # the vertex, the tip of an arrow
    return highdicom.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=_region("POINT", np.array([(place.x, place.y)]), source, frame),
        qualitative_evaluations=[
            highdicom.sr.QualitativeEvaluation(name=_MARKED, value=codes.DCM.OfInterest)
        ],
    )


def _tracking(identifier: str) -> highdicom.sr.TrackingIdentifier:
    return highdicom.sr.TrackingIdentifier(uid=generate_uid(prefix=None), identifier=identifier)


def _measurement(
    value: Value, places: Sequence[highdicom.sr.CoordinatesForMeasurement] | None = None
) -> highdicom.sr.Measurement:
    of_pixels = codes.DCM.AttenuationCoefficient if value.unit == "HU" else _PIXEL_VALUE
    return highdicom.sr.Measurement(
        name=_CONCEPTS.get(value.what, of_pixels),
        value=round(value.number, 4),
        unit=_UNITS.get(value.unit, codes.UCUM.NoUnits),
        derivation=_DERIVATIONS.get(value.what),
        referenced_coordinates=places,
    )


def graphic(drawn: Annotation) -> tuple[str, np.ndarray]:
    """Graphic type and (n, 2) columns and rows: 0\\0 is the upper left corner of the first pixel, as here."""
    points = [(p.x, p.y) for p in drawn.points]
    left, top, right, bottom = drawn.box
    if drawn.kind is Kind.ELLIPSE:
        return "ELLIPSE", np.array(_axes(left, top, right, bottom))
    if drawn.kind is Kind.RECTANGLE:
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if _is_region(drawn):
        points = [*points, points[0]]  # closed
    if KINDS[drawn.kind].shape is Shape.TWO_LINES:
        return "MULTIPOINT", np.array(points)
    return "POINT" if len(points) == 1 else "POLYLINE", np.array(points)


def _line(points: Sequence[Point]) -> tuple[str, np.ndarray]:
    return "POLYLINE", np.array([(p.x, p.y) for p in points])


def _is_region(drawn: Annotation) -> bool:
    return KINDS[drawn.kind].measures is Measures.REGION


def _axes(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    """Ends of the major, then of the minor axis."""
    x, y = (left + right) / 2, (top + bottom) / 2
    across, down = [(left, y), (right, y)], [(x, top), (x, bottom)]
    return [*across, *down] if right - left >= bottom - top else [*down, *across]
