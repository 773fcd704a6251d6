"""Kind of density: what a nodule is made of, from the HU of its inside, where no blur of the edge reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lungview.nodules.finding import Density
from lungview.nodules.outlining.measure import Axes, axes_at
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.proposals import blurred
from lungview.nodules.outlining.voxels import component, depth

SOLID_HU = -300.0  # above it tissue is solid: it hides vessels, and shows in a soft-tissue window
CALCIUM_HU = 200.0  # above what contrast medium reaches in a nodule
FAT_HU = (-120.0, -40.0)
_CALCIFIED_SHARE, _FAT_SHARE = 0.1, 0.25  # of the inside
_SOLID_SHARES = (0.05, 0.8)  # of the inside, of a part-solid nodule
_LEAST_SOLID_MM = 3.0
_SOFT_SHARE = 0.8
_FAT_SLICES = 1.5  # slices deep, at least: in fewer each voxel is blurred
_SHALLOW_MM = 3.0
_EDGE_MM = 2.0  # as far in as the blur of the edge reaches
_BLUR_MM = 0.7  # against noise


@dataclass(frozen=True, slots=True)
class Kind:
    """density, and the axes of the solid part of a part-solid nodule, else None."""

    density: Density
    solid: Axes | None = None


def kind(nodule: Nodule) -> Kind:
    """The kind of density of an outlined nodule."""
    deep, spacing, inside_hu = nodule.deep, nodule.outline.spacing_mm, nodule.filling.inside_hu
    most = float(deep.max())
    inside = nodule.smooth[deep >= min(_EDGE_MM, 0.7 * most)]
    if _share(inside > CALCIUM_HU) >= _CALCIFIED_SHARE:
        return Kind(Density.CALCIFIED)
    fat = (inside > FAT_HU[0]) & (inside < FAT_HU[1])
    # What a blurred edge makes of soft tissue has the HU of fat too: the substance itself must have them.
    clear = FAT_HU[0] < inside_hu < FAT_HU[1] and most >= _FAT_SLICES * spacing[0]
    if clear and _share(fat) >= _FAT_SHARE and _share(inside > FAT_HU[0]) >= _SOFT_SHARE:
        return Kind(Density.FAT)
    if most < _SHALLOW_MM:  # all of it is blurred: no rim can be told from a part
        return Kind(Density.SOLID if inside_hu > SOLID_HU else Density.GROUND_GLASS)
    return _soft(_share(inside > SOLID_HU), nodule)


def whole_axes(nodule: Nodule, found: Kind) -> Axes:
    """Axes of all of a nodule, to where the HU are halfway from lung to what its rim is made of.

    found: its `kind`. The rim of a part-solid nodule is glass.
    """
    outline, filled = nodule.outline, nodule.filling
    part = nodule.hu[outline.place]
    rim_hu = filled.inside_hu
    if found.density is Density.PART_SOLID:
        rim_hu = min(rim_hu, float(np.median(part[outline.mask & (part <= SOLID_HU)])))
    return axes_at(part, outline, (filled.lung_hu + rim_hu) / 2, nodule.hulls)


def _share(which: np.ndarray) -> float:
    return float(which.mean())


def _soft(solid_share: float, nodule: Nodule) -> Kind:
    outline = nodule.outline
    smooth = blurred(nodule.hu[outline.place].astype(np.float32), _BLUR_MM, outline.spacing_mm)
    solid = outline.mask & (smooth > SOLID_HU)
    if solid_share < _SOLID_SHARES[0] or not solid.any():
        return Kind(Density.GROUND_GLASS)
    deep = depth(solid, outline.spacing_mm)
    # So deep it is twice as long as it must be: its axes need not be known.
    if solid_share >= _SOLID_SHARES[1] and float(deep.max()) >= _LEAST_SOLID_MM:
        return Kind(Density.SOLID)
    part = _solid_part(smooth, solid, deep, outline)
    if part is None:
        return Kind(Density.GROUND_GLASS)
    return Kind(Density.PART_SOLID, part) if solid_share < _SOLID_SHARES[1] else Kind(Density.SOLID)


def _solid_part(smooth: np.ndarray, solid: np.ndarray, deep: np.ndarray, outline: Outline) -> Axes | None:
    """Axes of the piece of solid tissue that is deepest; None where it is under 3 mm long."""
    z, y, x = (int(i) for i in np.unravel_index(int(deep.argmax()), deep.shape))
    piece = Outline(
        component(solid, (z, y, x)),
        outline.start,
        outline.shape,
        outline.spacing_mm,
        outline.lung_hu,
        outline.core_hu,
    )
    found = axes_at(smooth, piece, SOLID_HU)
    return found if found.long_mm >= _LEAST_SOLID_MM else None
