"""From a path to slices: one format a file; `READERS` is asked in order who accepts the first bytes.

A new format is a module with `accepts(start)`, `read_header(source)`, `read_frame(source, frame)` and
`read_frames(source)`, and its name in READERS. All raise ReadError with one sentence for the user.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from lungview.errors import DamagedFile, UnsupportedFormat
from lungview.image.readers import dicom, libraries
from lungview.image.readers.header import Header
from lungview.image.readers.pictures import raster, tiff
from lungview.image.readers.source import Source, opened
from lungview.image.slice import Instance, Slice
from lungview.image.stored import Stored

libraries.tell()

READERS: tuple[ModuleType, ...] = (dicom, tiff, raster)

# What a person may well drop here and gets a name for.
_KNOWN = (
    (b"PK\x03\x04", "a zip archive", "open it as a folder"),
    (b"PK\x05\x06", "an empty zip archive", ""),
    (b"%PDF", "a PDF document", ""),
    (b"MZ", "a Windows program", ""),
    (b"\x7fELF", "a program", ""),
    (b"\x1f\x8b", "a gzip file", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"\xfd7zXZ\0", "an XZ file", "unpack it first"),
    (b"BZh", "a bzip2 file", "unpack it first"),
    (b"GIF8", "a GIF picture", "save it as PNG"),
    (b"\x00\x00\x00\x0cjP  ", "a bare JPEG 2000 picture", "save it as PNG"),
    (b"\xff\x4f\xff\x51", "a bare JPEG 2000 codestream", ""),
    (b"RIFF", "a RIFF file", ""),
    (b"\xff\x0a", "a JPEG XL picture", "save it as PNG"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "save it as PNG"),
    (b"NRRD", "an NRRD volume", "convert it to DICOM"),
    (b"\x89HDF", "an HDF5 file", ""),
    (b"<", "a text file of markup", ""),
)
# The same, of what begins in many ways: where the word that tells it lies, the word.
_KNOWN_WITHIN = (
    (8, b"WEBP", "a WebP picture", "save it as PNG"),
    (257, b"ustar", "a tar archive", "unpack it first"),
    (344, b"n+1\0", "a NIfTI volume", "convert it to DICOM"),
)


def read(path: Path, frame: int = 0, member: str = "") -> Slice:
    """One slice. frame: 0-based. member: the file's name inside a zip at `path`."""
    return read_stored(Path(path), frame, member).to_slice()


def read_instance(instance: Instance) -> Slice:
    """The slice of an instance that a header scan found."""
    return read(instance.path, instance.frame, instance.member)


def read_frames(path: Path, member: str = "") -> Iterator[Slice]:
    """Every slice of a file; it is gone through once."""
    for stored in read_stored_frames(Path(path), member):
        yield stored.to_slice()


def read_stored(path: Path, frame: int = 0, member: str = "") -> Stored:
    """One frame as it lies in the file: what a cache keeps; `Stored.to_slice` gives the slice."""
    with opened(path, member) as source:
        stored: Stored = reader_of(source).read_frame(source, frame)
        return stored


def read_stored_frames(path: Path, member: str = "") -> Iterator[Stored]:
    """Every frame of a file as it lies there."""
    with opened(path, member) as source:
        yield from reader_of(source).read_frames(source)


def read_header(path: Path, member: str = "") -> Header:
    """What the file says of itself; no pixels are decoded."""
    with opened(path, member) as source:
        header: Header = reader_of(source).read_header(source)
        return header


def reader_of(source: Source) -> ModuleType:
    """The reader that accepts the file's first bytes; else UnsupportedFormat names what they are."""
    start = source.start()
    if not start:
        raise DamagedFile("the file is empty", source.label)
    for reader in READERS:
        if reader.accepts(start):
            return reader
    further = source.start(512)
    for place, word, name, hint in (*_KNOWN_WITHIN, *((0, *known) for known in _KNOWN)):
        if further.startswith(word, place):
            if source.member and word.startswith(b"PK"):
                name, hint = "a zip inside a zip", "unpack the inner zip, then open it"
            raise UnsupportedFormat(
                f"found {name}; expected DICOM, PNG, JPEG, TIFF or BMP", source.label, hint
            )
    kind = "text" if _is_text(start) else "unknown content"
    raise UnsupportedFormat(f"found {kind}; expected DICOM, PNG, JPEG, TIFF or BMP", source.label)


def _is_text(start: bytes) -> bool:
    return all(b in b"\t\r\n" or 32 <= b < 127 for b in start)
