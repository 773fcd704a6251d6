"""What the readers of pictures say and do alike about colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_PIXELS = 200_000_000
ON_BLACK = "the picture is partly transparent; it is shown on black"


def grey_if_equal(rgb: np.ndarray) -> np.ndarray:
    """(rows, columns) when the three channels of (rows, columns, 3) agree everywhere, else as it is."""
    if (rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 0] == rgb[..., 2]).all():
        return rgb[..., 0].copy()
    return rgb


def rgb_of_ycbcr(colours: np.ndarray, reference: Sequence[float], weights: Sequence[float]) -> np.ndarray:
    """RGB of YCbCr in unsigned words by TIFF 6.0, sections 20 and 21.

    reference: codes of no and full brightness, of no and full Cb, of no and full Cr. weights: of red, green
    and blue in the brightness. Raises ZeroDivisionError where a range or a weight is 0.
    """
    full = int(np.iinfo(colours.dtype).max)
    y, cb, cr = (
        (colours[..., i].astype(np.float64) - reference[2 * i])
        * (most / (reference[2 * i + 1] - reference[2 * i]))
        for i, most in enumerate((full, full // 2, full // 2))
    )
    of_red, of_green, of_blue = weights
    red, blue = y + cr * (2 - 2 * of_red), y + cb * (2 - 2 * of_blue)
    green = (y - of_red * red - of_blue * blue) * (1 / of_green)
    return np.rint(np.clip(np.stack([red, green, blue], axis=-1), 0, full)).astype(colours.dtype)
