"""A big-endian data set (PS3.5 A.3, retired) turned round: all that reads values knows one byte order."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np
from pydicom.filereader import read_sequence

UNDEFINED = 0xFFFFFFFF
_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
# Bytes of one number; the values of other VRs have no order. What is in UN is little endian (PS3.5 6.2.2).
_NUMBER = {
    **dict.fromkeys((b"AT", b"OW", b"SS", b"US"), 2),
    **dict.fromkeys((b"FL", b"OF", b"OL", b"SL", b"UL"), 4),
    **dict.fromkeys((b"FD", b"OD", b"OV", b"SV", b"UV"), 8),
}
_DELIMITERS, _ITEM = 0xFFFE, 0xE000  # the group of items and of what ends them
_PIXELS = ((0x7FE0, 0x0008), (0x7FE0, 0x0009), (0x7FE0, 0x0010))


def turned(stream: BinaryIO) -> io.BytesIO:
    """The elements from the stream's position to its pixel data, in explicit VR little endian.

    The stream is at its pixel data afterwards, else at its end. Raises struct.error, ValueError, OSError
    where it holds no elements.
    """
    turner = _Turner(stream)
    while turner.step():
        pass
    turner.out.seek(0)
    return turner.out


class _Turner:
    """Goes over a stream's elements, those in sequences in line with the others; lengths stay as they are."""

    def __init__(self, stream: BinaryIO) -> None:
        self.out = io.BytesIO()
        self._stream = stream
        self._ends: list[
            int | None
        ] = []  # of what is around: sequences, items; None for those with delimiters

    def step(self) -> bool:
        """Turn one element or delimiter; False at the pixel data and at the stream's end."""
        while self._ends and (end := self._ends[-1]) is not None and self._stream.tell() >= end:
            self._ends.pop()
        head = self._stream.read(8)
        if len(head) < 8:
            return False
        group, element, vr, length = struct.unpack(">HH2sH", head)
        if (group, element) in _PIXELS and not self._ends:
            self._stream.seek(-8, io.SEEK_CUR)
            return False
        if group == _DELIMITERS:
            self._delimiter(element, *struct.unpack(">L", head[4:]))
        elif vr in _LONG:
            self._long(struct.pack("<HH", group, element), vr, *struct.unpack(">L", self._stream.read(4)))
        elif vr.isalpha() and vr.isupper():
            self.out.write(struct.pack("<HH2sH", group, element, vr, length))
            self._copy(vr, length)
        else:
            raise ValueError("an element of a big-endian data set has no VR")
        return True

    def _delimiter(self, element: int, length: int) -> None:
        self.out.write(struct.pack("<HHL", _DELIMITERS, element, length))
        if element == _ITEM:
            self._enter(length)
        elif self._ends:
            self._ends.pop()

    def _enter(self, length: int) -> None:
        self._ends.append(None if length == UNDEFINED else self._stream.tell() + length)

    def _long(self, tag: bytes, vr: bytes, length: int) -> None:
        little = vr == b"UN" and length == UNDEFINED and self._holds_little_endian_items()
        if vr == b"UN" and length == UNDEFINED and not little:
            vr = b"SQ"  # its writer left out to make it implicit little endian, as UN has to be
        self.out.write(tag + struct.pack("<2s2xL", vr, length))
        if little:
            self._copy_sequence()
        elif vr == b"SQ":
            self._enter(length)
        elif length == UNDEFINED:
            raise ValueError("an element that is no sequence has no length")
        else:
            self._copy(vr, length)

    def _holds_little_endian_items(self) -> bool:
        start = self._stream.read(2)
        self._stream.seek(-len(start), io.SEEK_CUR)
        return start == b"\xfe\xff"

    def _copy_sequence(self) -> None:
        start = self._stream.tell()
        read_sequence(self._stream, True, True, UNDEFINED, "iso8859")
        length = self._stream.tell() - start
        self._stream.seek(start)
        self.out.write(self._stream.read(length))

    def _copy(self, vr: bytes, length: int) -> None:
        value = self._stream.read(length)
        size = _NUMBER.get(vr, 1)
        whole = len(value) // size * size
        self.out.write(
            np.frombuffer(value[:whole], f">u{size}").astype(f"<u{size}").tobytes() + value[whole:]
        )
