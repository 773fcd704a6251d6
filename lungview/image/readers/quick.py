"""The header of an ordinary DICOM file, several times faster than by a general parser.

Only how elements are found and converted differs: what they mean is decided by the same functions as for any
other file. Whatever is not ordinary here is left to the general parser, which also has the words for what is
wrong with it.
"""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import cast

from pydicom.charset import python_encoding
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from lungview.image.readers.container import PIXEL_KEYWORDS, UNDEFINED, Container, PixelElement
from lungview.image.readers.header import TAGS, Header, dicom_header
from lungview.image.readers.module import frame_count, image_pixel
from lungview.image.readers.source import Source

_STARTS = (
    1 << 14,
    1 << 19,
)  # bytes looked at: enough for most files, then for those with large private elements
_KEYWORDS = {tag: keyword_for_tag(tag) for tag in TAGS}
_IMPLICIT_VRS = {tag: dictionary_VR(tag).encode() for tag in TAGS}
_LONG_VRS = frozenset(
    (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UR", b"UT", b"UN", b"SV", b"UV")
)
_ASCII_VRS = frozenset((b"CS", b"DA", b"DS", b"IS", b"TM", b"UI"))
_TEXT_VRS = frozenset((b"LO", b"SH", b"PN"))
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_DEEPEST = 8
_explicit_head = struct.Struct("<HH2sH").unpack_from
_implicit_head = struct.Struct("<HHL").unpack_from
_long_length = struct.Struct("<L").unpack_from
_unsigned = struct.Struct("<H").unpack


class _Unusual(Exception):
    """Something the general parser should look at."""


def quick_header(source: Source) -> Header | None:
    """The Header of an ordinary single-frame file, or None where the general parser is needed."""
    for count in _STARTS:
        start = source.start(count)
        try:
            return _header(start, source)
        except (struct.error, IndexError):
            if len(start) < count:
                return None  # the file ends before its pixel data
        except Exception:
            return None
    return None


def _header(data: bytes, source: Source) -> Header:
    syntax, position = _meta(data)
    walk = _Walk(data, syntax != ImplicitVRLittleEndian)
    pixels = walk.to_pixels(position, source.size)
    dataset = cast(Dataset, _Elements(walk.found, syntax))
    container = Container(dataset, syntax, source.stream, pixels, ())
    frames, warnings = frame_count(image_pixel(container, source), container, source)
    if warnings:
        raise _Unusual
    return dicom_header(dataset, source.path, source.member, frames)


def _meta(data: bytes) -> tuple[UID, int]:
    """The transfer syntax, and where the data set begins (PS3.10 7.1)."""
    if data[128:132] != b"DICM" or data[:2] == b"MZ" or data[:4] == b"\x7fELF":
        raise _Unusual
    position, syntax = 132, b""
    while True:
        group, element, vr, length = _explicit_head(data, position)
        if group != 2:
            break
        start = position + 8
        if vr in _LONG_VRS:
            length, start = _long_length(data, position + 8)[0], position + 12
        if element == 0x10:
            syntax = data[start : start + length]
        position = start + length
    uid = UID(syntax.rstrip(b"\0 ").decode("ascii"))
    if not uid or uid in (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian):
        raise _Unusual
    return uid, position


class _Walk:
    """Goes over the elements of a little-endian data set and keeps the wanted ones: tag to (VR, bytes)."""

    def __init__(self, data: bytes, explicit: bool) -> None:
        self.found: dict[int, tuple[bytes, bytes]] = {}
        self._data = data
        self._explicit = explicit

    def to_pixels(self, position: int, size: int) -> PixelElement:
        """Walk up to the pixel data. size: of the whole file."""
        while True:
            tag, vr, length, start = self._head(position)
            if tag in PIXEL_KEYWORDS:
                known = None if length == UNDEFINED else length
                return PixelElement(PIXEL_KEYWORDS[tag], vr.decode("ascii"), start, known, size - start)
            if tag < 0x00080000 or tag > 0x7FE00010:
                raise _Unusual
            if length == UNDEFINED:
                position = self._after_sequence(tag, vr, start, 0)
                continue
            position = start + length
            if tag in _KEYWORDS:
                self._keep(tag, vr, start, position)

    def _keep(self, tag: int, vr: bytes, start: int, end: int) -> None:
        if end > len(self._data):
            raise IndexError
        self.found[tag] = vr or _IMPLICIT_VRS[tag], self._data[start:end]

    def _head(self, position: int) -> tuple[int, bytes, int, int]:
        """Tag, VR (b"" when implicit), length and start of the element at a position."""
        data = self._data
        if not self._explicit:
            group, element, length = _implicit_head(data, position)
            return (group << 16) | element, b"", length, position + 8
        group, element, vr, length = _explicit_head(data, position)
        if vr in _LONG_VRS:
            return (group << 16) | element, vr, _long_length(data, position + 8)[0], position + 12
        return (group << 16) | element, vr, length, position + 8

    def _after_sequence(self, tag: int, vr: bytes, position: int, depth: int) -> int:
        """Where the data set goes on behind a sequence of undefined length (PS3.5 7.5)."""
        if tag in _KEYWORDS or vr == b"UN" or depth > _DEEPEST:
            raise _Unusual
        while True:
            group, element, length = _implicit_head(self._data, position)
            item, position = (group << 16) | element, position + 8
            if item == _SEQUENCE_END:
                return position
            if item != _ITEM:
                raise _Unusual
            position = self._after_item(position, depth) if length == UNDEFINED else position + length

    def _after_item(self, position: int, depth: int) -> int:
        while True:
            group, element, _ = _implicit_head(self._data, position)
            if (group << 16) | element == _ITEM_END:
                return position + 8
            _, vr, length, start = self._head(position)
            # Inside a sequence a tag is not the data set's own, so none is wanted.
            undefined = length == UNDEFINED
            position = self._after_sequence(0, vr, start, depth + 1) if undefined else start + length


class _Elements:
    """As much of pydicom's Dataset as the header functions use."""

    def __init__(self, found: dict[int, tuple[bytes, bytes]], syntax: UID) -> None:
        self.file_meta = SimpleNamespace(TransferSyntaxUID=syntax)
        encoding = _encoding(found)
        self._values = {_KEYWORDS[tag]: _value(vr, data, encoding) for tag, (vr, data) in found.items()}

    def get(self, keyword: str) -> object:
        return self._values.get(keyword)

    def __contains__(self, keyword: str) -> bool:
        return keyword in self._values

    def __getitem__(self, keyword: str) -> object:
        raise _Unusual  # asked for only where a value is not as it should be


def _encoding(found: dict[int, tuple[bytes, bytes]]) -> str:
    """Python's name of the first Specific Character Set (0008,0005)."""
    _, data = found.get(0x00080005, (b"CS", b""))
    first = data.split(b"\\")[0].strip(b"\0 ").decode("ascii")
    return python_encoding[first]


def _value(vr: bytes, data: bytes, encoding: str) -> object:
    if vr == b"US" and len(data) == 2:
        return _unsigned(data)[0]
    if vr in _ASCII_VRS:
        text = data.decode("ascii")
    elif vr in _TEXT_VRS:
        if b"\x1b" in data or (vr == b"PN" and b"=" in data):
            raise _Unusual
        text = data.decode(encoding)
    else:
        raise _Unusual
    if "\\" in text:
        return [part.rstrip("\0 ") for part in text.split("\\")]
    return text.rstrip("\0 ")
