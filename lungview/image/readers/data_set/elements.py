"""Elements: the data set of an ordinary file as the bytes it was written with, converted when asked for.

The files of a series say nearly the same; `alike` makes what such elements mean once for all of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import TypeVar, cast

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.uid import UID, ImplicitVRLittleEndian

from lungview.image.readers.data_set.character_set import decoded, encodings
from lungview.image.readers.source import Source

_ASCII_VRS = frozenset((b"AS", b"CS", b"DA", b"DS", b"DT", b"IS", b"TM", b"UI"))
_TEXT_VRS = frozenset((b"LO", b"SH", b"PN"))
_CHARACTER_SET = 0x00050008
_MOST_MADE = 256  # results kept: a few for each series that is being read
_unsigned = struct.Struct("<H").unpack
_signed = struct.Struct("<h").unpack
_double = struct.Struct("<d").unpack
_NUMBERS = {b"US": "H", b"SS": "h", b"UL": "L", b"SL": "l", b"FL": "f", b"FD": "d"}
_SHORT_VRS = frozenset((*_ASCII_VRS, *_TEXT_VRS, *_NUMBERS, b"AE", b"AT", b"LT", b"ST"))
_item_head = struct.Struct("<LL").unpack_from
_element_head = struct.Struct("<L2sH").unpack_from

# A tag as a little-endian number reads its four bytes: element, then group.
Found = dict[int, bytes | None]


class Unusual(BaseException):
    """Something the general parser should look at.

    Not an Exception: the functions that read elements take whatever a broken value raises for "no value".
    """


def little(tag: int) -> int:
    """A tag as `Found` has it: 0x00280010 is 0x00100028."""
    return (tag & 0xFFFF) << 16 | tag >> 16


_ITEM = little(0xFFFEE000)


@lru_cache(maxsize=1024)
def key_of(keyword: str) -> int:
    """The tag of a keyword as `Found` has it."""
    return little(tag_for_keyword(keyword) or 0)


class Elements:
    """As much of pydicom's Dataset as the functions that read elements use.

    found: the elements, each as two bytes VR (anything in implicit VR), two bytes of no use here, its value;
    b"" for a sequence that was stepped over.
    """

    def __init__(self, found: Found, syntax: UID, encoding: str | None = None) -> None:
        self.file_meta = SimpleNamespace(TransferSyntaxUID=syntax)
        self.is_little_endian = True
        self.original_encoding = (syntax == ImplicitVRLittleEndian, True)
        self._found = found
        self._encoding = encoding or _encoding((found.get(_CHARACTER_SET) or b"")[4:])

    def get(self, keyword: str) -> object:
        item = self._item(key_of(keyword))
        return None if item is None else self._value(item, keyword)

    def get_item(self, keyword: str) -> SimpleNamespace:
        """The element as written: its value is bytes. KeyError when absent."""
        item = self._item(key_of(keyword))
        if item is None:
            raise KeyError(keyword)
        if not item:
            raise Unusual
        return SimpleNamespace(VR=self._vr(item, keyword).decode("ascii"), value=item[4:])

    def __contains__(self, key: str | tuple[int, int]) -> bool:
        return self._item(key_of(key) if isinstance(key, str) else key[1] << 16 | key[0]) is not None

    def __getitem__(self, key: object) -> object:
        if key in self:  # type: ignore[operator]
            raise Unusual  # asked for only where a value is not as it should be
        raise KeyError(key)

    def ascii(self, keys: tuple[int, ...]) -> list[str]:
        """What some elements of digits and points say, "" where absent: quicker than to `get` each."""
        get = self._found.get
        return [item[4:].decode("ascii", "ignore").strip("\0 ") if (item := get(k)) else "" for k in keys]

    def letters(self, keyword: str) -> tuple[str, ...] | None:
        """The values of an element of digits and points (DS, IS, …), () when absent; None of another VR."""
        item = self._item(key_of(keyword))
        if item is None:
            return ()
        if self._vr(item, keyword) not in _ASCII_VRS:
            return None
        text = item[4:].decode("ascii").strip("\0 ")
        return tuple(text.split("\\")) if text else ()

    def likeness(self, keys: tuple[int, ...]) -> tuple[Hashable, ...]:
        """What two data sets share that are alike in some elements."""
        return self.file_meta.TransferSyntaxUID, self._encoding, *map(self._found.get, keys)

    def part(self, keys: tuple[int, ...]) -> Elements:
        """Those elements alone."""
        found = {key: self._found.get(key) for key in keys}
        return _Part(found, self.file_meta.TransferSyntaxUID, self._encoding)

    def _item(self, key: int) -> bytes | None:
        return self._found.get(key)

    def _vr(self, item: bytes, keyword: str) -> bytes:
        return dictionary_VR(keyword).encode() if item and self.original_encoding[0] else item[:2]

    def _value(self, item: bytes, keyword: str) -> object:
        vr, data = self._vr(item, keyword), item[4:]
        if vr in _ASCII_VRS:
            return _texts(data, "ascii")
        if vr in _TEXT_VRS and b"\x1b" not in data and not (vr == b"PN" and b"=" in data):
            return _texts(data, self._encoding, "PN" if vr == b"PN" else "LO")
        if len(data) == 2 and vr in (b"US", b"SS"):
            return (_unsigned(data) if vr == b"US" else _signed(data))[0]
        if len(data) == 8 and vr == b"FD":
            return _double(data)[0]
        raise Unusual


class _Part(Elements):
    """Some elements of a data set: what was not named beforehand may differ in the files that are alike."""

    def _item(self, key: int) -> bytes | None:
        if key not in self._found and key & 0xFFE1 != 0x6000:  # an ordinary file has no overlays
            raise Unusual
        return self._found.get(key)


class Item:
    """An item of a sequence as its bytes, of a data set that pydicom parsed: it takes many times as long.

    found: as of Elements, of explicit VR. What is not as simple is asked of pydicom's item, made by `whole`.
    """

    def __init__(self, found: Found, whole: Callable[[], Dataset]) -> None:
        self._found = found
        self._whole = whole

    def get(self, keyword: str) -> object:
        item = self._found.get(key_of(keyword))
        if item is None:
            return None
        vr, data = item[:2], item[4:]
        if vr in _ASCII_VRS and data.isascii():
            return _texts(data, "ascii") or None
        code = _NUMBERS.get(vr)
        if code is None or not data or len(data) % struct.calcsize(code):
            return self._whole().get(keyword)
        values = [value for (value,) in struct.iter_unpack(f"<{code}", data)]
        return values[0] if len(values) == 1 else values

    def get_item(self, keyword: str) -> SimpleNamespace:
        """The element as written: its value is bytes. KeyError when absent."""
        item = self._found.get(key_of(keyword))
        if item is None:
            raise KeyError(keyword)
        return SimpleNamespace(VR=item[:2].decode("ascii"), value=item[4:])

    def __contains__(self, keyword: str) -> bool:
        return key_of(keyword) in self._found

    def __len__(self) -> int:
        return len(self._found)


def item_of(dataset: Dataset, tag: BaseTag) -> Dataset | None:
    """The first item of a sequence of plain elements in explicit VR; None where pydicom has to look."""
    raw: object = dataset.get_item(tag)
    if not isinstance(raw, RawDataElement) or raw.VR != "SQ" or raw.is_implicit_VR or not raw.value:
        return None
    data: bytes = raw.value
    found: Found = {}
    try:
        tag_of_item, length = _item_head(data, 0)
        at, end = 8, 8 + length
        while at < end:
            key, vr, size = _element_head(data, at)
            if vr not in _SHORT_VRS:
                return None  # a sequence, a long value, a delimiter
            found.setdefault(key, data[at + 4 : at + 8 + size])  # of one that stands twice the first
            at += 8 + size
    except struct.error:
        return None
    whole = at == end <= len(data) and tag_of_item == _ITEM
    return cast(Dataset, Item(found, lambda: dataset[tag].value[0])) if whole else None


def as_ordinary(dataset: Dataset) -> Elements | None:
    """The data set of an ordinary file as what it is; None for pydicom's own."""
    found: object = dataset
    return found if isinstance(found, Elements) else None


