"""Frames that lie in fragments as native pixel data does: bare, deflated, or single bits in runs."""

from __future__ import annotations

import zlib

from pydicom.uid import UID, RLELossless

from lungview.image.readers.codecs import rle
from lungview.image.readers.codecs.codestream import CodestreamError

ENCAPSULATED = UID("1.2.840.10008.1.2.1.98")
DEFLATED_FRAMES = UID("1.2.840.10008.1.2.8.1")
SYNTAXES = (ENCAPSULATED, DEFLATED_FRAMES)


def content(fragment: bytes, syntax: UID, needed: int) -> tuple[bytes, tuple[str, ...]]:
    """The native bytes of one frame, as many as are needed, and a warning where there are more.

    Raises CodestreamError where there are fewer, or where they do not unpack.
    """
    if syntax == RLELossless:
        return rle.bits(fragment, needed)
    found = _inflated(fragment, needed) if syntax == DEFLATED_FRAMES else fragment
    if len(found) < needed:
        raise CodestreamError(f"the frame holds {len(found):,} bytes, expected {needed:,}")
    behind = len(found) - needed
    if behind <= needed % 2:  # to an even length
        return found[:needed], ()
    return found[:needed], ("bytes follow the pixels of a frame; they are left out",)


def _inflated(packed: bytes, needed: int) -> bytes:
    """No more than is needed and two bytes: what follows is not looked at."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, needed + 2)
    except zlib.error as error:
        raise CodestreamError(f"the deflated frame does not unpack: {error}") from error
