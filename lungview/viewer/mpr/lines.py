"""Where the planes of a crosshair run on one of their pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lungview.study.space import Plane, cross
from lungview.viewer.sheet import ImagePoint, Sheet

_PARALLEL = math.sin(math.radians(1.0))


@dataclass(frozen=True, slots=True)
class Line:
    """A plane seen edge on: through the image point `at`, along `step` (image units for one mm).

    edge: from the line to the edge of the slab, in image units; (0, 0) of one sheet.
    """

    at: ImagePoint
    step: ImagePoint
    edge: ImagePoint


def line_on(sheet: Sheet, plane: Plane) -> Line | None:
    """The line of a plane on a picture, through the plane's centre; None where they are parallel."""
    normal = np.asarray(plane.normal)
    along = np.asarray(cross(sheet.geometry.normal, plane.normal))
    slant = float(np.linalg.norm(along))  # sine of the angle between the two
    if slant < _PARALLEL:
        return None
    aside = normal - (normal @ sheet.normal) * sheet.normal
    edge = aside / slant**2 * plane.thickness_mm / 2
    return Line(sheet.at(plane.centre), sheet.along(along / slant), sheet.along(edge))


def angle_on(sheet: Sheet, at: ImagePoint, about: ImagePoint) -> float:
    """The direction from one image point to another in mm, radians from the rows' to the columns'."""
    across, down = (at[0] - about[0]) * sheet.spacing.column, (at[1] - about[1]) * sheet.spacing.row
    return math.atan2(down, across)
