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
_TRAILING = "bytes follow the RLE runs of a segment; they are left out"


def decode(codestream: bytes, wanted: Wanted) -> Decoded:
    """One frame, samples interleaved."""
    if wanted.bits_allocated % 8:
        raise CodestreamError(f"RLE with BitsAllocated {wanted.bits_allocated}; expected 8, 16 or 32")
    expected = wanted.samples * wanted.bits_allocated // 8
    segments = _segments(codestream, expected, wanted.rows * wanted.columns)
    pixels = np.empty((wanted.rows * wanted.columns, wanted.samples), f"<u{wanted.bits_allocated // 8}")
    planes = pixels.view(np.uint8).reshape(len(pixels), wanted.samples, -1)
    # Sample by sample, the most significant byte first (G.2), which is the last in memory.
    places = [(sample, byte) for sample in range(wanted.samples) for byte in reversed(range(planes.shape[2]))]
    trailing = False
    for (sample, byte), segment in zip(places, segments, strict=True):
        planes[:, sample, byte], more = _unpacked(segment, len(pixels))
        trailing = trailing or more
    shape = (
        (wanted.rows, wanted.columns, wanted.samples) if wanted.samples > 1 else (wanted.rows, wanted.columns)
    )
    return Decoded(pixels.reshape(shape), warnings=(_TRAILING,) if trailing else ())


def bits(codestream: bytes, needed: int) -> tuple[bytes, tuple[str, ...]]:
    """The bytes that hold the pixels of a frame of single bits: one segment, packed as native ones are."""
    (segment,) = _segments(codestream, 1, needed)
    plane, trailing = _unpacked(segment, needed)
    return plane.tobytes(), (_TRAILING,) if trailing else ()


def _unpacked(segment: bytes, needed: int) -> tuple[np.ndarray, bool]:
    """One byte plane (G.3.2), and whether bytes that are no run follow it.

    Each by itself: what one has too much is not what another lacks.
    """
    trailing = False
    try:
        content = imagecodecs.packbits_decode(segment)
    except Exception as error:
        end = _end_of(segment, needed)
        if end is None:
            raise CodestreamError(f"the RLE does not decode: {error}") from error
        content, trailing = imagecodecs.packbits_decode(segment[:end]), True
    if len(content) < needed:
        raise CodestreamError(f"an RLE segment unpacks to {len(content):,} bytes, expected {needed:,}")
    return np.frombuffer(content, np.uint8, needed), trailing


def _end_of(segment: bytes, needed: int) -> int | None:
    """Behind the run with which so many bytes are reached, None when they are not."""
    at = made = 0
    while made < needed and at < len(segment):
        control = segment[at]
        run = 257 - control if control > 128 else control + 1
        made += 0 if control == 128 else run
        at += 1 if control == 128 else 2 if control > 128 else 1 + run
    return at if made >= needed and at <= len(segment) else None


def _segments(codestream: bytes, expected: int, each: int) -> list[bytes]:
    """The segments; refused when they are not the data set's or lie outside the codestream (G.5).

    each: bytes that a segment has to unpack to.
    """
    if len(codestream) < HEADER:
        raise CodestreamError(
            f"the RLE frame has {len(codestream)} bytes; expected a header of {HEADER} and segments"
        )
    count, *offsets = struct.unpack("<16L", codestream[:HEADER])
    if count != expected:
        raise CodestreamError(f"the RLE frame has {count} segments, expected {expected}")
    used = [*offsets[:count], len(codestream)]
    if used[0] < HEADER or any(a > b for a, b in itertools.pairwise(used)):
        raise CodestreamError("the RLE segment offsets are not ascending inside the frame")
    needed = each * expected
    if needed > MOST_RATIO * len(codestream):
        raise CodestreamError(f"{len(codestream):,} RLE bytes cannot hold the {needed:,} of a frame")
    return [codestream[start:end] for start, end in itertools.pairwise(used)]
