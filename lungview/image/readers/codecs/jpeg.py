"""JPEG: sequential, progressive and lossless, 2 to 16 bits (ITU-T T.81), by libjpeg-turbo 3."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import imagecodecs
import numpy as np

from lungview.image.readers.codecs import jpeg_scans
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
END = b"\xff\xd9"
NO_END = "the JPEG has no end marker; its pixels are complete"
_RGB_NAMES = (b"RGB", b"rgb")
_NOT_TRANSFORMED, _YCBCR = b"\0", b"\x01"  # what an Adobe segment says of colour (Adobe Technical Note 5116)
_SAYS_RGB = "the JPEG says that its colour is RGB, the data set says YCbCr; the JPEG is followed"
# A progressive file of more scans costs seconds for a few bytes each.
MOST_SCANS = 512


@dataclass(frozen=True, slots=True)
class Start:
    """What stands before the first scan. marker: of the frame header. names: of its components, a byte each.

    adobe: the Adobe segment's content, b"" without one. jfif: there is a JFIF segment.
    """

    frame: FrameHeader
    marker: int
    names: bytes
    adobe: bytes
    jfif: bool


def frame_header(codestream: bytes) -> FrameHeader:
    """Size, samples and precision of the first frame header (T.81 B.2.2). Raises CodestreamError."""
    return _start(codestream).frame


def frame_marker(codestream: bytes) -> int:
    """Second byte of the start-of-frame marker: C0 baseline, C1 extended, C2 progressive, C3 lossless …"""
    return _start(codestream).marker


def _start(codestream: bytes) -> Start:
    adobe, jfif = b"", False
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
            return Start(_frame_header(content), marker, content[6::3], adobe, jfif)
        if marker == 0xEE and content.startswith(b"Adobe"):
            adobe = content
        jfif = jfif or (marker == 0xE0 and content.startswith(b"JFIF"))
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


def ends(codestream: bytes) -> bool:
    """Whether an end marker follows the last scan: coded bytes never hold one (T.81 B.1.1.5, T.87 C.1)."""
    end = codestream.rfind(END)  # mostly the last bytes: a scan is looked for behind it only
    return codestream.find(b"\xff\xda", max(end, 0)) < 0


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame. Colour stays as it was coded; only what an Adobe segment alone calls YCbCr becomes RGB."""
    start = _start(codestream)
    check(start.frame, wanted, len(codestream))
    if codestream.count(b"\xff\xda") > MOST_SCANS:
        raise CodestreamError(f"the JPEG has more than {MOST_SCANS} scans; this is not decoded")
    colour = _colour(start, wanted)
    transformed = colour == "" and wanted.samples == 3 and start.adobe[11:12] == _YCBCR
    as_coded = wanted.samples == 3 and not transformed
    whole = ends(codestream)
    pixels = _decode(codestream, as_coded) if whole else _without_end(codestream, start, as_coded)
    odd = (_SAYS_RGB,) if colour == "RGB" and wanted.ybr else ()
    if whole:
        odd = (*odd, *oddities(codestream, pixels))
    return Decoded(
        shaped(pixels, wanted),
        start.frame.precision,
        cut_sign=True,
        colour="RGB" if transformed else colour,
        lossy="" if start.marker in jpeg_scans.LOSSLESS else "JPEG",
        warnings=odd if whole else (*odd, NO_END),
    )


def _colour(start: Start, wanted: Wanted) -> str:
    """The colour space by names of components, JFIF or Adobe, else YBR if wanted; "" where none is said."""
    if wanted.samples != 3:
        return ""
    adobe_rgb = start.adobe[11:12] == _NOT_TRANSFORMED and not start.jfif
    if start.names[:3] in _RGB_NAMES or adobe_rgb:
        return "RGB"
    return "YBR" if start.jfif or wanted.ybr else ""


def oddities(codestream: bytes, pixels: np.ndarray) -> tuple[str, ...]:
    """Warnings about the scans of a decoded picture. Raises CodestreamError where some are missing."""
    return jpeg_scans.refuse_cut(codestream, pixels, lambda more: _decode(more, as_coded=False))


def lacks_its_end_alone(codestream: bytes) -> bool:
    """Whether a JPEG has its whole scan and no end marker behind it."""
    if ends(codestream):
        return False
    try:
        _without_end(codestream, _start(codestream), as_coded=False)
    except CodestreamError:
        return False
    return True


def _without_end(codestream: bytes, start: Start, as_coded: bool) -> np.ndarray:
    """The pixels of a scan without an end marker, refused where it is cut: libjpeg fills the rest with grey.

    The pixels of a whole scan are the same whatever follows it.
    """
    if start.marker not in jpeg_scans.PROGRESSIVE:
        pixels = _decode(codestream + END, as_coded)
        if all(
            np.array_equal(pixels, _decode(codestream + more + END, as_coded))
            for more in jpeg_scans.CONTINUED
        ):
            return pixels
    raise CodestreamError("the codestream has no end marker; it is cut")


def _decode(codestream: bytes, as_coded: bool) -> np.ndarray:
    space = "YCBCR" if as_coded else None
    try:
        return imagecodecs.jpeg8_decode(codestream, colorspace=space, outcolorspace=space)
    except Exception as error:
        raise CodestreamError(f"the JPEG does not decode: {error}") from error
