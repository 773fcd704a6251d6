"""Where what lies in the patient is on the pictures of a series: which slice, and where on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lungview.image.slice import Geometry
from lungview.overlays.lines import Line, figures
from lungview.overlays.values import Contour, Figure, Mask, Shape
from lungview.study.key import FrameKey, frame_key
from lungview.study.series import Series
from lungview.study.strands import Strands, within

SAME_MM = 0.5  # between a mask's plane and its slice; and how far the points of a contour may be off a plane
_SAME_WAY = 1 - 5e-5  # cosine: to within half a degree
_PARALLEL = 1e-3  # of a unit vector: what direction cosines written with few digits still keep
Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class MaskOn:
    """A mask on a picture. to_picture: m11, m12, m21, m22, dx, dy, as QTransform has them.

    It takes columns and rows of the cut mask, a pixel covering [c, c + 1), to those of the picture.
    """

    part: int
    mask: np.ndarray
    to_picture: Affine


@dataclass(frozen=True)  # no slots: what is computed once
class Planes:
    """The slices of a series that have a place. spacing: of their pixels, mm (row, column)."""

    series: Series
    spacing: tuple[float, float]

    @staticmethod
    def of(series: Series) -> Planes | None:
        """None where the size of a pixel, or every place, is not known in the patient."""
        spacing = series.spacing
        if spacing is None or spacing.source != "PixelSpacing" or not series.frame_of_reference_uid:
            return None
        found = Planes(series, (spacing.row, spacing.column))
        return found if len(found.order) else None

    @cached_property
    def _geometries(self) -> list[tuple[FrameKey, Geometry]]:
        """Of the slices that run as the first one does."""
        placed = [(frame_key(i), i.geometry) for i in self.series.instances if i.geometry is not None]
        first = placed[0][1].orientation if placed else ()
        return [(k, g) for k, g in placed if np.allclose(g.orientation, first, atol=_PARALLEL)]

    @cached_property
    def normal(self) -> np.ndarray:
        return np.asarray(self._geometries[0][1].normal)

    @cached_property
    def along(self) -> np.ndarray:
        """Positions of the slices along the normal, mm."""
        return np.array([np.dot(g.position, self.normal) for _, g in self._geometries])

    @cached_property
    def order(self) -> np.ndarray:
        return np.argsort(self.along, kind="stable") if self._geometries else np.empty(0, int)

    @cached_property
    def half_gap(self) -> float:
        """Half of what lies between neighbouring slices, mm: how far a contour may be from the middle."""
        gap = self.series.slice_spacing or self.series.thickness or 2 * SAME_MM
        return max(gap / 2, SAME_MM)

    def at(self, position: float, tolerance: float) -> tuple[FrameKey, Geometry] | None:
        """The slice nearest to a position along the normal, no further away than the tolerance."""
        sorted_ = self.along[self.order]
        place = int(np.searchsorted(sorted_, position))
        near = [k for k in (place - 1, place) if 0 <= k < len(sorted_)]
        best = min(near, key=lambda k: abs(sorted_[k] - position))
        if abs(sorted_[best] - position) > tolerance + 1e-6:
            return None
        return self._geometries[int(self.order[best])]

    def mask_on(self, mask: Mask) -> tuple[FrameKey, MaskOn] | None:
        """The slice in whose plane a mask lies, and where on it; None where there is none."""
        geometry, spacing = mask.geometry, mask.spacing
        assert geometry is not None
        assert spacing is not None
        if not self._runs_along(geometry):
            return None
        found = self.at(float(np.dot(geometry.position, self.normal)), SAME_MM)
        if found is None:
            return None
        key, slice_ = found
        return key, MaskOn(mask.part, mask.mask, self._affine(geometry, spacing, mask.start, slice_))

    def _runs_along(self, geometry: Geometry) -> bool:
        return bool(abs(np.dot(geometry.normal, self.normal)) > _SAME_WAY)

    def _affine(
        self, own: Geometry, spacing: tuple[float, float], start: tuple[int, int], slice_: Geometry
    ) -> Affine:
        across, down = np.asarray(own.orientation[:3]), np.asarray(own.orientation[3:])
        # The corner of the cut mask: its first pixel's centre, half a pixel up and to the left.
        corner = (
            np.asarray(own.position)
            + across * spacing[1] * (start[1] - 0.5)
            + down * spacing[0] * (start[0] - 0.5)
        )
        (x, y), right, below = (
            self._pixels(corner[None], slice_)[0],
            self._vector(across * spacing[1], slice_),
            self._vector(down * spacing[0], slice_),
        )
        return (*right, *below, float(x), float(y))

    def _pixels(self, points_mm: np.ndarray, slice_: Geometry) -> np.ndarray:
        """(n, 2) columns and rows of points in the patient, seen along the normal."""
        away = points_mm - np.asarray(slice_.position)
        axes = np.array([slice_.orientation[:3], slice_.orientation[3:]]).T
        return np.asarray(away @ axes / (self.spacing[1], self.spacing[0]) + 0.5)

    def _vector(self, direction: np.ndarray, slice_: Geometry) -> tuple[float, float]:
        axes = np.array([slice_.orientation[:3], slice_.orientation[3:]]).T
        x, y = direction @ axes / (self.spacing[1], self.spacing[0])
        return float(x), float(y)

    def contour_on(self, contour: Contour) -> tuple[tuple[FrameKey, Figure], ...]:
        """The slices that a contour lies on, and the figures there; () where it lies on none.

        A contour is off the planes where its points differ by more than a millimetre along the normal: of a
        closed one there is nothing then, of an open one what is nearest to each slice.
        """
        along = contour.points_mm @ self.normal
        if float(np.ptp(along)) > 2 * SAME_MM:
            return () if contour.encloses else tuple(self._pieces_on(contour, along))
        found = self.at(float(along.mean()), self.half_gap)
        if found is None:
            return ()
        points = self._pixels(contour.points_mm, found[1])
        return ((found[0], Figure(contour.part, _shape(contour), points)),)

    def _pieces_on(self, contour: Contour, along: np.ndarray) -> Iterator[tuple[FrameKey, Figure]]:
        strands = Strands.of([contour.points_mm])
        near = (self.along >= along.min() - self.half_gap) & (self.along <= along.max() + self.half_gap)
        for key, slice_ in (self._geometries[k] for k in np.flatnonzero(near)):
            pieces = within(strands, slice_.position, slice_.normal, self.half_gap)
            pixels = self._pixels(pieces.points_mm, slice_)
            for figure in figures(pieces, pixels, (Line(contour.part, contour.points_mm),)):
                yield key, figure


def _shape(contour: Contour) -> Shape:
    if contour.encloses:
        return Shape.CLOSED
    return Shape.POINTS if len(contour.points_mm) == 1 else Shape.LINE
