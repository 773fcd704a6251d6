"""The data set of an ordinary DICOM file, several times faster than by a general parser.

Only how elements are found and converted differs: what they mean is decided by the same functions as for any
other file. What is not ordinary here raises `Unusual` and is left to the general parser, which also has the
words for what is wrong with it.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import cast

from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from lungview.image.readers.data_set.big_endian import UNDEFINED
from lungview.image.readers.data_set.container import PIXEL_KEYWORDS, Container, PixelElement
from lungview.image.readers.data_set.elements import Elements, Found, Unusual, little
from lungview.image.readers.frames.overlays import GROUPS
from lungview.image.readers.source import Source

_STARTS = (
    1 << 14,
    1 << 19,
)  # bytes looked at: enough for most files, then for those with large private elements
_LONG_VRS = frozenset(
    int.from_bytes(vr, "little")
    for vr in (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UR", b"UT", b"UN", b"SV", b"UV")
)
_UN = int.from_bytes(b"UN", "little")
_TRANSFER_SYNTAX = little(0x00020010)
_PIXELS = {little(tag): keyword for tag, keyword in PIXEL_KEYWORDS.items()}
_OVERLAY_ROWS = tuple(little(group << 16 | 0x0010) for group in GROUPS)
_ITEM, _ITEM_END, _SEQUENCE_END = little(0xFFFEE000), little(0xFFFEE00D), little(0xFFFEE0DD)
_DEEPEST = 8
# Tag, VR, length, as one number each; in implicit VR tag and length.
_explicit_head = struct.Struct("<LHH").unpack_from
_implicit_head = struct.Struct("<LL").unpack_from
_long_length = struct.Struct("<L").unpack_from


def quick_container(source: Source) -> Container | None:
    """The Container of an ordinary file, None where the general parser is needed.

    Its data set raises Unusual when it is asked for an element that is not ordinary.
    """
    for count in _STARTS:
        start = source.start(count)
        try:
            return _container(start, source)
        except (struct.error, IndexError):
            if len(start) < count:
                return None  # the file ends before its pixel data
        except (Unusual, ValueError):
            return None
    return None


def _container(data: bytes, source: Source) -> Container:
    syntax, position = _meta(data)
    walk = _Walk(data, syntax != ImplicitVRLittleEndian)
    pixels = walk.to_pixels(position, source.size)
    dataset = cast(Dataset, Elements(walk.found, syntax))
    return Container(dataset, syntax, source.stream, pixels, ())


def _meta(data: bytes) -> tuple[UID, int]:
    """The transfer syntax, and where the data set begins (PS3.10 7.1)."""
    if data[128:132] != b"DICM" or data[:2] == b"MZ" or data[:4] == b"\x7fELF":
        raise Unusual
    position, syntax = 132, b""
    while True:
        tag, vr, length = _explicit_head(data, position)
        if tag & 0xFFFF != 2:
            break
        start = position + 8
        if vr in _LONG_VRS:
            length, start = _long_length(data, position + 8)[0], position + 12
        if tag == _TRANSFER_SYNTAX:
            if syntax:
                raise Unusual  # a second one, which is no part of the meta information
            syntax = data[start : start + length]
        position = start + length
    return _uid(syntax), position


@lru_cache(maxsize=64)
def _uid(written: bytes) -> UID:
    uid = UID(written.rstrip(b"\0 ").decode("ascii"))
    if not uid or uid in (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian):
        raise Unusual
    return uid


class _Walk:
    """Goes over the elements of a little-endian data set and notes each."""

    def __init__(self, data: bytes, explicit: bool) -> None:
        self.found: Found = {}
        self._count = 0
        self._data = data
        self._explicit = explicit

    def to_pixels(self, position: int, size: int) -> PixelElement:
        """Walk up to the pixel data. size: of the whole file."""
        skip = self._after_short_ones if self._explicit else self._after_known_ones
        while True:
            position = skip(position)
            tag, vr, length, start = self._head(position)
            if tag in _PIXELS:
                break
            self._count += 1
            group = tag & 0xFFFF
            if not 8 <= group < 0x7FE0 or group in GROUPS:
                raise Unusual
            if length == UNDEFINED:
                position = self._after_sequence(vr, start, 0)
                self.found[tag] = b""
            else:
                position = start + length
                self.found[tag] = vr.to_bytes(2, "little") + self._data[start - 2 : position]
        if len(self.found) != self._count:
            raise Unusual  # an element stands twice
        if not self.found.keys().isdisjoint(_OVERLAY_ROWS):
            raise Unusual  # an overlay plane in the unused bits of the pixels
        if vr and vr not in _LONG_VRS:
            raise Unusual
        name = vr.to_bytes(2, "little").decode("ascii").strip("\0")
        return PixelElement(_PIXELS[tag], name, start, None if length == UNDEFINED else length, size - start)

    def _after_short_ones(self, position: int) -> int:
        """Note the elements with a short length field, which most have; where the first other one is."""
        data, found, count = self._data, self.found, self._count
        while True:
            tag, vr, length = _explicit_head(data, position)
            if vr in _LONG_VRS:
                self._count = count
                return position
            count += 1
            end = position + 8 + length
            found[tag] = data[position + 4 : end]
            position = end

    def _after_known_ones(self, position: int) -> int:
        """Note the elements of implicit VR up to a sequence of undefined length or the pixel data."""
        data, found, count = self._data, self.found, self._count
        while True:
            tag, length = _implicit_head(data, position)
            if length == UNDEFINED or not 8 <= tag & 0xFFFF < 0x6000:
                self._count = count
                return position
            count += 1
            end = position + 8 + length
            found[tag] = data[position + 4 : end]
            position = end

    def _head(self, position: int) -> tuple[int, int, int, int]:
        """Tag, VR (0 when implicit), length and start of the element at a position."""
        data = self._data
        if not self._explicit:
            tag, length = _implicit_head(data, position)
            return tag, 0, length, position + 8
        tag, vr, length = _explicit_head(data, position)
        if vr in _LONG_VRS:
            return tag, vr, _long_length(data, position + 8)[0], position + 12
        return tag, vr, length, position + 8

    def _after_sequence(self, vr: int, position: int, depth: int) -> int:
        """Where the data set goes on behind a sequence of undefined length (PS3.5 7.5)."""
        if vr == _UN or depth > _DEEPEST:
            raise Unusual
        while True:
            item, length = _implicit_head(self._data, position)
            position += 8
            if item == _SEQUENCE_END:
                return position
            if item != _ITEM:
                raise Unusual
            position = self._after_item(position, depth) if length == UNDEFINED else position + length

    def _after_item(self, position: int, depth: int) -> int:
        while True:
            tag, _ = _implicit_head(self._data, position)
            if tag == _ITEM_END:
                return position + 8
            _, vr, length, start = self._head(position)
            undefined = length == UNDEFINED
            position = self._after_sequence(vr, start, depth + 1) if undefined else start + length
