"""The chunks of a PNG (ISO/IEC 15948, 5.3), walked without decoding a pixel."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # a pixel, by colour type
# First column and row of each pass, and how far apart its columns and rows are.
_ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


def metadata_follow_pixels(stream: BinaryIO) -> bool:
    """Whether a PNG has chunks other than IEND behind its picture; the stream's position is kept."""
    before = stream.tell()
    stream.seek(8)
    pixels, kind = False, b""
    while len(head := stream.read(8)) == 8 and (kind := head[4:]) != b"IEND":
        if pixels and kind != b"IDAT":
            break
        pixels = kind == b"IDAT"
        stream.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)
    stream.seek(before)
    return pixels and kind != b"IEND"


def bad_checksum(content: bytes) -> bool:
    """Whether the CRC of any whole chunk is not that of its bytes."""
    return any(
        zlib.crc32(content[start - 4 : end]) != int.from_bytes(content[end : end + 4], "big")
        for _, start, end in _chunks(content)
    )


def cut(content: bytes) -> bool:
    """Whether the file ends before its IEND, or what stands between two chunks is no chunk."""
    return not any(kind == b"IEND" for kind, _, _ in _chunks(content))


def without_animation(content: bytes) -> bytes:
    """The file without the chunks of an animation (APNG): the picture that every reader shows."""
    chunks = list(_chunks(content))
    if not any(kind in _ANIMATION for kind, _, _ in chunks):
        return content
    kept = (content[start - 8 : end + 4] for kind, start, end in chunks if kind not in _ANIMATION)
    return SIGNATURE + b"".join(kept)


def lacks_pixels(content: bytes) -> bool:
    """Whether the data unpack to fewer bytes than the picture has; at a row's end no decoder says so."""
    wanted = _bytes_of_pixels(content)
    unpacker, found = zlib.decompressobj(), 0
    for kind, start, end in _chunks(content):
        if kind == b"IDAT" and found < wanted:
            found += len(unpacker.decompress(content[start:end], wanted - found))
    return found < wanted


def _bytes_of_pixels(content: bytes) -> int:
    """Bytes of all rows with their filter bytes, of all passes where the picture is interlaced (8.2)."""
    header = next((start for kind, start, _ in _chunks(content) if kind == b"IHDR"), 0)
    columns, rows, bits, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", content, header)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = ((-(-(columns - x) // dx), -(-(rows - y) // dy)) for x, y, dx, dy in passes)
    return sum(
        down * (1 + -(-across * bits * _SAMPLES[colour] // 8))
        for across, down in sizes
        if across > 0 and down > 0
    )


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of the data of each whole chunk, up to the first that is none."""
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        kind, start = content[at + 4 : at + 8], at + 8
        end = start + int.from_bytes(content[at : at + 4], "big")
        if end + 4 > len(content) or not kind.isalpha():
            return
        yield kind, start, end
        at = end + 4
