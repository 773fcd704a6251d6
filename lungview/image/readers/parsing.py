"""What pydicom's parser needs help with: sequences of unknown VR in big endian, a second transfer syntax."""

from __future__ import annotations

import struct
from typing import BinaryIO

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filereader import _at_pixel_data, read_dataset, read_sequence
from pydicom.tag import BaseTag

UNDEFINED = 0xFFFFFFFF
MOST_ELEMENT = 1 << 27  # bytes; a longer value before the pixel data is stepped over
_LITTLE = b"\xfe\xff"  # the group of an item or a delimiter
_LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")
_SYNTAX = (0x0002, 0x0010)


def read_elements(stream: BinaryIO, implicit: bool, little: bool, tags: list[int] | None) -> Dataset:
    """The data set from the stream's position to its pixel data. tags: those wanted, None for all."""
    wanted: list[BaseTag | int] | None = [BaseTag(t) for t in tags] if tags else None
    stop = _at_pixel_data if little else _at_pixels_or_unknown
    dataset = Dataset()
    while True:
        part = read_dataset(
            stream, implicit, little, stop_when=stop, defer_size=MOST_ELEMENT, specific_tags=wanted
        )
        part.update(dataset)
        dataset = part
        unknown = None if little else _unknown_sequence(stream)
        if unknown is None:
            return dataset
        if not tags or unknown.tag in tags:
            dataset[unknown.tag] = unknown


def _at_pixels_or_unknown(tag: BaseTag, vr: str | None, length: int) -> bool:
    return _at_pixel_data(tag, vr, length) or (vr == "UN" and length == UNDEFINED)


def _unknown_sequence(stream: BinaryIO) -> DataElement | None:
    """The sequence of VR UN at the stream's position, else None.

    Its items are implicit VR little endian whatever is around it (PS3.5 6.2.2 note 2).
    """
    start = stream.tell()
    head = stream.read(12)
    if len(head) == 12:
        group, element, vr, _, length = struct.unpack(">HH2sHL", head)
        if vr == b"UN" and length == UNDEFINED:
            plain = stream.read(2) == _LITTLE
            stream.seek(start + 12)
            items = read_sequence(stream, plain, plain, UNDEFINED, "iso8859")
            return DataElement(BaseTag(group << 16 | element), "SQ", items)
    stream.seek(start)
    return None


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
