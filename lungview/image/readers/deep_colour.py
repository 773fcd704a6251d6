"""Colour pictures of 16 bits a sample, which Pillow would cut to 8: by OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# EXIF orientation: whether rows and columns change places, then whether rows, columns are turned round.
_TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def is_deep_colour(content: bytes, tiff_bits: tuple[int, ...]) -> bool:
    """Whether a PNG's header, or a TIFF's bits per sample, say more than one sample of 16 bits."""
    if content.startswith(_PNG_SIGNATURE):
        # IHDR: bit depth at byte 24, colour type at 25; 2 RGB, 4 grey with alpha, 6 RGB with alpha
        return content[24] == 16 and content[25] in (2, 4, 6)
    return len(tiff_bits) > 1 and set(tiff_bits) == {16}


def decode(content: bytes, orientation: int) -> tuple[np.ndarray, bool]:
    """(rows, columns, 3) uint16 RGB the right way up, and whether some of it was transparent: shown on black.

    Raises ValueError when it does not decode.
    """
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype != np.uint16 or found.ndim != 3:
        raise ValueError("16-bit colour was expected")
    rgb, transparent = np.asarray(found[..., 2::-1]), False
    if found.shape[2] == 4 and int(found[..., 3].min()) < 0xFFFF:
        alpha = found[..., 3:].astype(np.float64) / 0xFFFF
        rgb, transparent = np.rint(rgb * alpha).astype(np.uint16), True
    return _turned(rgb, orientation), transparent


def _turned(rgb: np.ndarray, orientation: int) -> np.ndarray:
    swapped, rows, columns = _TURNS.get(orientation, (False, False, False))
    turned = rgb.transpose(1, 0, 2) if swapped else rgb
    return np.ascontiguousarray(turned[:: -1 if rows else 1, :: -1 if columns else 1])
