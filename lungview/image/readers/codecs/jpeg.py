"""JPEG: baseline, extended 12-bit and lossless (ITU-T T.81), by libjpeg-turbo 3."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np

from lungview.image.readers.codecs.codestream import (
    CodestreamError,
    Decoded,
    FrameHeader,
    Wanted,
    check,
    shaped,
)

# Start-of-frame markers but DHT (C4), JPG (C8) and DAC (CC); F7 is JPEG-LS.
_SOF = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# A progressive file of more scans costs seconds for a few bytes each.
MOST_SCANS = 512


def frame_header(codestream: bytes) -> FrameHeader:
    """Size, samples and precision of the first frame header (T.81 B.2.2). Raises CodestreamError."""
    _, header = _segments(codestream)
    return header


def _segments(codestream: bytes) -> tuple[bytes, FrameHeader]:
    """The Adobe segment's content (b"" without one) and the frame header."""
    adobe = b""
    at = _after_start(codestream)
    while at + 4 <= len(codestream):
        if codestream[at] != 0xFF:
            raise CodestreamError(
                f"the JPEG has {codestream[at]:#04x} where a marker is expected, at byte {at}"
            )
        marker = codestream[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:  # fill bytes, B.1.1.2
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", codestream[at + 2 : at + 4])
        content = codestream[at + 4 : at + 2 + length]
        if marker in _SOF:
            return adobe, _frame_header(content)
        if marker == 0xEE and content.startswith(b"Adobe"):
            adobe = content
        at += 2 + max(length, 2)
    raise CodestreamError("the JPEG ends before its frame header; it is cut or no JPEG")


def _after_start(codestream: bytes) -> int:
    if codestream[:2] != b"\xff\xd8":
        raise CodestreamError(f"the JPEG begins with {codestream[:2].hex() or 'nothing'}, expected ffd8")
    return 2


def _frame_header(content: bytes) -> FrameHeader:
    if len(content) < 6:
        raise CodestreamError("the JPEG is cut in its frame header")
    precision, rows, columns, samples = struct.unpack(">BHHB", content[:6])
    return FrameHeader(rows, columns, samples, precision)


def refuse_cut(codestream: bytes) -> None:
    """Refuse a scan without an end marker: entropy-coded bytes never hold one (T.81 B.1.1.5, T.87 C.1)."""
    end = codestream.rfind(b"\xff\xd9")  # mostly the last bytes: a scan is looked for behind it only
    if codestream.find(b"\xff\xda", max(end, 0)) >= 0:
        raise CodestreamError("the codestream has no end marker; it is cut")


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame. Colour stays as it was coded; only what an Adobe segment alone calls YCbCr becomes RGB."""
    adobe, header = _segments(codestream)
    check(header, wanted, len(codestream))
    if codestream.count(b"\xff\xda") > MOST_SCANS:
        raise CodestreamError(f"the JPEG has more than {MOST_SCANS} scans; this is not decoded")
    refuse_cut(codestream)  # libjpeg would fill what is missing with grey
    transformed = wanted.samples == 3 and not wanted.ybr and len(adobe) >= 12 and adobe[11] == 1
    pixels = _decode(codestream, wanted.samples == 3 and not transformed)
    return Decoded(shaped(pixels, wanted), rgb=transformed)


def _decode(codestream: bytes, as_coded: bool) -> np.ndarray:
    space = "YCBCR" if as_coded else None
    try:
        return imagecodecs.jpeg8_decode(codestream, colorspace=space, outcolorspace=space)
    except Exception as error:
        raise CodestreamError(f"the JPEG does not decode: {error}") from error
