"""What every codec here takes and gives, and the checks before it may allocate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# From here on a frame's codestream must be plausible in size: 2,000 : 1 is beyond any clinical compression.
SUSPECT_ABOVE = 64 << 20  # decoded bytes
MOST_RATIO = 2000


class CodestreamError(ValueError):
    """A frame does not decode; the message says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the data set says a frame holds. ybr: its colour is YCbCr, which pydicom turns into RGB."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    signed: bool = False
    ybr: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One frame out of its codec.

    pixels: (rows, columns[, samples]), C-contiguous; of a signed type where the codestream knows signs.
    precision: bits of a sample that the codestream says; 0 where it holds whole words (RLE).
    own_signs: the codestream knows whether it has signs, as JPEG 2000 does. cut_sign: a sign lies in the
    highest of the codestream's own bits, where those are fewer than BitsStored.
    colour: "RGB" or "YBR" where the codestream itself says it; "" where the data set's word counts.
    lossy: the method by which the codestream lost something, "" where it did not or does not tell.
    warnings: what was odd and did no harm, a sentence each.
    """

    pixels: np.ndarray
    precision: int = 0
    own_signs: bool = False
    cut_sign: bool = False
    colour: str = ""
    lossy: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What a codestream says of itself. precision: bits of a sample. signed: where a codestream knows."""

    rows: int
    columns: int
    samples: int
    precision: int
    signed: bool = False


def check(header: FrameHeader, wanted: Wanted, length: int) -> None:
    """Refuse a codestream whose size is not the data set's, before it is decoded. Raises CodestreamError."""
    found = (header.rows, header.columns, header.samples)
    expected = (wanted.rows, wanted.columns, wanted.samples)
    if found != expected:
        raise CodestreamError(
            f"the codestream holds {_size(found)} (rows × columns × samples), "
            f"the data set says {_size(expected)}"
        )
    if header.precision > wanted.bits_allocated:
        raise CodestreamError(
            f"the codestream holds {header.precision} bits a sample, BitsAllocated is {wanted.bits_allocated}"
        )
    decoded = header.rows * header.columns * header.samples * -(-header.precision // 8)
    if decoded > SUSPECT_ABOVE and decoded > MOST_RATIO * length:
        raise CodestreamError(
            f"{length:,} compressed bytes claim to hold {decoded:,}; expected at most {MOST_RATIO} : 1"
        )


def _size(size: tuple[int, int, int]) -> str:
    return " × ".join(str(n) for n in size)


def shaped(pixels: np.ndarray, wanted: Wanted) -> np.ndarray:
    """The decoded array in C order, of the shape that was wanted; else CodestreamError."""
    shape = (
        (wanted.rows, wanted.columns)
        if wanted.samples == 1
        else (wanted.rows, wanted.columns, wanted.samples)
    )
    if pixels.shape != shape:
        raise CodestreamError(f"the codec gave {pixels.shape}, expected {shape}")
    return np.ascontiguousarray(pixels)