Made = TypeVar("Made")

_made: dict[Hashable, object] = {}


class Likeness:
    """Elements, by their keywords, that make two files of a series alike for some purpose."""

    def __init__(self, *keywords: str) -> None:
        self.keywords = keywords
        self._keys = tuple(map(key_of, keywords))

    def of(self, make: Callable[..., Made], dataset: Dataset, source: Source, *args: Hashable) -> Made:
        """What `make(dataset, source, *args)` gives; made once for ordinary files alike in these elements.

        make: its result may depend on nothing else (source: only for what an error names) and is shared, so
        it may not be changed. Of an ordinary file it sees these elements alone; asking for another one is
        Unusual.
        """
        ordinary = as_ordinary(dataset)
        if ordinary is None:
            return make(dataset, source, *args)
        key = (make, args, ordinary.likeness(self._keys))
        made = _made.get(key, _made)
        if made is _made:
            made = make(cast(Dataset, ordinary.part(self._keys)), source, *args)
            if len(_made) >= _MOST_MADE:
                _made.clear()
            _made[key] = made
        return cast(Made, made)


@lru_cache(maxsize=16)
def _encoding(content: bytes) -> str:
    """Python's name of the first Specific Character Set (0008,0005)."""
    declared = encodings(content)
    if not declared:
        raise Unusual
    return declared[0]


def _texts(data: bytes, encoding: str, vr: str = "LO") -> str | list[str]:
    """One text, or the list of several."""
    text = data.decode("ascii") if data.isascii() else decoded(data, (encoding,), vr)
    if text is None:
        raise Unusual  # which set it is in is a guess
    if "\\" in text:
        return [part.rstrip("\0 ") for part in text.split("\\")]
    return text.rstrip("\0 ")
