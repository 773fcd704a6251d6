"""EXIF and TIFF orientation: how the rows and columns of a file become those of the picture."""

from __future__ import annotations

import numpy as np

# Whether rows and columns change places, then whether rows, columns are turned round (TIFF 6.0, tag 274).
_TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """(rows, columns[, samples]) the right way up, C-contiguous; an unknown orientation changes nothing."""
    swapped, rows, columns = _TURNS.get(orientation, (False, False, False))
    turned = pixels.swapaxes(0, 1) if swapped else pixels
    return np.ascontiguousarray(turned[:: -1 if rows else 1, :: -1 if columns else 1])


def upright_size(rows: int, columns: int, orientation: int) -> tuple[int, int]:
    """Rows and columns once the picture is the right way up."""
    return (columns, rows) if _TURNS.get(orientation, (False,))[0] else (rows, columns)
