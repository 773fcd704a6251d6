"""JPEG-LS, lossless and near-lossless (ITU-T T.87), by CharLS."""

from __future__ import annotations

import imagecodecs

from lungview.image.readers.codecs import jpeg
from lungview.image.readers.codecs.codestream import CodestreamError, Decoded, Wanted, check, shaped


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame; samples are interleaved whatever the codestream's interleave mode."""
    check(jpeg.frame_header(codestream), wanted, len(codestream))
    try:
        pixels = imagecodecs.jpegls_decode(codestream)
    except Exception as error:
        raise CodestreamError(f"the JPEG-LS does not decode: {error}") from error
    return Decoded(shaped(pixels, wanted))
