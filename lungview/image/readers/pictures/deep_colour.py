"""PNG colour of 16 bits a sample, which Pillow would cut to 8: by OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from lungview.image.readers.pictures.png import SIGNATURE, without_animation
from lungview.image.readers.pictures.upright import upright


def is_deep_colour(content: bytes) -> bool:
    """Whether a file is a PNG whose header says more than one sample of 16 bits."""
    # IHDR: bit depth at byte 24, colour type at 25; 2 RGB, 4 grey with alpha, 6 RGB with alpha
    return content.startswith(SIGNATURE) and content[24] == 16 and content[25] in (2, 4, 6)


def decode(content: bytes, orientation: int) -> tuple[np.ndarray, bool]:
    """(rows, columns, 3) uint16 RGB the right way up, and whether some of it was transparent: shown on black.

    Raises ValueError when it does not decode.
    """
    # OpenCV would take the first picture of an animation for the file's own.
    found = cv2.imdecode(np.frombuffer(without_animation(content), np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise ValueError("its data are damaged")
    if found.dtype != np.uint16 or found.ndim != 3:
        raise ValueError("16-bit colour was expected")
    rgb, transparent = np.asarray(found[..., 2::-1]), False
    if found.shape[2] == 4 and int(found[..., 3].min()) < 0xFFFF:
        alpha = found[..., 3:].astype(np.float64) / 0xFFFF
        rgb, transparent = np.rint(rgb * alpha).astype(np.uint16), True
    return upright(rgb, orientation), transparent
