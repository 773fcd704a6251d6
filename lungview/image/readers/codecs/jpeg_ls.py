"""JPEG-LS, lossless and near-lossless (ITU-T T.87), by CharLS."""

from __future__ import annotations

import imagecodecs

from lungview.image.readers.codecs import jpeg
from lungview.image.readers.codecs.codestream import CodestreamError, Decoded, Wanted, check, shaped
from lungview.image.readers.codecs.guard import within

# CharLS 2.4.3 counts a bit counter through 2**32 values at the end of some damaged scans, then refuses them:
# four to ten seconds, found by mutation. A whole frame takes 15 ns a pixel.
LEAST_SECONDS, SECONDS_A_PIXEL = 3.0, 1e-6


def near(codestream: bytes) -> int:
    """How far a value may be off: NEAR of the first scan (T.87 C.2.3), 0 where it is lossless."""
    at = codestream.find(b"\xff\xda")
    head = codestream[at : at + 6 + 2 * 4] if at >= 0 else b""
    place = 5 + 2 * head[4] if len(head) > 4 else len(head)
    return head[place] if place < len(head) else 0


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame; samples are interleaved whatever the codestream's interleave mode."""
    header = jpeg.frame_header(codestream)
    check(header, wanted, len(codestream))
    whole = jpeg.ends(codestream)
    ended = codestream if whole else codestream + jpeg.END  # CharLS refuses a scan that is not complete
    limit = LEAST_SECONDS + SECONDS_A_PIXEL * wanted.rows * wanted.columns * wanted.samples
    try:
        pixels = within(limit, lambda: imagecodecs.jpegls_decode(ended))
    except Exception as error:
        if not whole:
            raise CodestreamError("the codestream has no end marker; it is cut") from error
        raise CodestreamError(f"the JPEG-LS does not decode: {error}") from error
    found = () if whole else ("the JPEG-LS has no end marker; its pixels are complete",)
    lossy = "JPEG-LS" if near(codestream) else ""
    return Decoded(shaped(pixels, wanted), header.precision, lossy=lossy, warnings=found)
