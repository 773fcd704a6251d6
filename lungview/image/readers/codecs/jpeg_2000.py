"""JPEG 2000 and High-Throughput JPEG 2000 (ITU-T T.800, T.814), by OpenJPEG."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import imagecodecs

from lungview.image.readers.codecs.codestream import (
    CodestreamError,
    Decoded,
    FrameHeader,
    Wanted,
    check,
    shaped,
)

_JP2 = b"\x00\x00\x00\x0cjP  "
_START = b"\xff\x4f\xff\x51"  # SOC, then SIZ (T.800 A.4.1, A.5.1)
_TILE_PART, _END = b"\xff\x90", b"\xff\xd9"  # SOT (A.4.2), EOC (A.4.4)
_CODING, _HIGH_THROUGHPUT = b"\xff\x52", b"\xff\x50"  # COD (A.6.1), CAP (A.5.2; T.814)
_IRREVERSIBLE = 0  # the 9-7 wavelet, the last byte of COD but for precincts
# Each tile costs the decoder kilobytes before a pixel is decoded.
MOST_TILES = 4096


def frame_header(codestream: bytes) -> FrameHeader:
    """Size, samples and precision of the SIZ marker segment (T.800 A.5.1). Raises CodestreamError."""
    at = _siz(codestream)
    if len(codestream) < at + 39:
        raise CodestreamError("the JPEG 2000 codestream is cut in its SIZ segment")
    x1, y1, x0, y0, tile_x, tile_y, tile_x0, tile_y0, samples = struct.unpack(
        ">8LH", codestream[at + 4 : at + 38]
    )
    if not (x1 > x0 and y1 > y0 and tile_x and tile_y and samples):
        raise CodestreamError(
            f"the JPEG 2000 codestream says {y1 - y0} × {x1 - x0} pixels; expected at least 1 × 1"
        )
    tiles = -(-(x1 - tile_x0) // tile_x) * -(-(y1 - tile_y0) // tile_y)
    if not 0 < tiles <= MOST_TILES:
        raise CodestreamError(f"the JPEG 2000 codestream has {tiles} tiles; expected 1 to {MOST_TILES}")
    signed, precision = codestream[at + 38] >> 7, (codestream[at + 38] & 0x7F) + 1
    return FrameHeader(y1 - y0, x1 - x0, samples, precision, bool(signed))


def _siz(codestream: bytes) -> int:
    """Where the SIZ segment's length field is."""
    start = 0 if not codestream.startswith(_JP2) else codestream.find(_START)
    if start < 0 or codestream[start : start + 4] != _START:
        raise CodestreamError(
            f"the JPEG 2000 begins with {codestream[:4].hex() or 'nothing'}, expected ff4fff51"
        )
    return start + 4


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame; the multiple component transform is undone: YBR_ICT and YBR_RCT come as RGB."""
    header = frame_header(codestream)
    check(header, wanted, len(codestream))
    unended = _without_its_end_alone(codestream)
    try:
        pixels = imagecodecs.jpeg2k_decode(unended + _END if unended else codestream)
    except Exception as error:
        raise CodestreamError(f"the JPEG 2000 codestream does not decode: {error}") from error
    found = ("the JPEG 2000 has no end marker; its pixels are complete",) if unended else ()
    return Decoded(
        shaped(pixels, wanted), header.precision, own_signs=True, lossy=lossy(codestream), warnings=found
    )


def lossy(codestream: bytes) -> str:
    """By which method a frame lost something: the 9-7 wavelet always does; of the 5-3 one nobody can tell."""
    segments = dict(_segments(codestream[_siz(codestream) - 4 :]))
    if segments.get(_CODING, b"")[9:10] != bytes([_IRREVERSIBLE]):
        return ""
    return "HTJ2K" if _HIGH_THROUGHPUT in segments else "JPEG 2000"


def _segments(codestream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Marker and content of each segment of the main header."""
    at = 2
    while (marker := codestream[at : at + 2]) != _TILE_PART:
        length = int.from_bytes(codestream[at + 2 : at + 4], "big")
        if length < 2:
            return
        yield marker, codestream[at + 4 : at + 2 + length]
        at += 2 + length


def _without_its_end_alone(codestream: bytes) -> bytes:
    """A bare codestream that ends where its last tile-part does, by the lengths that these say; else b""."""
    if not codestream.startswith(_START):
        return b""
    at = 2
    while codestream[at : at + 2] != _TILE_PART:  # the segments of the main header
        length = int.from_bytes(codestream[at + 2 : at + 4], "big")
        if length < 2:
            return b""
        at += 2 + length
    while codestream[at : at + 2] == _TILE_PART:
        length = int.from_bytes(codestream[at + 6 : at + 10], "big")
        if length < 12:  # 0: up to the end marker, wherever that is
            return b""
        at += length
    return codestream[:at] if codestream[at:] in (b"", b"\0") else b""  # 0: padding to an even length
