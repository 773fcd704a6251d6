"""Place: whether there can be a nodule where a reader or a detector points, and if not, what is there.

Refused is by what is in the picture: HU at the place, what surrounds the outline, whether it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from lungview.errors import NoNodule
from lungview.nodules.outlining.choice import Chosen
from lungview.nodules.outlining.outline import Millimetres, Voxel
from lungview.nodules.outlining.proposals import Ground
from lungview.nodules.outlining.voxels import (
    Window,
    component,
    depth,
    distance_from,
    pixel_mm,
    relative,
    shell,
    uphill,
    window,
)

AIR_HU = -940.0
AIRY_HU = -500.0  # half way from air to tissue
OUTSIDE_HU = -960.0  # air beside a patient; the lung is heavier, also with emphysema
_BONE_HU, _SOFT_HU = 250.0, -150.0
_LEAST_MM = 3.0
_LEAST_CONTRAST_HU = 100.0
_LEAST_COMPACT = 0.4  # radius of the largest ball inside, by that of a ball of the same volume
_LEAST_LUNG = 0.3  # of the outline's skin that touches air-holding lung
_THROUGH = 0.5  # of the nodule's disc: the section of what goes on at both sides of a vessel
_OPPOSITE = -0.6  # cosine of the angle between both sides
_VESSEL = "the place lies in a vessel: it goes on at both sides with the same width"
_WIDEST_VESSEL_MM = 8.0  # radius, inside a lung: what is wider and long is a long mass


class InVessel(NoNodule):
    """The place lies in a vessel no wider than one in a lung is."""


def check(hu: np.ndarray, at: Voxel) -> None:
    """Raise NoNodule for a voxel outside of the scan, in the air beside the patient or in an airway.

    hu: (slices, rows, columns).
    """
    if not all(0 <= i < n for i, n in zip(at, hu.shape, strict=True)):
        raise NoNodule(f"expected a place in the scan of {hu.shape} voxels, found {at}")
    z, y, x = at
    near = hu[z, max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5]
    if float(np.percentile(near, 90)) > AIR_HU:
        return
    if _beside_patient(hu[z], (y, x)):
        raise NoNodule("the place lies outside the body: air beside the patient")
    raise NoNodule(f"the place holds air ({_mean(near)} HU), as an airway or a bulla does, not a nodule")


def check_box(hu: np.ndarray, box: Window) -> None:
    """Raise NoNodule for a box of which a part lies in the air beside the patient."""
    middle = (box[0].start + box[0].stop) // 2
    for y in (box[1].start, box[1].stop - 1):
        for x in (box[2].start, box[2].stop - 1):
            if hu[middle, y, x] < AIR_HU and _beside_patient(hu[middle], (y, x)):
                raise NoNodule(
                    "expected a box inside the body, found one that reaches the air beside the patient"
                )


def _beside_patient(hu: np.ndarray, at: tuple[int, int]) -> bool:
    """Whether the air at a pixel goes on to the slice's border, and is as light as the air in the room."""
    air = (hu < AIRY_HU).astype(np.uint8)
    labels = cv2.connectedComponents(air, connectivity=4)[1]
    own = labels == labels[at]
    border = own[0].any() or own[-1].any() or own[:, 0].any() or own[:, -1].any()
    return bool(air[at] and border and np.median(hu[own]) < OUTSIDE_HU)


def _mean(values: np.ndarray) -> int:
    return round(float(values.mean()))


def nothing(g: Ground) -> NoNodule:
    """Nothing stands out of its surroundings at the place."""
    value = round(float(g.smooth[g.seed]))
    if value > -500:
        return NoNodule(f"the place lies in {_tissue(value)} as thick as a wall, not in a nodule")
    return NoNodule(f"the place holds lung without a nodule: nothing within 3 mm stands out ({value} HU)")


def boundless(g: Ground, chosen: Chosen | None = None) -> NoNodule:
    """What is at the place goes on and on. chosen: of the ground, what could be outlined of it."""
    if chosen is not None and _is_vessel(g, chosen, at_seed=True):
        return _vessel(chosen)
    what = _tissue(float(g.smooth[g.seed]))
    return NoNodule(f"the place lies in {what} that has no end within 6 cm, not in a nodule")


def _vessel(chosen: Chosen) -> NoNodule:
    return (InVessel if chosen.proposal.radius_mm < _WIDEST_VESSEL_MM else NoNodule)(_VESSEL)


