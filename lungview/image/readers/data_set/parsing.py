"""What pydicom's parser needs help with: a byte order of its own for each value, a second transfer syntax."""

from __future__ import annotations

import struct
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.filereader import _at_pixel_data, read_dataset
from pydicom.tag import BaseTag

from lungview.image.readers.data_set.big_endian import turned

MOST_ELEMENT = 1 << 27  # bytes; a longer value before the pixel data is stepped over
_LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")
_SYNTAX = (0x0002, 0x0010)


def read_elements(stream: BinaryIO, implicit: bool, little: bool, tags: list[int] | None) -> Dataset:
    """The data set from the stream's position to its pixel data, where the stream is afterwards.

    Its values are little endian whatever the stream is. tags: those wanted, None for all.
    """
    wanted: list[BaseTag | int] | None = [BaseTag(t) for t in tags] if tags else None
    return read_dataset(
        stream if little else turned(stream),
        implicit,
        is_little_endian=True,
        stop_when=_at_pixel_data,
        defer_size=MOST_ELEMENT,
        specific_tags=wanted,
    )


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
