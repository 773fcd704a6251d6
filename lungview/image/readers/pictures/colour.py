"""What the readers of pictures say and do alike about colour."""

from __future__ import annotations

import numpy as np

MOST_PIXELS = 200_000_000
ON_BLACK = "the picture is partly transparent; it is shown on black"


def grey_if_equal(rgb: np.ndarray) -> np.ndarray:
    """(rows, columns) when the three channels of (rows, columns, 3) agree everywhere, else as it is."""
    if (rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 0] == rgb[..., 2]).all():
        return rgb[..., 0].copy()
    return rgb
