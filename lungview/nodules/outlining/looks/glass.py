"""Glass: a click on the solid part of a part-solid nodule means all of it.

Where what was outlined is solid and stands in ground glass on most sides, the outline is sought anew as if
the click had been on the glass.
"""

from __future__ import annotations

import cv2
import numpy as np

from lungview.errors import NoNodule
from lungview.nodules.outlining import place
from lungview.nodules.outlining.choice import Chosen, choose
from lungview.nodules.outlining.crop import Crop
from lungview.nodules.outlining.proposals import Ground, proposals
from lungview.nodules.outlining.voxels import pixel_mm, window

_SOLID_HU = -300.0  # and above
_LEAST_GLASS_HU = 150.0  # over the lung around
_RIM_MM = (1.5, 3.0)  # from the outline: farther out than the blur of its edge
_LEAST_SHARE = 0.6  # of that rim; of a nodule among vessels it is less
_MOST_SHARE = 0.4  # of the rim of the whole: more is lung that is dense all around
_LARGER = 1.3


def around(g: Ground, chosen: Chosen) -> float | None:
    """HU of the ground glass that what was chosen stands in; None where it is not solid, or in none."""
    if chosen.proposal.core_hu < _SOLID_HU:
        return None
    share, glass_hu = _rim(g, chosen.mask)
    return glass_hu if share >= _LEAST_SHARE else None


def whole(part: Crop, g: Ground, chosen: Chosen, glass_hu: float, reach_mm: float) -> Chosen | None:
    """The outline with the glass around what was chosen; None where it does not end in these surroundings.

    g, chosen: of the crop `part`. reach_mm: how far the ground goes from the seed.
    """
    least = _LARGER * chosen.mask.sum()
    found = [p for p in proposals(g, reach_mm, core=glass_hu) if p.mask[g.seed] and p.mask.sum() >= least]
    if not found:
        return None
    made = choose(g, found)
    return made if part.holds(made.mask) and _is_whole(g, made) else None


def _is_whole(g: Ground, made: Chosen) -> bool:
    if _rim(g, made.mask)[0] > _MOST_SHARE:
        return False
    try:
        place.check_outline(g, made)
    except NoNodule:
        return False
    return True


def _rim(g: Ground, mask: np.ndarray) -> tuple[float, float]:
    """How much of the rim around a mask, in its larger slices, is ground glass; and the HU of that."""
    areas = mask.sum(axis=(1, 2))
    near = window(mask, int(np.ceil(_RIM_MM[1] / pixel_mm(g.spacing_mm))) + 1)
    rims = [
        _values(mask[k][near[1:]], g.smooth[k][near[1:]], pixel_mm(g.spacing_mm))
        for k in np.flatnonzero(areas >= areas.max() / 2)
    ]
    rim = np.concatenate(rims)
    glass = rim[(rim > g.lung_hu + _LEAST_GLASS_HU) & (rim < _SOLID_HU)]
    return (len(glass) / len(rim), float(np.median(glass))) if len(glass) else (0.0, g.lung_hu)


def _values(mask: np.ndarray, hu: np.ndarray, side_mm: float) -> np.ndarray:
    away = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * side_mm
    return np.asarray(hu[(away > _RIM_MM[0]) & (away <= _RIM_MM[1])])
