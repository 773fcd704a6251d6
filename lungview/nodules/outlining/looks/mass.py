"""Mass: a click in tissue that goes on and on, for a mass grows into a wall or the hilum.

The outlines are cut from the wall by its thickness, and the air beside the patient counts as wall: else a
chest wall is no thicker than a mass. Left are those that end, and that lung surrounds but for where they were
cut; of these the best by the quadratic. It was learned of nodules: beyond their sizes it stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from lungview.errors import NoNodule
from lungview.nodules.outlining import place
from lungview.nodules.outlining.choice import Chosen, expected
from lungview.nodules.outlining.crop import SIZES_MM, Crop, crop
from lungview.nodules.outlining.outline import Millimetres, Voxel
from lungview.nodules.outlining.proposals import LEVELS, Ground, ground, proposals
from lungview.nodules.outlining.voxels import depth, shell, window

_LEVELS = LEVELS[:3]  # voxels of three millimetres are blurred
_LEAST_WALL_MM = 7.0
# Chosen on masses of five patients, and on vessels, walls and muscles of nine.
_LEAST_BALL_MM = 8.0  # radius of the largest one inside: no vessel in a lung is as wide
_LEAST_COMPACT, _LEAST_COMPACT_FREE = 0.5, 0.6  # that radius, by that of a ball of the same volume
_LEAST_LUNG, _FREE = 0.62, 0.72  # of its skin: half a ball on a wall has two thirds
_MOST_HEIGHT = 1.3  # by the diameter of that ball: a hilum is as high as two
_MOST_AT_THE_END = 0.5  # of its largest section, where the scan ends: a liver's dome goes on below
_DEVIATIONS = 3.0  # of the nodules that the quadratic was learned from
_TRIED = 6  # of the best ones
_STEP = 4  # pixels; the room is large


def mass(hu: np.ndarray, spacing_mm: Millimetres, at: Voxel) -> tuple[Crop, Ground, Chosen] | None:
    """The mass at a voxel of a scan (slices, rows, columns) in HU; None where nothing there is one."""
    z, y, x = at
    around = (slice(z, z + 1), slice(y, y + 1), slice(x, x + 1))
    margin, voxel = SIZES_MM[-1]
    part = crop(hu, spacing_mm, around, margin, voxel)
    g = replace(ground(part.hu, part.spacing_mm, part.inside(at)), room=room(hu, part))
    found = [
        p for p in proposals(g, margin, _LEVELS, _LEAST_WALL_MM) if p.mask[g.seed] and part.holds(p.mask)
    ]
    if not found:
        return None
    score = expected(g, found, _DEVIATIONS)
    for k in np.argsort(-score)[:_TRIED]:
        chosen = Chosen(found[k].mask, found[k], float(score[k]))
        if _is_mass(g, chosen):
            return part, g, chosen
    return None


def _is_mass(g: Ground, chosen: Chosen) -> bool:
    near = window(chosen.mask, 2)
    mask = chosen.mask[near]
    ball = float(depth(mask, g.spacing_mm).max())
    radius = (3 * float(mask.sum()) * float(np.prod(g.spacing_mm)) / (4 * np.pi)) ** (1 / 3)
    skin = g.smooth[near][shell(mask)]
    lung = float((skin < place.half_way(g, chosen)).mean()) if skin.size else 0.0
    compact = _LEAST_COMPACT if lung < _FREE else _LEAST_COMPACT_FREE
    height = int(mask.any(axis=(1, 2)).sum()) * g.spacing_mm[0]
    if ball < max(_LEAST_BALL_MM, compact * radius) or height > _MOST_HEIGHT * 2 * radius:
        return False
    if lung < _LEAST_LUNG or _cut_off(chosen.mask):
        return False
    try:
        place.check_outline(g, chosen)
    except NoNodule:
        return False
    return True


def _cut_off(mask: np.ndarray) -> bool:
    """Whether the surroundings' first or last slice holds much of it: that is the scan's, for it ends."""
    areas = mask.sum(axis=(1, 2))
    return bool(max(areas[0], areas[-1]) > _MOST_AT_THE_END * areas.max())


def room(hu: np.ndarray, part: Crop) -> np.ndarray:
    """bool like the crop's values: the air beside the patient."""
    slices, rows, columns = (
        np.minimum(start + np.arange(n) * factor + factor // 2, whole - 1)
        for start, n, factor, whole in zip(part.start, part.hu.shape, part.factor, hu.shape, strict=True)
    )
    return np.stack([_room(hu[k, ::_STEP, ::_STEP])[rows // _STEP][:, columns // _STEP] for k in slices])


def _room(hu: np.ndarray) -> np.ndarray:
    """The same of one slice (rows, columns)."""
    count, labels = cv2.connectedComponents((hu < place.AIRY_HU).view(np.uint8), connectivity=4)
    on_border = np.zeros(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        on_border[side] = True
    on_border[0] = False  # of what is no air
    sizes = np.bincount(labels.reshape(-1), minlength=count)
    below = np.bincount(labels[hu < place.OUTSIDE_HU], minlength=count)
    outside = on_border & (2 * below > sizes)  # so is the median
    for k in np.flatnonzero(on_border & (2 * below == sizes)):
        outside[k] = np.median(hu[labels == k]) < place.OUTSIDE_HU
    return np.asarray(outside[labels])
