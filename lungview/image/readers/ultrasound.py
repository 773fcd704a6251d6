"""The Sequence of Ultrasound Regions (PS3.3 C.8.5.5): where in a picture a pixel has which size in mm."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.values import integer, items, number
from lungview.image.slice import Region

TWO_DIMENSIONAL = 1  # Region Spatial Format; others have time or frequency along an axis
CENTIMETRES = 3  # Physical Units X, Y Direction


def regions(dataset: Dataset) -> tuple[Region, ...]:
    """The regions whose pixels are measured in cm both ways; a region of anything else gives none."""
    found = (_region(item) for item in items(dataset, "SequenceOfUltrasoundRegions"))
    return tuple(region for region in found if region is not None)


def _region(item: Dataset) -> Region | None:
    units = [integer(item, f"PhysicalUnits{axis}Direction") for axis in "XY"]
    if integer(item, "RegionSpatialFormat") != TWO_DIMENSIONAL or units != [CENTIMETRES] * 2:
        return None
    corners = [integer(item, f"RegionLocation{end}") for end in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
    column, row = (abs(number(item, f"PhysicalDelta{axis}") or 0.0) * 10 for axis in "XY")
    if None in corners or not (row > 0 and column > 0 and math.isfinite(row + column)):
        return None
    left, top, right, bottom = (float(c or 0) for c in corners)
    return Region(left, top, right + 1, bottom + 1, row, column)  # the last pixel belongs to it
