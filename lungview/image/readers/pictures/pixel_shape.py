"""The shape of a picture's pixels by its resolution (PNG pHYs, JFIF density, TIFF tags 282 and 283, BMP)."""

from __future__ import annotations

from collections.abc import Sequence

_SAME = 0.01  # resolutions that differ by less are of one scanner whose numbers were rounded
_MOST = 8.0  # no pixel is as narrow; such numbers mean nothing


def of(resolution: object, turned: bool) -> tuple[float, tuple[str, ...]]:
    """Height of a pixel over its width, 1 where nothing sensible is said, and a warning where it is not 1.

    resolution: pixels along and down, in any unit. turned: rows and columns change places afterwards.
    """
    if not isinstance(resolution, Sequence) or len(resolution) != 2:
        return 1.0, ()
    try:
        along, down = (float(each) for each in resolution)
        ratio = down / along if turned else along / down
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 1.0, ()
    if not 1 / _MOST <= ratio <= _MOST or abs(ratio - 1) < _SAME:
        return 1.0, ()
    return ratio, (f"its pixels are {ratio:.3g} times as high as wide, by its resolution; it is shown so",)
