"""Which fragments of encapsulated Pixel Data are which frame (PS3.5 A.4): counted, never believed.

An offset table is used only where fragments and how they begin leave a choice, and only when it fits them:
many are wrong.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from typing import BinaryIO

from lungview.image.readers.codecs.codestream import CodestreamError

_ITEM = b"\xfe\xff\x00\xe0"  # (FFFE,E000), little endian in every encapsulated syntax
_UNDEFINED = 0xFFFFFFFF
# Each costs some memory before anything is decoded; a whole-slide image has a hundred thousand.
MOST_FRAGMENTS = 1 << 21
# How a frame's codestream begins: JPEG and JPEG-LS, JPEG 2000 bare and in its file format.
_BEGINNINGS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP")
_RLE_HEADER = struct.Struct("<LL")


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item. tag: where it begins, from the first fragment on. start, length: of its value, in bytes."""

    tag: int
    start: int
    length: int


Frame = tuple[Fragment, ...]


def frames_of(
    stream: BinaryIO, start: int, frames: int, extended: bytes = b"", *, coded: bool = True, size: int = 0
) -> tuple[Frame, ...]:
    """The fragments of each frame that the pixel data holds, in the file's order.

    start: of the Pixel Data value in the stream. frames: as the data set says; a codestream more is a frame
    more, and where there are fewer, fewer come. extended: the Extended Offset Table's value, or b"".
    coded: frames are codestreams, known by how they begin. size: bytes of a frame that is none; 0: not known.
    Raises CodestreamError for more fragments than memory should hold.
    """
    basic, fragments = _items(stream, start)
    if len(fragments) == frames:
        return tuple((fragment,) for fragment in fragments)
    fragments = [fragment for fragment in fragments if fragment.length]  # an empty one begins no frame
    if len(fragments) == frames:
        return tuple((fragment,) for fragment in fragments)
    if coded:
        beginnings = {fragment.tag for fragment in fragments if _begins_frame(stream, fragment)}
    else:
        beginnings = _by_size(fragments, size)
    if frames > 1 and len(beginnings) != frames:
        for table in (_offsets(basic, "L"), _offsets(extended, "Q")):
            if len(table) == frames and _fits(table, fragments):
                return _cut_at(fragments, set(table))
    return _cut_at(fragments, beginnings)


def content(stream: BinaryIO, frame: Frame) -> bytes:
    """A frame's codestream. Raises CodestreamError when the file ends inside it."""
    parts = []
    for fragment in frame:
        stream.seek(fragment.start)
        part = stream.read(fragment.length)
        if len(part) < fragment.length:
            raise CodestreamError(
                f"the file ends after {len(part):,} of the {fragment.length:,} bytes of a fragment; it is cut"
            )
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _items(stream: BinaryIO, start: int) -> tuple[bytes, list[Fragment]]:
    """The Basic Offset Table's value and every fragment behind it, up to the delimiter or the file's end."""
    items: list[Fragment] = []
    at = first = start
    while True:
        stream.seek(at)
        head = stream.read(8)
        (length,) = struct.unpack("<L", head[4:]) if len(head) == 8 else (_UNDEFINED,)
        if head[:4] != _ITEM or length == _UNDEFINED:
            break
        items.append(Fragment(at - first, at + 8, length))
        at += 8 + length
        first = at if len(items) == 1 else first
        if len(items) > MOST_FRAGMENTS:
            raise CodestreamError(
                f"the pixel data has more than {MOST_FRAGMENTS:,} fragments; this is not read"
            )
    if not items:
        return b"", []
    stream.seek(items[0].start)
    return stream.read(min(items[0].length, 4 * MOST_FRAGMENTS)), items[1:]


def _by_size(fragments: list[Fragment], size: int) -> set[int]:
    """Where frames of so many bytes begin; where the size is not known, each fragment is one."""
    found: set[int] = set()
    held = size
    for fragment in fragments:
        if held >= size:
            found.add(fragment.tag)
            held = 0
        held += fragment.length
    return found


def _offsets(table: bytes, code: str) -> tuple[int, ...]:
    size = struct.calcsize(f"<{code}")
    count = len(table) // size
    return struct.unpack(f"<{count}{code}", table[: count * size])


def _fits(table: tuple[int, ...], fragments: list[Fragment]) -> bool:
    """Whether offsets ascend from 0 and each is where a fragment begins."""
    ascending = table[0] == 0 and all(a < b for a, b in itertools.pairwise(table))
    return ascending and {fragment.tag for fragment in fragments}.issuperset(table)


def _cut_at(fragments: list[Fragment], tags: set[int]) -> tuple[Frame, ...]:
    """The fragments cut into frames: one begins with the first fragment and at each of these tags."""
    frames: list[list[Fragment]] = []
    for fragment in fragments:
        if not frames or fragment.tag in tags:
            frames.append([])
        frames[-1].append(fragment)
    return tuple(map(tuple, frames))


def _begins_frame(stream: BinaryIO, fragment: Fragment) -> bool:
    stream.seek(fragment.start)
    start = stream.read(min(fragment.length, 8))
    if start.startswith(_BEGINNINGS):
        return True
    if len(start) < 8:
        return False
    segments, first = _RLE_HEADER.unpack(start)  # PS3.5 G.5: at most 15, the first behind the header
    return bool(1 <= segments <= 15 and first == 64)
