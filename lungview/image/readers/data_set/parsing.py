"""What pydicom's parser needs help with: a byte order of its own for each value, what stands twice."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import _at_pixel_data, read_dataset
from pydicom.tag import BaseTag

from lungview.image.readers.data_set.big_endian import turned
from lungview.image.readers.libraries import every_element

MOST_ELEMENT = 1 << 27  # bytes; a longer value before the pixel data is stepped over
_LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")
_SYNTAX = (0x0002, 0x0010)
_LOOKED_AT = 6  # bytes from the VR of a head to its end, at most; two elements are further apart


def read_elements(
    stream: BinaryIO, implicit: bool, little: bool, tags: list[int] | None
) -> tuple[Dataset, tuple[str, ...]]:
    """The data set from the stream's position to its pixel data, where the stream then is; and warnings.

    Its values are little endian whatever the stream is. tags: those wanted, None for all. Of an element that
    stands twice the first counts (see `libraries`).
    """
    wanted: list[BaseTag | int] | None = [BaseTag(t) for t in tags] if tags else None
    elements = stream if little else turned(stream)
    start, met = elements.tell(), _Met(elements)
    dataset = read_dataset(
        elements,
        implicit,
        is_little_endian=True,
        stop_when=met.stops,
        defer_size=MOST_ELEMENT,
        specific_tags=wanted,
    )
    if not met.again:
        return dataset, ()
    end = elements.tell()
    elements.seek(start)
    is_implicit = bool(dataset.original_encoding[0])
    every = every_element(elements, is_implicit, True, _at_pixel_data, MOST_ELEMENT, "iso8859", wanted)
    found = _said_otherwise(dataset, met.again, every)
    elements.seek(end)
    return dataset, found


def _said_otherwise(
    dataset: Dataset, again: set[BaseTag], every: Iterator[RawDataElement | DataElement]
) -> tuple[str, ...]:
    """Warnings of those that stand more than once and say something else than the first, which is used."""
    others = {
        BaseTag(element.tag): ""
        for element in every
        if element.tag in again and element.value != dataset.get_item(element.tag).value
    }
    return tuple(
        f"{keyword_for_tag(tag) or tag} stands more than once, with different values; the first is used"
        for tag in others
    )


class _Met:
    """The elements that a parser comes to. again: those that it came to more than once."""

    def __init__(self, stream: BinaryIO) -> None:
        self.again: set[BaseTag] = set()
        self._stream = stream
        self._at: dict[BaseTag, int] = {}

    def stops(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        """Called with the stream behind an element's head; the first one's is also looked at beforehand."""
        here = self._stream.tell()
        if here - self._at.setdefault(tag, here) > _LOOKED_AT:
            self.again.add(tag)
        return _at_pixel_data(tag, vr, length)


def named_syntaxes(stream: BinaryIO, start: int, end: int) -> tuple[str, ...]:
    """Every Transfer Syntax UID between two positions of explicit VR little endian elements, in turn.

    The stream is at `end` afterwards.
    """
    stream.seek(start)
    content = stream.read(end - start)
    stream.seek(end)
    named, at = [], 0
    while at + 8 <= len(content):
        group, element, vr, length = struct.unpack_from("<HH2sH", content, at)
        at += 8
        if vr in _LONG and at + 4 <= len(content):
            (length,) = struct.unpack_from("<L", content, at)
            at += 4
        if (group, element) == _SYNTAX:
            named.append(content[at : at + length].decode("ascii", "replace").strip("\0 "))
        at += length
    return tuple(named)