def _tissue(value: float) -> str:
    if value > _BONE_HU:
        return f"bone ({value:.0f} HU)"
    if value > _SOFT_HU:
        return f"soft tissue ({value:.0f} HU)"
    return f"tissue ({value:.0f} HU)"


def check_outline(g: Ground, chosen: Chosen) -> None:
    """Raise NoNodule for an outline too small or faint, not in lung, or that is a piece of a vessel."""
    near = window(chosen.mask, 8)
    mask, smooth = chosen.mask[near], g.smooth[near]
    voxel = float(np.prod(g.spacing_mm))
    diameter = 2 * (3 * float(mask.sum()) * voxel / (4 * np.pi)) ** (1 / 3)
    inside = float(smooth[mask].max())
    if diameter < _LEAST_MM or inside - g.lung_hu < _LEAST_CONTRAST_HU:
        raise nothing(g)
    skin = smooth[shell(mask)]
    if not skin.size or float((skin < half_way(g, chosen)).mean()) < _LEAST_LUNG:
        raise NoNodule(f"the place lies in {_tissue(float(g.smooth[g.seed]))} that is not surrounded by lung")
    if g.lung_hu < OUTSIDE_HU:
        raise NoNodule("the place is surrounded by air, not by lung: it lies outside the lungs")
    if float(depth(mask, g.spacing_mm).max()) < _LEAST_COMPACT * diameter / 2:
        raise NoNodule("the place lies in tissue that branches or spreads like vessels, not in a nodule")
    if _is_vessel(g, chosen):
        raise _vessel(chosen)


@dataclass(frozen=True, slots=True)
class _Section:
    area: float  # by the nodule's largest disc
    direction: np.ndarray


def half_way(g: Ground, chosen: Chosen) -> float:
    """HU half way from the lung to the nodule."""
    return (g.lung_hu + min(chosen.proposal.core_hu, -50.0)) / 2


def _is_vessel(g: Ground, chosen: Chosen, *, at_seed: bool = False) -> bool:
    """Whether tissue as wide as the outline itself leaves it at opposite sides.

    at_seed: of where it is thickest near the seed, not of where it is thickest at all.
    """
    near = window(chosen.mask, 8)
    mask = chosen.mask[near]
    deep = depth(mask, g.spacing_mm)
    z, y, x = (int(i) for i in np.unravel_index(int(deep.argmax()), deep.shape))
    if at_seed and chosen.mask[g.seed]:
        z, y, x = uphill(deep, relative(g.seed, near))
    radius = max(float(deep[z, y, x]), pixel_mm(g.spacing_mm), 1.0)
    away = distance_from((z, y, x), mask.shape, g.spacing_mm)
    tissue = component((g.smooth[near] > half_way(g, chosen)) | mask, (z, y, x))
    low, high = 1.8 * radius, 2.4 * radius + 0.5 * g.spacing_mm[0]
    ring = tissue & (away >= low) & (away <= high)
    ring &= _within(g, near)
    if radius > _WIDEST_VESSEL_MM:
        ring &= ~mask
    sections = _sections(ring, np.array((z, y, x)), g.spacing_mm, np.pi * radius**2 * (high - low))
    wide = [s for s in sections if s.area >= _THROUGH]
    return any(float(a.direction @ b.direction) < _OPPOSITE for a in wide for b in wide)


def _within(g: Ground, near: Window) -> np.ndarray:
    """What the nodule may fill: beyond a reader's box other tissue may go on."""
    allowed = np.zeros(g.hu.shape, bool)
    allowed[g.within] = True
    return allowed[near]


def _sections(
    ring: np.ndarray, centre: np.ndarray, spacing_mm: Millimetres, unit_mm3: float
) -> list[_Section]:
    """The pieces of a ring around a centre; only those that fill a twentieth of it can be wide."""
    found: list[_Section] = []
    left = ring.copy()
    while left.any() and len(found) < 8:
        z, y, x = (int(i) for i in np.argwhere(left)[0])
        piece = component(left, (z, y, x))
        left &= ~piece
        direction = (np.argwhere(piece).mean(axis=0) - centre) * np.array(spacing_mm)
        area = float(piece.sum()) * float(np.prod(spacing_mm)) / unit_mm3
        found.append(_Section(area, direction / max(float(np.linalg.norm(direction)), 1e-6)))
    return found
