"""Where a frame lies and how large its pixels are, from the data set or its functional groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from lungview.image.readers.data_set.elements import Likeness
from lungview.image.readers.data_set.values import (
    decimal_comma,
    decimal_commas,
    first_item,
    in_letters,
    items,
    number,
    numbers,
    raw,
    text,
    without_sign,
    written,
)
from lungview.image.readers.source import Source
from lungview.image.slice import Geometry, Spacing
from lungview.image.values.numerals import parse_decimal

# Direction cosines are written with few digits by some scanners; a hundredth is some pixels across a picture.
_UNIT_TOLERANCE = 0.01
_AS_WRITTEN = 1e-4  # a twentieth of a pixel there


SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")
CALIBRATION = "PixelSpacingCalibrationType"
MOST_RATIO = 100.0  # a pixel that is a line is a slip of the writer
_LEAST_MM, _MOST_MM = 1e-5, 1e3  # of a pixel: a whole slide's has 2.5e-4


@dataclass(frozen=True, slots=True)
class FrameGroups:
    """The functional groups of one frame (PS3.3 C.7.6.16): its own, then the shared; () for a plain image."""

    items: tuple[Dataset, ...]
    plain: Dataset
    dimensions: tuple[bool, ...] = ()  # of the file: whether each is another one than the place

    def find(self, sequence: str) -> Dataset:
        """The data set that holds the macro's elements: the sequence's item, or the plain data set."""
        for group in self.items:
            found = first_item(group, sequence)
            if found is not None and len(found):
                return found
        return self.plain


@dataclass(frozen=True, slots=True)
class FunctionalGroups:
    """The functional groups of a file: an item a frame, and what all share. dimensions: see FrameGroups."""

    plain: Dataset
    per_frame: tuple[Dataset, ...]
    shared: tuple[Dataset, ...]
    dimensions: tuple[bool, ...]

    def of(self, frame: int) -> FrameGroups:
        """Those of one frame, 0-based."""
        own = self.per_frame[frame : frame + 1]
        return FrameGroups((*own, *self.shared), self.plain, self.dimensions)


# Dimensions that only say where a frame lies.
_PLACES = frozenset(
    tag_for_keyword(keyword)
    for keyword in (
        *("ImagePositionPatient", "InStackPositionNumber", "PlanePositionSequence"),
        *("ImagePositionVolume", "SliceLocation", "StackID", "ImageOrientationPatient"),
    )
)


def functional_groups(dataset: Dataset) -> FunctionalGroups:
    """The functional groups of a file; a plain image has none."""
    axes = items(dataset, "DimensionIndexSequence")
    return FunctionalGroups(
        dataset,
        items(dataset, "PerFrameFunctionalGroupsSequence"),
        items(dataset, "SharedFunctionalGroupsSequence")[:1],
        tuple(raw(axis, "DimensionIndexPointer") not in _PLACES for axis in axes),
    )


_ORIENTATION = Likeness("ImageOrientationPatient")


def at_its_offset(place: Geometry, dataset: Dataset, frame: int) -> Geometry:
    """The place of a frame, 0-based, of a dose grid, whose one position is that of the first (C.8.8.3.2).

    Offsets lie along the normal and begin at 0, or are the frames' own z. Others have none.
    """
    offsets = numbers(dataset, "GridFrameOffsetVector") if frame else ()
    if len(offsets) <= frame or not math.isfinite(offsets[frame]):
        return place
    x, y, z = place.position
    if offsets[0]:
        return Geometry((x, y, offsets[frame]), place.orientation)
    i, j, k = (offsets[frame] * n for n in place.normal)
    return Geometry((x + i, y + j, z + k), place.orientation)


def geometry(groups: FrameGroups, source: Source) -> tuple[Geometry | None, tuple[str, ...]]:
    """Position and orientation, None (with a warning when they are there and unusable)."""
    letters = in_letters(groups.find("PlanePositionSequence"), "ImagePositionPatient")
    position = tuple(map(parse_decimal, letters))
    orientation, usable, found = _ORIENTATION.of(
        _orientation, groups.find("PlaneOrientationSequence"), source
    )
    found = (*decimal_comma("ImagePositionPatient", letters), *found)
    if not position and not orientation:
        return None, ()
    if len(position) != 3 or not all(map(math.isfinite, position)):
        return None, ("Image Position (Patient) is not three numbers; the slice has no place",)
    if not usable:
        return None, (
            "Image Orientation (Patient) is not two perpendicular unit vectors; the slice has no place",
        )
    x, y, z = position
    a, b, c, d, e, f = orientation
    return Geometry((x, y, z), (a, b, c, d, e, f)), found


def _orientation(dataset: Dataset, _: Source) -> tuple[tuple[float, ...], bool, tuple[str, ...]]:
    """The direction cosines, whether they are perpendicular unit vectors, what is odd in their writing.

    Those that nearly are become so, as for ITK: distances and planes are reckoned with them.
    """
    values = numbers(dataset, "ImageOrientationPatient")
    odd = decimal_commas(dataset, "ImageOrientationPatient")
    off = _off(values) if len(values) == 6 and all(map(math.isfinite, values)) else math.inf
    made = _perpendicular(values) if _AS_WRITTEN < off < _UNIT_TOLERANCE else values
    return made, off < _UNIT_TOLERANCE, odd


def _off(values: tuple[float, ...]) -> float:
    """How far two vectors are from perpendicular unit vectors."""
    row, column = values[:3], values[3:]
    return max(abs(math.hypot(*row) - 1), abs(math.hypot(*column) - 1), abs(_dot(row, column)))


def _perpendicular(values: tuple[float, ...]) -> tuple[float, ...]:
    """The perpendicular unit vectors nearest to two that nearly are: each gives way by half."""
    row, column = values[:3], values[3:]
    for _ in range(2):  # once leaves a millionth
        half = _dot(row, column) / 2
        pairs = tuple(zip(row, column, strict=True))
        row, column = _unit([a - half * b for a, b in pairs]), _unit([b - half * a for a, b in pairs])
    return (*row, *column)


def _unit(vector: list[float]) -> tuple[float, ...]:
    length = math.hypot(*vector)
    return tuple(each / length for each in vector)


def _dot(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def spacing(groups: FrameGroups) -> tuple[Spacing | None, tuple[str, ...]]:
    """Pixel spacing and its source: in the patient, else at the detector, else on the film, else none.

    PS3.3 C.7.6.2, 10.7.1.3, C.8.6.1. Pixel Spacing that is that of the detector, and says of no calibration,
    is none in the patient.
    """
    measures, plain = groups.find("PixelMeasuresSequence"), groups.plain
    found: tuple[str, ...] = ()
    for keyword in SPACINGS:
        dataset = measures if keyword == "PixelSpacing" else plain
        if keyword not in dataset:
            continue
        values = numbers(dataset, keyword)
        if len(values) == 2 and all(math.isfinite(v) and v > 0 for v in values):
            if _can_be(*values):
                imager = "ImagerPixelSpacing"
                source = imager if values == numbers(plain, imager) and not _calibrated(plain) else keyword
                return Spacing(values[0], values[1], source), found
            said = f"{keyword} is {values[0]:g} × {values[1]:g} mm, which no pixel has; it is not used"
            found = (*found, said)
            continue
        if written(dataset, keyword):
            found = (*found, f"{keyword} is not two numbers above 0; it is not used")
    return None, found


def _calibrated(plain: Dataset) -> bool:
    return bool(text(plain, CALIBRATION))


def _can_be(row: float, column: float) -> bool:
    """Whether a pixel can be so large and of such a shape."""
    least, most = min(row, column), max(row, column)
    return least >= _LEAST_MM and most <= _MOST_MM and most <= MOST_RATIO * least


def ratio(dataset: Dataset) -> float:
    """Height of a pixel over its width by Pixel Aspect Ratio (C.7.6.3.1.7), 1 when it is none."""
    values = numbers(dataset, "PixelAspectRatio")
    if len(values) != 2 or not all(math.isfinite(v) and v > 0 for v in values):
        return 1.0
    found = values[0] / values[1]
    return found if 1 / MOST_RATIO <= found <= MOST_RATIO else 1.0


def size_commas(groups: FrameGroups) -> tuple[str, ...]:
    """A warning for each size of a pixel or slice that is written with a decimal comma."""
    measures = groups.find("PixelMeasuresSequence")
    return (
        *decimal_commas(measures, "PixelSpacing", "SliceThickness"),
        *decimal_commas(groups.plain, "ImagerPixelSpacing", "NominalScannedPixelSpacing"),
    )


def value_commas(groups: FrameGroups) -> tuple[str, ...]:
    """The same for the numbers that make values and windows; and for those written without their sign."""
    transformation = groups.find("PixelValueTransformationSequence")
    return (
        *decimal_commas(transformation, "RescaleSlope", "RescaleIntercept"),
        *decimal_commas(groups.find("FrameVOILUTSequence"), "WindowCenter", "WindowWidth"),
        *decimal_commas(groups.plain, "PixelAspectRatio"),
        *without_sign(transformation, "RescaleSlope", "RescaleIntercept"),
        *without_sign(groups.find("FrameVOILUTSequence"), "WindowCenter"),
    )


def thickness(groups: FrameGroups) -> float | None:
    """Slice thickness, mm, None when absent or not above 0."""
    value = number(groups.find("PixelMeasuresSequence"), "SliceThickness")
    return value if value is not None and value > 0 else None
