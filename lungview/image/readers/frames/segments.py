"""Segmented palette tables (PS3.3 C.7.9.2): discrete, linear, indirect segments, expanded within bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DISCRETE, LINEAR, INDIRECT = 0, 1, 2


class SegmentError(ValueError):
    """A segmented table that does not expand to the entries its descriptor says."""


def expand(words: Sequence[int], entries: int, word_bytes: int) -> np.ndarray:
    """(entries,) uint16 of a segmented table.

    words: its 8-bit or 16-bit words. word_bytes: 1 or 2, in which an indirect segment's offset is counted.
    Raises SegmentError.
    """
    out: list[int] = []
    at = 0
    while len(out) < entries:
        at = _segment(words, at, out, entries, word_bytes)
    if len(out) != entries:
        raise SegmentError(f"a segmented colour table expands to more than its {entries} entries")
    return np.asarray(out, np.uint16)


def _segment(words: Sequence[int], at: int, out: list[int], entries: int, word_bytes: int) -> int:
    """Append one segment; returns where the next begins."""
    if at + 2 > len(words):
        raise SegmentError(f"a segmented colour table expands to {len(out)} of {entries} entries")
    kind, length = words[at], words[at + 1]
    if kind != INDIRECT:
        return _plain(words, at, out)
    if word_bytes == 2:
        offset, after = (words[at + 2] | words[at + 3] << 16) // 2, at + 4
    else:
        offset, after = int.from_bytes(bytes(words[at + 2 : at + 6]), "little"), at + 6
    for _ in range(length):
        if offset + 2 > len(words) or len(out) > entries:
            raise SegmentError("an indirect segment of a colour table points outside of it")
        offset = _plain(words, offset, out)
    return after


def _plain(words: Sequence[int], at: int, out: list[int]) -> int:
    """Append a discrete or linear segment; an indirect one must not point to another (C.7.9.2.3)."""
    kind, length = words[at], words[at + 1]
    if kind == DISCRETE:
        out.extend(words[at + 2 : at + 2 + length])
        return at + 2 + length
    if kind != LINEAR or not out or at + 2 >= len(words):
        raise SegmentError(f"a segment of a colour table is of kind {kind}; expected 0, or 1 after another")
    start, end = out[-1], words[at + 2]
    # C.7.9.2.2: equal steps from the last value, which is not repeated, to the end value
    out.extend(round(start + (end - start) * (i + 1) / length) for i in range(length))
    return at + 3
