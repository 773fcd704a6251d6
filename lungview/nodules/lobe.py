"""Lobe: where a place lies in its lung, and the lobe which that suggests.

No fissure is looked for: in each lung's own box the oblique fissure is taken for a plane from high behind to
low in front, and the right one's horizontal fissure for a level in front of it. A suggestion, no finding.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.study.volume import Volume


class Lobe(enum.Enum):
    """As reports write them."""

    RUL = "RUL"
    RML = "RML"
    RLL = "RLL"
    LUL = "LUL"
    LLL = "LLL"

    @property
    def upper(self) -> bool:
        """Whether it is an upper lobe; the lingula belongs to the left one."""
        return self in (Lobe.RUL, Lobe.LUL)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """lobe: by its place alone. doubtful: whether a fissure is near, so that the reader has to look."""

    lobe: Lobe
    doubtful: bool


# Of each lung's own box, 0 at the front and 1 behind, 0 at the top and 1 at the bottom.
_BEHIND_DOWN, _FRONT_DOWN = 0.25, 1.0  # where the oblique fissure meets the back and the front
_HORIZONTAL_DOWN = 0.5
_NEAR = 0.1
_REACH_MM = 15.0  # from the lungs: a nodule on the pleura may lie beside the mask


Box = tuple[float, float, float, float]  # mm: the front and the back, the bottom and the top of a lung


def suggest(
    volume: Volume, mask: LungMask, place_mm: tuple[float, float, float], boxes: dict[int, Box] | None = None
) -> Suggestion | None:
    """The lobe at a place in mm (x, y, z); None where no lung is within 15 mm. boxes: `boxes_of` them."""
    side = _side(volume, mask, place_mm)
    if side is None:
        return None
    front, back, bottom, top = (boxes or boxes_of(volume, mask))[side]
    behind = (place_mm[1] - front) / max(back - front, 1.0)
    down = (top - place_mm[2]) / max(top - bottom, 1.0)
    oblique = _FRONT_DOWN + (_BEHIND_DOWN - _FRONT_DOWN) * behind
    distances = [abs(down - oblique)]
    if down > oblique:
        lobe = Lobe.RLL if side == RIGHT else Lobe.LLL
    elif side == LEFT:
        lobe = Lobe.LUL
    else:
        lobe = Lobe.RML if down > _HORIZONTAL_DOWN else Lobe.RUL
        distances.append(abs(down - _HORIZONTAL_DOWN))
    return Suggestion(lobe, min(distances) < _NEAR)


def _side(volume: Volume, mask: LungMask, place_mm: tuple[float, float, float]) -> int | None:
    """RIGHT or LEFT: the label at the place, else the nearest one within 15 mm."""
    at = volume.index(place_mm)
    reach = [int(np.ceil(_REACH_MM / mm)) for mm in volume.spacing_mm]
    low = [max(round(float(i)) - r, 0) for i, r in zip(at, reach, strict=True)]
    window = tuple(slice(a, a + 2 * r + 1) for a, r in zip(low, reach, strict=True))
    found = np.argwhere(mask.values[window] > 0)
    if not len(found):
        return None
    away = np.linalg.norm((found + low - at) * volume.spacing_mm, axis=1)
    if away.min() > _REACH_MM:
        return None
    return int(mask.values[window][tuple(found[int(away.argmin())])])


def boxes_of(volume: Volume, mask: LungMask) -> dict[int, Box]:
    """How far each lung reaches."""
    return {side: _box(volume, mask.values == side) for side in (RIGHT, LEFT) if (mask.values == side).any()}


def _box(volume: Volume, lung: np.ndarray) -> Box:
    corners = np.array([[n.min(), n.max()] for n in np.nonzero(lung)]).T
    _, y, z = volume.point_mm(corners).T
    return float(y.min()), float(y.max()), float(z.min()), float(z.max())
