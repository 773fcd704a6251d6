"""The coronal map: how much of the lung that lies behind each place is below a density."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

_LEAST_MM = 10.0  # a thinner edge of the lung has few voxels: its share would be chance


@dataclass(frozen=True, slots=True, eq=False)
class CoronalMap:
    """Seen from the front: the head at the top, the patient's right at the left.

    share: (rows, columns) float32 in [0, 1], read-only: of the airy voxels on the line from front to back,
    those below the density; NaN where less than 10 mm are airy. mm: height and width of a pixel.
    """

    share: np.ndarray = field(repr=False)
    mm: tuple[float, float]

    def __post_init__(self) -> None:
        self.share.flags.writeable = False


def coronal_map(
    lung: np.ndarray, values: np.ndarray, mm: tuple[float, float, float], below: tuple[int, int]
) -> CoronalMap:
    """Count along the rows of a volume in the patient's axes: to the head, the back, the left.

    lung: (slices, rows, columns) bool. values: HU likewise. mm: between slices, rows and columns.
    below: HU of what counts, and of what is airy.
    """
    low_hu, airy_hu = below
    least = _LEAST_MM / mm[1]
    share = np.empty((lung.shape[0], lung.shape[2]), np.float32)
    for line, inside, plane in zip(share[::-1], lung, values, strict=True):
        airy = (inside & (plane < airy_hu)).sum(axis=0)
        low = (inside & (plane < low_hu)).sum(axis=0)
        line[:] = np.where(airy >= least, low / np.maximum(airy, 1), np.nan)
    return CoronalMap(share, (mm[0], mm[2]))
