"""The chunks of a PNG (ISO/IEC 15948, 5.3), walked without decoding a pixel."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"


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
