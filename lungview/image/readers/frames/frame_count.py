"""How many frames the pixel data of a file really holds, checked against its size and its transfer syntax."""

from __future__ import annotations

from dataclasses import replace

from pydicom.uid import UID, ExplicitVRLittleEndian

from lungview.errors import DamagedFile, MissingCodec, UnsupportedFormat
from lungview.image.readers import codecs
from lungview.image.readers.codecs import uncompressed
from lungview.image.readers.codecs.codestream import CodestreamError
from lungview.image.readers.data_set.container import NATIVE, Container, PixelElement, second_pixel_element
from lungview.image.readers.data_set.module import SUBSAMPLED, WORDS, ImagePixel
from lungview.image.readers.data_set.values import raw
from lungview.image.readers.frames import fragments
from lungview.image.readers.source import Source

# An encapsulated frame is at least an item header and the shortest codestream that holds a picture.
LEAST_FRAGMENT = 16
LEAST_NATIVE = 10  # the same of native pixels in a fragment
ITEM = b"\xfe\xff\x00\xe0"  # (FFFE,E000), little endian in every encapsulated syntax (PS3.5 A.4)

SYNTAXES_NOT_DECODED = {
    "1.2.840.10008.1.2.4.110": "JPEG XL",
    "1.2.840.10008.1.2.4.111": "JPEG XL",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}


def frame_count(module: ImagePixel, container: Container, source: Source) -> tuple[int, tuple[str, ...]]:
    """Frames that the file really holds, and a warning when that is more than NumberOfFrames.

    Raises DamagedFile when the pixel data is too short for them, MissingCodec for a syntax not decoded here.
    """
    pixels = container.pixels
    assert pixels is not None
    if container.syntax not in NATIVE:
        return _encapsulated_count(module, container, pixels, source)
    return _native_count(module, pixels, source)


def as_it_lies(module: ImagePixel, container: Container) -> Container:
    """The container, as of native pixels where grey ones lie so though a compressed syntax is said.

    Programs that unpack pixels leave the syntax as it was; ITK reads what they write. Colour is left: nobody
    knows whether it was turned into RGB.
    """
    pixels = container.pixels
    packed = container.syntax in codecs.DECODED or container.syntax in uncompressed.SYNTAXES
    if pixels is None or pixels.length is None or not packed or module.samples > 1:
        return container
    needed = -(-module.frame_bits * module.frames // 8)
    container.stream.seek(pixels.start)
    if container.stream.read(4) == ITEM or pixels.length not in (needed, needed + needed % 2):
        return container
    said = f"the file says {container.syntax.name}, its pixels are not compressed; they are read as such"
    return replace(container, syntax=ExplicitVRLittleEndian, warnings=(*container.warnings, said))


def _native_count(module: ImagePixel, pixels: PixelElement, source: Source) -> tuple[int, tuple[str, ...]]:
    if pixels.length is None:
        raise DamagedFile(
            "native Pixel Data has an undefined length; expected a number of bytes", source.label
        )
    needed = -(-module.frame_bits * module.frames // 8)
    found = min(pixels.length, pixels.available)
    if found < needed:
        size = f"{module.rows} × {module.columns} × {module.frames} frames of {module.bits_allocated} bits"
        raise DamagedFile(f"{pixels.keyword} holds {found:,} bytes; {size} need {needed:,}", source.label)
    if module.bits_allocated not in (*WORDS, 1) and found > needed + 1:
        raise UnsupportedFormat(
            f"BitsAllocated is {module.bits_allocated} and {pixels.keyword} holds {found:,} bytes; "
            f"expected {needed:,}, packed end to end, or BitsAllocated 8, 16 or 32",
            source.label,
        )
    padding = 1 if found == needed + 1 else 0  # to an even length: more bits than a frame of few may have
    whole = (found - padding) * 8 // module.frame_bits
    if module.frames > 1 and whole > module.frames and module.photometric not in SUBSAMPLED:
        return whole, (_more(whole, module.frames),)
    return module.frames, _behind(pixels.keyword, found - padding - needed, module.frames)


def _behind(keyword: str, count: int, frames: int) -> tuple[str, ...]:
    whose = "its one frame" if frames == 1 else f"its {frames} frames"
    return (f"{keyword} holds {count:,} bytes behind {whose}; they are left out",) if count else ()


def _encapsulated_count(
    module: ImagePixel, container: Container, pixels: PixelElement, source: Source
) -> tuple[int, tuple[str, ...]]:
    refuse_undecoded(container, source)
    if pixels.keyword != "PixelData":
        raise DamagedFile(
            f"{pixels.keyword} in a compressed transfer syntax; expected Pixel Data", source.label
        )
    container.stream.seek(pixels.start)
    if container.stream.read(4) != ITEM:
        raise DamagedFile(
            f"the pixel data is not encapsulated; transfer syntax {container.syntax} needs it to be",
            source.label,
        )
    least = LEAST_NATIVE if container.syntax in uncompressed.SYNTAXES else LEAST_FRAGMENT
    most = pixels.available // least
    if module.frames > most:
        raise DamagedFile(
            f"NumberOfFrames is {module.frames}; "
            f"the {pixels.available:,} bytes of Pixel Data hold at most {most}",
            source.label,
        )
    held = len(encapsulated_frames(module, container, source)) if module.frames > 1 else 1
    return (held, (_more(held, module.frames),)) if held > module.frames else (module.frames, ())


def _more(held: int, said: int) -> str:
    return f"the pixel data holds {held} frames, NumberOfFrames says {said}; all are shown"


def encapsulated_frames(
    module: ImagePixel, container: Container, source: Source
) -> tuple[fragments.Frame, ...]:
    """The fragments of each frame of compressed pixel data. Raises DamagedFile when they are too many."""
    assert container.pixels is not None
    extended = raw(container.dataset, "ExtendedOffsetTable")
    table = extended if isinstance(extended, bytes) else b""
    size = -(-module.frame_bits // 8) if container.syntax == uncompressed.ENCAPSULATED else 0
    coded = container.syntax not in uncompressed.SYNTAXES
    try:
        return fragments.frames_of(
            container.stream, container.pixels.start, module.frames, table, coded=coded, size=size
        )
    except CodestreamError as error:
        raise DamagedFile(str(error), source.label) from error


def refuse_second(container: Container, source: Source) -> None:
    """Raise DamagedFile when another pixel data element follows the first (PS3.3 C.7.6.3)."""
    second = second_pixel_element(container)
    if second:
        raise DamagedFile(f"{second} behind another pixel data element; expected one", source.label)


def refuse_undecoded(container: Container, source: Source) -> None:
    """Raise MissingCodec for a syntax that nothing here decodes."""
    syntax = container.syntax
    if syntax not in NATIVE and syntax not in codecs.DECODED and syntax not in uncompressed.SYNTAXES:
        raise MissingCodec(
            f"transfer syntax {syntax} ({_name(syntax)}): no codec for it in this program; "
            "expected uncompressed, deflated, RLE, JPEG, JPEG-LS, JPEG 2000 or HTJ2K",
            source.label,
        )


def _name(syntax: UID) -> str:
    known = syntax.name if syntax.name != str(syntax) else "unknown"
    return SYNTAXES_NOT_DECODED.get(str(syntax), known)
