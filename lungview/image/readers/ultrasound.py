"""The Sequence of Ultrasound Regions (PS3.3 C.8.5.5): where in a picture a pixel has which size in mm."""

from __future__ import annotations

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import integer, items, number
from lungview.image.slice import Region

NO_FORMAT, TWO_DIMENSIONAL = 0, 1  # Region Spatial Format; others have time or frequency along an axis
CENTIMETRES = 3  # Physical Units X, Y Direction


def regions(dataset: Dataset) -> tuple[Region, ...]:
    """The regions; those whose pixels are not measured in cm both ways have a size of 0."""
    found = (_region(item) for item in items(dataset, "SequenceOfUltrasoundRegions"))
    return tuple(region for region in found if region is not None)


def _region(item: Dataset) -> Region | None:
    corners = [integer(item, f"RegionLocation{end}") for end in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
    if None in corners or (integer(item, "RegionSpatialFormat") or NO_FORMAT) == NO_FORMAT:
        return None
    column, row = _size(item)
    left, top, right, bottom = (float(c or 0) for c in corners)
    return Region(left, top, right + 1, bottom + 1, row, column)  # the last pixel belongs to it


def _size(item: Dataset) -> tuple[float, float]:
    """Width and height of a pixel, mm; 0 of what has time, frequency or another unit along an axis."""
    units = [integer(item, f"PhysicalUnits{axis}Direction") for axis in "XY"]
    column, row = (abs(number(item, f"PhysicalDelta{axis}") or 0.0) * 10 for axis in "XY")
    measured = integer(item, "RegionSpatialFormat") == TWO_DIMENSIONAL and units == [CENTIMETRES] * 2
    return (column, row) if measured and row > 0 and column > 0 else (0.0, 0.0)
