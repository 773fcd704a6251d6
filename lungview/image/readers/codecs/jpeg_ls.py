"""JPEG-LS, lossless and near-lossless (ITU-T T.87), by CharLS."""

from __future__ import annotations

import imagecodecs

from lungview.image.readers.codecs import jpeg
from lungview.image.readers.codecs.codestream import CodestreamError, Decoded, Wanted, check, shaped
from lungview.image.readers.codecs.guard import within

# CharLS 2.4.3 counts a bit counter through 2**32 values at the end of some damaged scans, then refuses them:
# four to ten seconds, found by mutation. A whole frame takes 15 ns a pixel.
LEAST_SECONDS, SECONDS_A_PIXEL = 3.0, 1e-6


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame; samples are interleaved whatever the codestream's interleave mode."""
    header = jpeg.frame_header(codestream)
    check(header, wanted, len(codestream))
    jpeg.refuse_cut(codestream)
    limit = LEAST_SECONDS + SECONDS_A_PIXEL * wanted.rows * wanted.columns * wanted.samples
    try:
        pixels = within(limit, lambda: imagecodecs.jpegls_decode(codestream))
    except Exception as error:
        raise CodestreamError(f"the JPEG-LS does not decode: {error}") from error
    return Decoded(shaped(pixels, wanted), bits=header.precision)  # it knows no signs
