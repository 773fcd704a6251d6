"""The parts of an overlay that fill a room in the patient, each a solid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from lungview.errors import GeometryError
from lungview.image.slice import Geometry
from lungview.overlays.bodies.filled import filled
from lungview.overlays.bodies.stacked import SAME_MM, Grid, Sheet, stacked
from lungview.overlays.values import Contour, Mask, Overlay
from lungview.study.section import Solid
from lungview.study.space import Vector
from lungview.study.volume import Volume

_SAME_WAY = 1e-3  # of a unit vector: what direction cosines written with few digits still keep
_ASIDE = 0.5  # px that a frame may lie beside its place


class Bodies:
    """Of one overlay, in the frame of reference of the volume whose planes are looked at.

    Points, open lines, and what is drawn on pictures alone have no body.
    """

    def __init__(self, overlay: Overlay, volume: Volume) -> None:
        self._overlay, self._volume = overlay, volume
        self._masks: dict[int, list[Mask]] = defaultdict(list)
        self._contours: dict[int, list[Contour]] = defaultdict(list)
        frame = volume.frame_of_reference_uid
        for mask in overlay.masks if overlay.frame_of_reference_uid == frame else ():
            self._masks[mask.part].append(mask)
        for contour in overlay.contours:
            if contour.encloses and contour.frame_of_reference_uid == frame:
                self._contours[contour.part].append(contour)

    @property
    def parts(self) -> tuple[int, ...]:
        """Those that may have a body."""
        return tuple(sorted({*self._masks, *self._contours}))

    def of(self, part: int) -> Solid:
        """The body of one of `parts`. Raises GeometryError with the reason where it has none."""
        if part in self._masks:
            return self._of_masks(self._masks[part])
        return self._of_contours(self._contours[part])

    def _of_contours(self, contours: Sequence[Contour]) -> Solid:
        sheets, grid = filled(contours, self._volume)
        gaps = np.diff([each.along for each in sheets])
        usual = float(np.median(gaps)) if len(gaps) else 0.0
        return stacked(sheets, grid, max(usual, self._volume.step_mm(grid.lean)))

    def _of_masks(self, masks: Sequence[Mask]) -> Solid:
        first, spacing = masks[0].geometry, masks[0].spacing
        if first is None or spacing is None or any(m.geometry is None or m.spacing is None for m in masks):
            raise GeometryError("frames of a segment do not say where they lie in the patient")
        if not all(_runs_as(mask, first, spacing) for mask in masks):
            raise GeometryError("frames of a segment do not run alike")
        grid, sheets = _above(masks, first, spacing, self._overlay.frame_of_reference_uid)
        return stacked(sheets, grid, self._gaps.get(_way(first)) or self._volume.step_mm(first.normal))

    @cached_property
    def _gaps(self) -> dict[Vector, float]:
        """Between neighbouring frames of any segment, mm, by their direction; of a lone one none."""
        places: dict[Vector, list[float]] = defaultdict(list)
        for mask in self._overlay.masks:
            if mask.geometry is not None:
                places[_way(mask.geometry)].append(mask.geometry.along_normal)
        found = {}
        for way, along in places.items():
            steps = np.diff(np.sort(along))
            steps = steps[steps > SAME_MM]
            if len(steps):
                found[way] = float(steps.min())
        return found


def _way(geometry: Geometry) -> Vector:
    x, y, z = (round(v, 2) + 0.0 for v in geometry.normal)
    return x, y, z


def _runs_as(mask: Mask, first: Geometry, spacing: tuple[float, float]) -> bool:
    assert mask.geometry is not None
    assert mask.spacing is not None
    turned = np.allclose(mask.geometry.orientation, first.orientation, atol=_SAME_WAY)
    return turned and np.allclose(mask.spacing, spacing, rtol=_SAME_WAY)


def _above(
    masks: Sequence[Mask], first: Geometry, spacing: tuple[float, float], frame: str
) -> tuple[Grid, list[Sheet]]:
    """The frames as sheets on one grid, which leans where they do. Raises GeometryError."""
    row, column = np.asarray(first.orientation[:3]), np.asarray(first.orientation[3:])
    normal = np.asarray(first.normal)
    away = np.array([m.geometry.position for m in masks if m.geometry is not None]) - first.position
    along = away @ normal
    far = int(np.abs(along).argmax())
    lean = away[far] / along[far] if abs(along[far]) > SAME_MM else normal
    aside = away - along[:, None] * lean
    off = np.abs(aside @ np.stack([row / spacing[1], column / spacing[0]], axis=1)).max()
    if off > _ASIDE:
        raise GeometryError("frames of a segment lie beside one another")
    x, y, z = (float(v) for v in lean)
    grid = Grid(first.position, first.orientation[:3], first.orientation[3:], (x, y, z), spacing, frame)
    return grid, [Sheet(m.mask, float(at), *m.start) for m, at in zip(masks, along, strict=True)]
