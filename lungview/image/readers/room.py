"""Room for decoded frames, that costs little to touch for the first time."""

from __future__ import annotations

import threading

import numpy as np

_HUGE_PAGE = 1 << 21
_SLAB = 4 * _HUGE_PAGE
_LEAST = 1 << 16  # bytes; a smaller frame's page faults are few
_slabs = threading.local()


def room(size: int) -> np.ndarray:
    """(size,) uint8 of uninitialised memory.

    Frames of a series share slabs of 8 MiB, which begin where a huge page does and for which NumPy asks Linux
    for huge pages: the page faults of frames on their own take longer than all the reading. A slab is freed
    when the last of its frames is.
    """
    if not _LEAST <= size <= _SLAB // 4:
        return np.empty(size, np.uint8)
    used = getattr(_slabs, "used", _SLAB)
    if used + size > _SLAB:
        _slabs.slab, used = _slab(), 0
    _slabs.used = -(-(used + size) // 64) * 64
    space: np.ndarray = _slabs.slab[used : used + size]
    return space


def _slab() -> np.ndarray:
    memory = np.empty(_SLAB + _HUGE_PAGE, np.uint8)
    start = -memory.ctypes.data % _HUGE_PAGE
    return memory[start : start + _SLAB]
