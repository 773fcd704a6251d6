"""Whether the scans of a JPEG are whole (ITU-T T.81): libjpeg fills what lacks with grey and says nothing."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lungview.image.readers.codecs.codestream import CodestreamError

# What may follow a scan that is cut: its pixels then differ, as none of a whole scan do.
CONTINUED = (b"\x00" * 64, b"\xaa" * 64, b"\x55" * 64)
COARSE = "the JPEG lacks scans that refine it; it is coarser than it was"
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff([\xd0-\xd7])")
_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
LOSSLESS = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
_SOS, _EOI, _DRI = 0xDA, 0xD9, 0xDD
_FLAT = 8  # rows without a structure at the end of a lossless picture, from which it may be cut


@dataclass(slots=True)
class Scans:
    """What the walk over a codestream found.

    factors: sampling of each component by its name. left: bits that each coefficient of a component still
    lacks, 64 a component, absent where no scan has it. end: of the last scan's coded bytes.
    """

    marker: int = 0
    rows: int = 0
    columns: int = 0
    factors: dict[int, tuple[int, int]] = field(default_factory=dict)
    left: dict[int, dict[int, int]] = field(default_factory=dict)
    interval: int = 0
    end: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Whether a progressive picture lacks scans."""
        coarse = self.marker in PROGRESSIVE and any(
            len(of) < 64 or any(of.values()) for of in (self.left.get(name, {}) for name in self.factors)
        )
        return (COARSE,) if coarse else ()


def walk(codestream: bytes) -> Scans:
    """The scans of a codestream. Raises CodestreamError where restart markers are not those that it says."""
    found, at = Scans(), 2
    while (at := codestream.find(b"\xff", at)) >= 0 and at + 4 <= len(codestream):
        marker = codestream[at + 1]
        if marker == _EOI:
            break
        if marker in (0, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        content = codestream[at + 4 : at + 2 + int.from_bytes(codestream[at + 2 : at + 4], "big")]
        at += 4 + len(content)
        if marker in _SOF and len(content) >= 6:
            found.marker = marker
            found.rows, found.columns = struct.unpack(">HH", content[1:5])
            found.factors = {content[i]: divmod(content[i + 1], 16) for i in range(6, len(content) - 2, 3)}
        elif marker == _DRI:
            found.interval = int.from_bytes(content[:2], "big")
        elif marker == _SOS and content:
            at = found.end = _scan(found, content, codestream, at)
    return found


def _scan(found: Scans, content: bytes, codestream: bytes, start: int) -> int:
    """Note one scan and look at its restart markers; where it ends."""
    after = _SCAN_END.search(codestream, start)
    end = after.start() if after else len(codestream)
    names = [content[1 + 2 * i] for i in range(content[0]) if 2 + 2 * i < len(content)]
    first, last, bits = content[-3], content[-2], content[-1] & 15
    for name in names:
        found.left.setdefault(name, {}).update(dict.fromkeys(range(first, min(last, 63) + 1), bits))
    if found.interval:
        expected = -(-_units(found, names) // found.interval) - 1
        numbers = [each[1][0] - 0xD0 for each in _RESTART.finditer(codestream, start, end)]
        # Some writers put one behind the last interval, too.
        if len(numbers) not in (expected, expected + 1) or numbers != [i % 8 for i in range(len(numbers))]:
            raise CodestreamError(
                f"the JPEG has {len(numbers)} of {expected} restart markers of a scan, or in another order"
            )
    return end


def _units(found: Scans, names: list[int]) -> int:
    """How many minimum coded units a scan of these components has (A.2)."""
    side = 1 if found.marker in LOSSLESS else 8
    across = max((h for h, _ in found.factors.values()), default=1) or 1
    down = max((v for _, v in found.factors.values()), default=1) or 1
    if len(names) == 1:
        h, v = found.factors.get(names[0], (1, 1))
        columns, rows = -(-found.columns * h // across), -(-found.rows * v // down)
        return -(-columns // side) * -(-rows // side)
    return -(-found.columns // (side * across)) * -(-found.rows // (side * down))


def refuse_cut(
    codestream: bytes, pixels: np.ndarray, decode: Callable[[bytes], np.ndarray]
) -> tuple[str, ...]:
    """Raise CodestreamError where scans lack a part; warnings where they lack but fineness.

    pixels: of the codestream, turned or not. `decode` is asked only where they end as cut ones do.
    """
    found = walk(codestream)
    if found.end and found.marker not in PROGRESSIVE and _ends_empty(pixels, found.marker in LOSSLESS):
        once = decode(codestream)
        for more in CONTINUED:
            if not np.array_equal(once, decode(codestream[: found.end] + more + codestream[found.end :])):
                raise CodestreamError("the JPEG's scan is cut: a part of the picture is missing")
    return found.warnings


def _ends_empty(pixels: np.ndarray, lossless: bool) -> bool:
    """Whether the last pixels are those with which libjpeg fills: mid-grey, or rows without a structure."""
    if lossless:
        tail = pixels[-_FLAT:]
        return bool((tail == tail[:, :1]).all() or (tail == tail[-1:]).all())
    grey = [128] if pixels.dtype.itemsize == 1 else [1 << bits for bits in range(8, 12)]
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]].reshape(4, -1)
    return bool((np.isin(corners, grey) & (corners == corners[:, :1])).all(axis=1).any())
