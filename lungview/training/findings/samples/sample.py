"""A training picture of the findings network: three slices and what is known of each pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BACKGROUND, NODULE, OPACITY, UNKNOWN = 0, 1, 2, 255  # codes of Sample.labels


@dataclass(frozen=True, slots=True)
class Sample:
    """One slice with its neighbours 2.5 mm below and above, at 0.75 mm a pixel.

    picture: uint8 (rows, columns, 3), greys.from_hu. labels: uint8 (rows, columns), the codes above.
    malignancy: in [0, 1] for its nodule, NaN where nobody rated it. centre: row, column of what to look at;
    None: anywhere. radius_mm: of its nodule, 0 without.
    """

    picture: np.ndarray
    labels: np.ndarray
    malignancy: float
    source: str
    group: str
    centre: tuple[float, float] | None = None
    radius_mm: float = 0.0
