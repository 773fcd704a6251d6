"""Where the picture of a plane lies, from the picture itself: what a section is cut by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lungview.image.slice import Slice
from lungview.study import section as sections
from lungview.study.section import Section, Solid
from lungview.study.space import Plane, plane_of
from lungview.study.strands import Pieces, Strands, within


class Pictured(NamedTuple):
    """plane, shape, pixel_mm: as `reformat.cut` was asked."""

    plane: Plane
    shape: tuple[int, int]
    pixel_mm: float

    def section(self, solid: Solid, least: float = 0.5) -> Section | None:
        """What the picture shows of a solid; None where no share reaches `least`."""
        return sections.section(solid, *self, least=least)

    def pieces(self, of: Strands, step_mm: float) -> tuple[Pieces, np.ndarray]:
        """What the picture shows of lines and points, and where: (n, 2) pixels that cover [c, c + 1).

        step_mm: from plane to plane; a thin plane shows what lies within half of it.
        """
        half = max(self.plane.thickness_mm, step_mm) / 2
        found = within(of, self.plane.centre, self.plane.normal, half)
        axes = np.stack([self.plane.row, self.plane.column], axis=1)
        away = (found.points_mm - np.asarray(self.plane.centre)) @ axes / self.pixel_mm
        return found, away + np.array(self.shape[::-1]) / 2

    def samples(self, solid: Solid) -> int:
        """How many values that takes."""
        return sections.samples(solid, *self)


def pictured(slice_: Slice | None) -> Pictured | None:
    """The place of a reformatted picture; None of any other."""
    if slice_ is None or not slice_.reformatted:
        return None
    geometry, spacing, shape = slice_.instance.geometry, slice_.spacing, (slice_.rows, slice_.columns)
    if geometry is None or spacing is None:
        return None
    return Pictured(plane_of(geometry, spacing, shape, slice_.thickness or 0.0), shape, spacing.row)
