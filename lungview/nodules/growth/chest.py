"""What is kept of a scan to compare it with another and to place findings in it: its lungs, coarse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lungview.errors import InputError
from lungview.lung.lungs import LungMask, lungs
from lungview.lung.quantify import Quantities, quantify
from lungview.nodules.lobe import Box, Suggestion, boxes_of, suggest
from lungview.study.space import Vector
from lungview.study.volume import Volume

_STEP_MM = 3.0


@dataclass(frozen=True, eq=False)
class Chest:
    """volume, mask: every few voxels, about 3 mm apart, in their true places. quantities: of all voxels."""

    volume: Volume
    mask: LungMask
    quantities: Quantities
    notes: tuple[str, ...] = field(default=())

    def lobe(self, place_mm: Vector | None) -> Suggestion | None:
        """The lobe that a place suggests."""
        return None if place_mm is None else suggest(self.volume, self.mask, place_mm, self._boxes)

    @cached_property
    def _boxes(self) -> dict[int, Box]:
        return boxes_of(self.volume, self.mask)


def chest(scan: Volume, *, cancelled: Callable[[], bool] | None = None) -> Chest:
    """The lungs of a scan. Raises InputError where there are none, or slices missing, or no HU; Cancelled."""
    if scan.gaps:
        raise InputError(f"lungs are measured where no slice is missing: {scan.gaps[0]}")
    mask = lungs(scan, cancelled=cancelled)
    return Chest(*coarse(scan, mask), quantify(scan, mask), (*scan.notes, *mask.notes))


def coarse(scan: Volume, mask: LungMask) -> tuple[Volume, LungMask]:
    """Every few voxels of a scan and of its lungs; the first voxel stays where it is."""
    steps = [max(1, round(_STEP_MM / mm)) for mm in scan.spacing_mm]
    every = tuple(slice(None, None, step) for step in steps)
    z, y, x = (step * mm for step, mm in zip(steps, scan.spacing_mm, strict=True))
    few = Volume(
        np.ascontiguousarray(scan.values[every]),
        (z, y, x),
        scan.origin,
        scan.axes,
        unit=scan.unit,
        frame_of_reference_uid=scan.frame_of_reference_uid,
    )
    return few, LungMask(np.ascontiguousarray(mask.values[every]), mask.notes)
