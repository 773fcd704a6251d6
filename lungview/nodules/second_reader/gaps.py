"""Where slices of a series are missing: what lies between is neither searched nor counted as lung."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lungview.lung.lungs import LungMask
from lungview.study.volume import Volume

_FAR_MM = 5.0  # from every slice: what is nearer may well look like what is interpolated
_TOLD = 3  # gaps in words


def measured(scan: Volume, mask: LungMask) -> LungMask:
    """The lungs without what lies far from all slices. They are the same where no slice is missing."""
    if not scan.gaps:
        return mask
    values = mask.values.copy()
    values[_far(scan)] = 0
    return replace(mask, values=values)


def notes(scan: Volume) -> tuple[str, ...]:
    """What a reader must know of missing slices."""
    said = [f"{gap}: nothing was measured there, a finding may be missed" for gap in scan.gaps[:_TOLD]]
    more = len(scan.gaps) - len(said)
    return (*said, *((f"{more} more gaps",) if more else ()))


def _far(scan: Volume) -> np.ndarray:
    """bool (slices,): farther along the slices' normal than _FAR_MM from the nearest slice."""
    places = np.array(list({i.geometry.position for i in scan.instances if i.geometry}), float)
    normal = np.cross(scan.axes[1], scan.axes[2])
    index = np.arange(len(scan.values))
    grid = scan.point_mm(np.stack([index, 0 * index, 0 * index], axis=1))
    return np.asarray(np.abs((grid @ normal)[:, None] - places @ normal).min(axis=1) > _FAR_MM)
