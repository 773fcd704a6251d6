"""The transfer syntax of a data set: what the file says, unless its first element says that it cannot be."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

_HIGHEST_FIRST = 0x0400  # a first group above is one read in the wrong byte order: 0008 is 0800 then


def settled(said: str, stream: BinaryIO) -> tuple[UID, tuple[str, ...]]:
    """The syntax of the data set at the stream's position, and a warning where it is not the one said."""
    guess = _looks_like(stream)
    if not said:
        return guess, (f"no transfer syntax in the file; taken for {guess.name}",)
    syntax = UID(said)
    if {syntax, guess} == {ExplicitVRLittleEndian, ExplicitVRBigEndian}:
        return guess, (f"the file says {syntax.name}, its data set is {guess.name}; it is read as such",)
    return syntax, ()


def encoding(syntax: UID) -> tuple[bool, bool]:
    """Whether implicit VR, whether little endian; PS3.5 A.4: encapsulated ones are explicit little endian."""
    return syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian


def other_vr(said_implicit: bool, is_implicit: bool) -> tuple[str, ...]:
    """A warning where a data set has the other kind of VR than its transfer syntax says."""
    if said_implicit == is_implicit:
        return ()
    said, found = ("implicit", "explicit") if said_implicit else ("explicit", "implicit")
    return (f"the file says {said} VR, its data set has {found} VR; it is read as such",)


def _looks_like(stream: BinaryIO) -> UID:
    start = stream.read(6)
    stream.seek(-len(start), io.SEEK_CUR)
    if len(start) < 6 or not (start[4:6].isalpha() and start[4:6].isupper()):
        return ImplicitVRLittleEndian
    (group,) = struct.unpack("<H", start[:2])
    return ExplicitVRBigEndian if group >= _HIGHEST_FIRST else ExplicitVRLittleEndian
