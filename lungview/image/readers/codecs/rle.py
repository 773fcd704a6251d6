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
    segments = _segments(codestream, wanted)
    pixels = np.empty((wanted.rows * wanted.columns, wanted.samples), f"<u{wanted.bits_allocated // 8}")
    planes = pixels.view(np.uint8).reshape(len(pixels), wanted.samples, -1)
    # Sample by sample, the most significant byte first (G.2), which is the last in memory.
    places = [(sample, byte) for sample in range(wanted.samples) for byte in reversed(range(planes.shape[2]))]
    for (sample, byte), segment in zip(places, segments, strict=True):
        planes[:, sample, byte] = _unpacked(segment, len(pixels))
    shape = (
        (wanted.rows, wanted.columns, wanted.samples) if wanted.samples > 1 else (wanted.rows, wanted.columns)
    )
    return Decoded(pixels.reshape(shape))


def _unpacked(segment: bytes, needed: int) -> np.ndarray:
    """One byte plane (G.3.2). Each by itself: what one has too much is not what another lacks."""
    try:
        content = imagecodecs.packbits_decode(segment)
    except Exception as error:
        raise CodestreamError(f"the RLE does not decode: {error}") from error
    if len(content) < needed:
        raise CodestreamError(f"an RLE segment unpacks to {len(content):,} bytes, expected {needed:,}")
    return np.frombuffer(content, np.uint8, needed)


def _segments(codestream: bytes, wanted: Wanted) -> list[bytes]:
    """The segments; refused when they are not the data set's or lie outside the codestream (G.5)."""
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
    return [codestream[start:end] for start, end in itertools.pairwise(used)]
