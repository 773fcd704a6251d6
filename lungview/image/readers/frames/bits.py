"""From words to stored values: where a value lies in its word (PS3.5 8.1.1), packed words, partial colour."""

from __future__ import annotations

import numpy as np

ROUNDED = "values beyond 16,777,216 are rounded to 24 bits"
_EXACT = 1 << 24  # integers up to here are themselves in float32


def values(words: np.ndarray, shift: int, bits: int, signed: bool) -> np.ndarray:
    """The values that lie in `bits` bits of each word from bit `shift` on, in the words' own size.

    words: whole numbers of any shape. signed: the highest of the bits is the sign. Where the words hold just
    that already, they are given back, seen as signed or unsigned.
    """
    size = 8 * words.dtype.itemsize
    typed = words.view(f"{'i' if signed else 'u'}{words.dtype.itemsize}")
    if shift == 0 and fit(typed, bits):
        return typed
    above = size - shift - bits
    return np.asarray((typed << above) >> (above + shift))


def fit(typed: np.ndarray, bits: int) -> bool:
    """Whether every value is one of so many bits, the sign of a signed type among them."""
    if bits >= 8 * typed.dtype.itemsize:
        return True
    signed = typed.dtype.kind == "i"
    limit = 1 << (bits - signed)
    return bool(typed.max() < limit and (not signed or typed.min() >= -limit))


def rounded(pixels: np.ndarray) -> tuple[str, ...]:
    """A warning where whole numbers are beyond those that float32, in which they are shown, has exactly."""
    if pixels.dtype.kind not in "iu" or pixels.dtype.itemsize < 4 or pixels.ndim > 2:
        return ()
    beyond = max(abs(int(pixels.min())), abs(int(pixels.max()))) > _EXACT
    return (ROUNDED,) if beyond else ()


def without_number(pixels: np.ndarray, whose: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Floats with NaN where a pixel has no value, which NaN and infinity say, and a warning of how many."""
    hollow = ~np.isfinite(pixels)
    if not hollow.any():
        return pixels, ()
    share = hollow.mean()
    said = f"{whose} holds no number (NaN or infinite) in {share:.2%} of its pixels; they have no value"
    return np.where(hollow, pixels.dtype.type(np.nan), pixels), (said,)


def unpacked(content: bytes, first: int, count: int, bits: int) -> np.ndarray:
    """(count,) uint16: numbers of `bits` bits that lie end to end, the lowest bit first (ACR-NEMA packing).

    first: the bit where the first one begins.
    """
    lead = first % 8
    raw = np.frombuffer(content, np.uint8, -(-(lead + count * bits) // 8), first // 8)
    flags = np.unpackbits(raw, bitorder="little", count=lead + count * bits)[lead:]
    whole = np.zeros((count, 16), np.uint8)
    whole[:, :bits] = flags.reshape(count, bits)
    packed = np.packbits(whole, axis=1, bitorder="little")
    return packed.view("<u2").reshape(count).astype(np.uint16)


def rgb_of_partial(ybr: np.ndarray) -> np.ndarray:
    """(…, 3) uint8 RGB of YBR_PARTIAL, in which black is 16 and white 235 (CCIR 601-2; retired in PS3.3)."""
    y = (ybr[..., 0].astype(np.float64) - 16) * 255 / 219
    blue, red = ((ybr[..., n].astype(np.float64) - 128) * 255 / 224 for n in (1, 2))
    rgb = np.stack([y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue], axis=-1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
