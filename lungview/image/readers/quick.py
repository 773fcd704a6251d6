"""The data set of an ordinary DICOM file, several times faster than by a general parser.

Only how elements are found and converted differs: what they mean is decided by the same functions as for any
other file. What is not ordinary here raises `Unusual` and is left to the general parser, which also has the
words for what is wrong with it.
"""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import cast

from pydicom.charset import python_encoding
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from lungview.image.readers.container import PIXEL_KEYWORDS, UNDEFINED, Container, PixelElement
from lungview.image.readers.source import Source

_STARTS = (
    1 << 14,
    1 << 19,
)  # bytes looked at: enough for most files, then for those with large private elements
_LONG_VRS = frozenset(
    (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UR", b"UT", b"UN", b"SV", b"UV")
)
_ASCII_VRS = frozenset((b"CS", b"DA", b"DS", b"IS", b"TM", b"UI"))
_TEXT_VRS = frozenset((b"LO", b"SH", b"PN"))
_CHARACTER_SET, _OVERLAYS = 0x00080005, range(0x60000000, 0x60200000)
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_DEEPEST = 8
_explicit_head = struct.Struct("<HH2sH").unpack_from
_implicit_head = struct.Struct("<HHL").unpack_from
_long_length = struct.Struct("<L").unpack_from
_unsigned = struct.Struct("<H").unpack
_signed = struct.Struct("<h").unpack


class Unusual(BaseException):
    """Something the general parser should look at.

    Not an Exception: the functions that read elements take whatever a broken value raises for "no value".
    """


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
    dataset = cast(Dataset, _Elements(data, walk.found, syntax))
    return Container(dataset, syntax, source.stream, pixels, ())


def _meta(data: bytes) -> tuple[UID, int]:
    """The transfer syntax, and where the data set begins (PS3.10 7.1)."""
    if data[128:132] != b"DICM" or data[:2] == b"MZ" or data[:4] == b"\x7fELF":
        raise Unusual
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
        raise Unusual
    return uid, position


class _Walk:
    """Goes over the elements of a little-endian data set and notes each: tag to (VR, start, end)."""

    def __init__(self, data: bytes, explicit: bool) -> None:
        self.found: dict[int, tuple[bytes, int, int]] = {}
        self._data = data
        self._explicit = explicit

    def to_pixels(self, position: int, size: int) -> PixelElement:
        """Walk up to the pixel data. size: of the whole file."""
        while True:
            position = self._after_short_ones(position) if self._explicit else position
            tag, vr, length, start = self._head(position)
            if tag in PIXEL_KEYWORDS:
                known = None if length == UNDEFINED else length
                return PixelElement(PIXEL_KEYWORDS[tag], vr.decode("ascii"), start, known, size - start)
            if not 0x00080000 <= tag <= 0x7FE00010 or tag in _OVERLAYS:
                raise Unusual
            if length == UNDEFINED:
                position = self._after_sequence(vr, start, 0)
                self.found[tag] = b"SQ", start, position
            else:
                position = start + length
                self.found[tag] = vr, start, position

    def _after_short_ones(self, position: int) -> int:
        """Note the elements with a short length field, which most have; where the first other one is."""
        data, found = self._data, self.found
        while True:
            group, element, vr, length = _explicit_head(data, position)
            if vr in _LONG_VRS or not 8 <= group < 0x6000:
                return position
            end = position + 8 + length
            found[(group << 16) | element] = vr, position + 8, end
            position = end

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

    def _after_sequence(self, vr: bytes, position: int, depth: int) -> int:
        """Where the data set goes on behind a sequence of undefined length (PS3.5 7.5)."""
        if vr == b"UN" or depth > _DEEPEST:
            raise Unusual
        while True:
            group, element, length = _implicit_head(self._data, position)
            item, position = (group << 16) | element, position + 8
            if item == _SEQUENCE_END:
                return position
            if item != _ITEM:
                raise Unusual
            position = self._after_item(position, depth) if length == UNDEFINED else position + length

    def _after_item(self, position: int, depth: int) -> int:
        while True:
            group, element, _ = _implicit_head(self._data, position)
            if (group << 16) | element == _ITEM_END:
                return position + 8
            _, vr, length, start = self._head(position)
            undefined = length == UNDEFINED
            position = self._after_sequence(vr, start, depth + 1) if undefined else start + length


class _Elements:
    """As much of pydicom's Dataset as the functions that read elements use."""

    def __init__(self, data: bytes, found: dict[int, tuple[bytes, int, int]], syntax: UID) -> None:
        self.file_meta = SimpleNamespace(TransferSyntaxUID=syntax)
        self.is_little_endian = True
        self.original_encoding = (syntax == ImplicitVRLittleEndian, True)
        self._data = data
        self._found = found
        self._encoding = self._first_encoding()

    def get(self, keyword: str) -> object:
        tag = tag_for_keyword(keyword)
        return self._value(*self._found[tag], keyword) if tag in self._found else None

    def get_item(self, keyword: str) -> SimpleNamespace:
        """The element as written: its value is bytes. KeyError when absent."""
        _, start, end = self._found[tag_for_keyword(keyword) or 0]
        return SimpleNamespace(value=self._bytes(start, end))

    def __contains__(self, key: str | tuple[int, int]) -> bool:
        tag = tag_for_keyword(key) if isinstance(key, str) else (key[0] << 16) | key[1]
        return tag in self._found

    def __getitem__(self, key: object) -> object:
        if key in self:  # type: ignore[operator]
            raise Unusual  # asked for only where a value is not as it should be
        raise KeyError(key)

    def _first_encoding(self) -> str:
        """Python's name of the first Specific Character Set (0008,0005)."""
        _, start, end = self._found.get(_CHARACTER_SET, (b"CS", 0, 0))
        first = self._bytes(start, end).split(b"\\")[0].strip(b"\0 ").decode("ascii")
        if first not in python_encoding:
            raise Unusual
        return python_encoding[first]

    def _bytes(self, start: int, end: int) -> bytes:
        if end > len(self._data):
            raise Unusual
        return self._data[start:end]

    def _value(self, vr: bytes, start: int, end: int, keyword: str) -> object:
        data = self._bytes(start, end)
        vr = vr or dictionary_VR(keyword).encode()
        if vr in _ASCII_VRS:
            return _texts(data, "ascii")
        if vr in _TEXT_VRS and b"\x1b" not in data and not (vr == b"PN" and b"=" in data):
            return _texts(data, self._encoding)
        if len(data) == 2 and vr in (b"US", b"SS"):
            return (_unsigned(data) if vr == b"US" else _signed(data))[0]
        raise Unusual


def _texts(data: bytes, encoding: str) -> str | list[str]:
    """One text, or the list of several."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unusual from None
    if "\\" in text:
        return [part.rstrip("\0 ") for part in text.split("\\")]
    return text.rstrip("\0 ")
