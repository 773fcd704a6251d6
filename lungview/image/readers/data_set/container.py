"""The DICOM file as a container: header data set, transfer syntax, where the pixel data begins (PS3.10)."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import (
    _read_command_set_elements,
    _read_file_meta_info,
    read_preamble,
)
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from lungview.errors import DamagedFile, LungViewError
from lungview.image.readers.data_set.big_endian import UNDEFINED
from lungview.image.readers.data_set.character_set import settle
from lungview.image.readers.data_set.parsing import named_syntaxes, read_elements
from lungview.image.readers.data_set.syntax import encoding, other_vr, settled
from lungview.image.readers.source import Source

NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
)
PIXEL_KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
_PIXEL_VRS = ("OB", "OW", "OF", "OD")
# Bytes that a deflated data set may grow to: so many always, more in proportion, never more than the last.
ALWAYS_INFLATED, MOST_RATIO, MOST_INFLATED = 1 << 26, 50, 1 << 30


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel data of a file lies.

    keyword: "PixelData", "FloatPixelData" or "DoubleFloatPixelData". vr: "" in implicit VR.
    start: of the value in the stream. length: of the value in bytes; None when undefined (encapsulated).
    available: bytes of the stream from `start` to its end.
    """

    keyword: str
    vr: str
    start: int
    length: int | None
    available: int


@dataclass(frozen=True, slots=True)
class Container:
    """A parsed header. dataset: everything before the pixel data, `file_meta` included.

    stream: what `pixels.start` counts in: the file itself, or the inflated data set.
    pixels: None without an image.
    """

    dataset: Dataset
    syntax: UID
    stream: BinaryIO
    pixels: PixelElement | None
    warnings: tuple[str, ...]


def parse(source: Source, tags: list[int] | None = None) -> Container:
    """Parse the header of a DICOM file, up to its pixel data.

    tags: the elements that are wanted; the rest is skipped faster. None wants all.
    Raises DamagedFile when it does not parse.
    """
    source.stream.seek(0)
    try:
        return _whole(_parse(source, tags), source, tags)
    except LungViewError:
        raise
    except RecursionError:
        raise DamagedFile("the DICOM header nests sequences too deeply to be read", source.label) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedFile(
            f"the DICOM header does not parse ({type(error).__name__}); expected elements up to Pixel Data",
            source.label,
        ) from error


def _whole(container: Container, source: Source, tags: list[int] | None) -> Container:
    """The container, unless its header breaks off before any pixel data."""
    if container.pixels is not None:
        return container
    if tags is not None:  # where the wanted elements are all, an end is no sign of anything
        return parse(source)
    if _breaks_off(container.dataset):
        raise DamagedFile("the file ends inside its header; it is cut", source.label)
    return container


def _breaks_off(dataset: Dataset) -> bool:
    """Whether the last element is shorter than it says; pydicom gives none at all for some cuts."""
    elements = list(dataset.values())
    if not elements:
        return True
    last = elements[-1]
    if not isinstance(last, RawDataElement) or last.value is None or last.length == UNDEFINED:
        return False
    return len(last.value) < last.length


def _parse(source: Source, tags: list[int] | None) -> Container:
    stream = source.stream
    found = _executable_preamble(source.start(2))
    read_preamble(stream, force=True)
    start = stream.tell()
    meta = _read_file_meta_info(stream)
    named = named_syntaxes(stream, start, stream.tell())
    if len(named) > 1:  # pydicom has the last; the first is the one of the meta information
        meta.TransferSyntaxUID = UID(named[0])
        found = (*found, "a second transfer syntax stands in the data set; it is not used")
    _read_command_set_elements(stream)
    syntax, odd = settled(str(meta.get("TransferSyntaxUID") or ""), stream)
    size = source.size
    if syntax == DeflatedExplicitVRLittleEndian:
        stream = _inflated(source)
        size = len(stream.getbuffer())
    implicit, little = encoding(syntax)
    dataset, twice = read_elements(stream, implicit, little, tags)
    dataset.file_meta = FileMetaDataset(meta)
    dataset.file_meta.TransferSyntaxUID = syntax
    is_implicit = bool(dataset.original_encoding[0])
    pixels = _pixel_element(stream, is_implicit, little, size)
    found = (*found, *odd, *other_vr(implicit, is_implicit), *twice, *_odd_vr(pixels), *settle(dataset))
    return Container(dataset, syntax, stream, pixels, found)


def _executable_preamble(start: bytes) -> tuple[str, ...]:
    if start[:2] == b"MZ" or start == b"\x7fE":
        return ("the file's first bytes are those of a program (polyglot preamble); only its image is read",)
    return ()


def _inflated(source: Source) -> io.BytesIO:
    """The data set behind a deflated file's meta information (PS3.5 A.5), within bounds."""
    packed = source.stream.read()
    most = min(MOST_INFLATED, max(ALWAYS_INFLATED, MOST_RATIO * len(packed)))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = inflater.decompress(packed, most)
    except zlib.error as error:
        raise DamagedFile(f"the deflated data set does not unpack: {error}", source.label) from error
    if inflater.unconsumed_tail:
        raise DamagedFile(f"the deflated data set unpacks to more than {most:,} bytes", source.label)
    if not inflater.eof:
        raise DamagedFile("the deflated data set ends early; the file is cut", source.label)
    return io.BytesIO(unpacked)


def _pixel_element(stream: BinaryIO, implicit: bool, little: bool, size: int) -> PixelElement | None:
    """The pixel data element at the stream's position, None at the end of the stream."""
    endian = "<" if little else ">"
    head = stream.read(8)
    if len(head) < 8:
        return None
    group, element = struct.unpack(f"{endian}HH", head[:4])
    keyword = PIXEL_KEYWORDS.get((group << 16) | element)
    if keyword is None:
        return None
    vr, wide = "", head[4:]
    if not implicit:
        vr, wide = head[4:6].decode("ascii", "replace"), stream.read(4)
    if len(wide) < 4:
        return None
    (length,) = struct.unpack(f"{endian}L", wide)
    start = stream.tell()
    return PixelElement(keyword, vr, start, None if length == UNDEFINED else length, size - start)


def _odd_vr(pixels: PixelElement | None) -> tuple[str, ...]:
    if pixels is None or pixels.vr in ("", "UN", *_PIXEL_VRS):
        return ()
    return (f"the VR of {pixels.keyword} is none of {', '.join(_PIXEL_VRS)}; taken for one",)


def second_pixel_element(container: Container) -> str:
    """The keyword of another pixel data element right behind the first, else ""."""
    pixels = container.pixels
    if pixels is None or pixels.length is None or pixels.length >= pixels.available:
        return ""
    container.stream.seek(pixels.start + pixels.length)
    little = container.syntax != ExplicitVRBigEndian
    following = _pixel_element(container.stream, not pixels.vr, little, 0)
    return following.keyword if following else ""


def looks_like_dicom(start: bytes) -> bool:
    """Whether the first 132 bytes can be a DICOM file: the prefix, or a first element of a low group."""
    if start[128:132] == b"DICM":
        return True
    if len(start) < 8:
        return False
    for endian in "<>":
        group, element = struct.unpack(f"{endian}HH", start[:4])
        if group in (2, 8) and element <= 0x0100 and _length_plausible(start, endian):
            return True
    return False


def _length_plausible(start: bytes, endian: str) -> bool:
    if start[4:6].isalpha() and start[4:6].isupper():
        return True
    length: int = struct.unpack(f"{endian}L", start[4:8])[0]
    return length <= 0x1000
