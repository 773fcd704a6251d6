"""What compressed pixels carry beside the picture, comments and EXIF, blanked where it stands.

Lengths stay as they are, and so do offset tables; no decoder looks at what is blanked.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_ITEM = b"\xfe\xff\x00\xe0"
_JPEG, _JPEG_2000 = b"\xff\xd8\xff", b"\xff\x4f\xff\x51"
_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")  # none but these end a scan (T.81 B.1.1.2, T.87)
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
# What decoders read: JFIF, colour transforms of JPEG-LS, Adobe's colour; of each the beginning is enough.
_READ = {0xE0: (b"JFIF\0", 14), 0xE8: (b"mrfx", 5), 0xEE: (b"Adobe", 12)}
_TILE_PART, _DATA, _NOTE = 0x90, 0x93, 0x64  # SOT, SOD, COM (T.800 A.4, A.9.2)

Span = tuple[int, int]


def without_notes(pixels: bytes) -> bytes:
    """Encapsulated pixel data (PS3.5 A.4) without notes; any other as it is."""
    if not pixels.startswith(_ITEM):
        return pixels
    made = bytearray(pixels)
    for fragments in _codestreams(pixels):
        code = b"".join(pixels[start:end] for start, end in fragments)
        for start, end in _notes(code):
            for own, after in _in_file(fragments, start, end):
                made[own:after] = bytes(after - own)
    return bytes(made)


def _codestreams(pixels: bytes) -> Iterator[list[Span]]:
    """Where the fragments of each codestream lie; the first item is the offset table."""
    found: list[Span] = []
    at = 8 + int.from_bytes(pixels[4:8], "little")
    while pixels[at : at + 4] == _ITEM:
        start = at + 8
        at = start + int.from_bytes(pixels[at + 4 : start], "little")
        if found and pixels[start : start + 4].startswith((_JPEG, _JPEG_2000)):
            yield found
            found = []
        found.append((start, min(at, len(pixels))))
    if found:
        yield found


def _in_file(fragments: list[Span], start: int, end: int) -> Iterator[Span]:
    """The parts of a codestream's span as they lie in its fragments."""
    before = 0
    for own, after in fragments:
        low, high = max(start, before), min(end, before + after - own)
        if low < high:
            yield own + low - before, own + high - before
        before += after - own


def _notes(code: bytes) -> Iterator[Span]:
    if code.startswith(_JPEG):
        yield from _of_jpeg(code)
    elif code.startswith(_JPEG_2000):
        yield from _of_jpeg_2000(code)


def _of_jpeg(code: bytes) -> Iterator[Span]:
    at = 2
    while (found := _MARKER.search(code, at)) is not None:
        marker, start = code[found.end() - 1], found.end() + 2
        if marker == _END or len(code) < start:
            return
        end = min(start - 2 + max(int.from_bytes(code[start - 2 : start], "big"), 2), len(code))
        if marker == _COMMENT or marker in _APPLICATIONS:
            name, needed = _READ.get(marker, (b"", 0))
            kept = needed if name and code.startswith(name, start) else 0
            yield min(start + kept, end), end
        at = end


def _of_jpeg_2000(code: bytes) -> Iterator[Span]:
    """Notes of the main header and of those of tile-parts."""
    at, next_part = 2, 0
    while len(code) >= at + 4 and code[at] == 0xFF:
        marker = code[at + 1]
        if marker == _DATA:
            if next_part <= at:
                return
            at = next_part
            continue
        (length,) = struct.unpack_from(">H", code, at + 2)
        if length < 2:
            return
        if marker == _TILE_PART:
            next_part = at + int.from_bytes(code[at + 6 : at + 10], "big")
        if marker == _NOTE:
            yield min(at + 6, at + 2 + length), min(at + 2 + length, len(code))  # behind its kind
        at += 2 + length
