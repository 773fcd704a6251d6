"""RLE Lossless (PS3.5 annex G)."""

from __future__ import annotations

import itertools
import struct

import imagecodecs
import numpy as np

from lungview.image.readers.codecs.codestream import CodestreamError, Decoded, Wanted

HEADER = 64
# Two bytes of a segment become at most 128.
MOST_RATIO = 64


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame, samples interleaved."""
    if wanted.bits_allocated % 8:
        raise CodestreamError(f"RLE with BitsAllocated {wanted.bits_allocated}; expected 8, 16 or 32")
    _check_segments(codestream, wanted)
    dtype = np.dtype(f"<u{wanted.bits_allocated // 8}")
    try:
        content = imagecodecs.dicomrle_decode(codestream, dtype)
    except Exception as error:
        raise CodestreamError(f"the RLE does not decode: {error}") from error
    needed = wanted.rows * wanted.columns * wanted.samples * dtype.itemsize
    if len(content) < needed:
        raise CodestreamError(f"the RLE segments unpack to {len(content):,} bytes, expected {needed:,}")
    planes = np.frombuffer(content, dtype, needed // dtype.itemsize)
    planes = planes.reshape(wanted.samples, wanted.rows, wanted.columns)
    pixels = planes[0] if wanted.samples == 1 else np.moveaxis(planes, 0, -1)
    return Decoded(np.ascontiguousarray(pixels))


def _check_segments(codestream: bytes, wanted: Wanted) -> None:
    """Refuse a header whose segments are not the data set's or lie outside the codestream (G.5)."""
    if len(codestream) < HEADER:
        raise CodestreamError(
            f"the RLE frame has {len(codestream)} bytes; expected a header of {HEADER} and segments"
        )
    count, *offsets = struct.unpack("<16L", codestream[:HEADER])
    expected = wanted.samples * wanted.bits_allocated // 8
    if count != expected:
        raise CodestreamError(f"the RLE frame has {count} segments, expected {expected}")
    used = [*offsets[:count], len(codestream)]
    if used[0] != HEADER or any(a > b for a, b in itertools.pairwise(used)):
        raise CodestreamError("the RLE segment offsets are not ascending inside the frame")
    needed = wanted.rows * wanted.columns * expected
    if needed > MOST_RATIO * len(codestream):
        raise CodestreamError(f"{len(codestream):,} RLE bytes cannot hold the {needed:,} of a frame")
