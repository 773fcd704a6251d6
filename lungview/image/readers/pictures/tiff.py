"""TIFF and BigTIFF by tifffile: every page a frame, whatever its samples, byte order and compression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lungview.errors import DamagedFile, LungViewError, ReadError
from lungview.image.readers.header import Header, picture_instance
from lungview.image.readers.pictures import tiff_page, tiff_segments
from lungview.image.readers.source import Source
from lungview.image.slice import Instance, Slice
from lungview.image.stored import NO_VALUES, Stored

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage

STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOST_PAGES = 20_000
_PLANES = 33629  # of MetaMorph: UIC2, one entry a plane
_REDUCED_OR_MASK = 0b101  # NewSubfileType: a smaller copy of another page, or its transparency mask
REPEATED = "the pages of the TIFF point back to an earlier one; each is shown once"
TOO_MANY = f"the TIFF has more than {MOST_PAGES} pages; the first {MOST_PAGES} are shown"
_UNREAD = "the chain of pages breaks off: the next one does not parse"


def accepts(start: bytes) -> bool:
    """Whether a file's first bytes are those of a TIFF or BigTIFF."""
    return start.startswith(STARTS)


def read_header(source: Source) -> Header:
    """Pages, their sizes the right way up; no pixels are decoded."""
    with _opened(source) as (pages, warnings):
        return Header(
            instances=tuple(_instance(source, page, at) for at, page in enumerate(pages)),
            format="TIFF",
            photometric="MONOCHROME2" if tiff_page.is_grey(pages[0]) else "RGB",
            warnings=warnings,
        )


def read_frame(source: Source, frame: int) -> Stored:
    """One page, 0-based."""
    with _opened(source) as (pages, _):
        if not 0 <= frame < len(pages):
            most = len(pages) - 1
            raise ReadError(f"frame {frame} was asked for; the file has frames 0 to {most}", source.label)
        return _stored(source, pages[frame], frame)


def read_frames(source: Source) -> Iterator[Stored]:
    """Every page in turn."""
    with _opened(source) as (pages, _):
        for at, page in enumerate(pages):
            yield _stored(source, page, at)


@contextmanager
def _opened(source: Source) -> Iterator[tuple[tuple[TiffPage, ...], tuple[str, ...]]]:
    """The pages that are slices, and warnings about the others. Raises DamagedFile."""
    from tifffile import TiffFile  # a sixth of a second, which the first CT need not wait for

    source.stream.seek(0)
    try:
        file = TiffFile(source.stream)
    except Exception as error:
        raise _damaged(source, error) from error
    pages, warnings = _pages(file)
    warnings = (*warnings, *_without_pages(file, len(pages)))
    shown = tuple(p for p in pages if not int(p.subfiletype) & _REDUCED_OR_MASK) or tuple(pages)
    if not shown:
        raise DamagedFile("the TIFF has no page that parses", source.label)
    yield shown, warnings


def _pages(file: TiffFile) -> tuple[list[TiffPage], tuple[str, ...]]:
    """Pages in file order until the chain ends, turns back or breaks off."""
    pages: list[TiffPage] = []
    seen: set[int] = set()
    while len(pages) < MOST_PAGES:
        try:
            page = file.pages[len(pages)]
        except IndexError:
            return pages, ()
        except Exception:
            return pages, (_UNREAD,)
        if page.offset in seen:
            return pages, (REPEATED,)
        seen.add(page.offset)
        pages.append(page)  # type: ignore[arg-type]  # whole pages, as `useframes` is off
    return pages, (TOO_MANY,)


def _without_pages(file: TiffFile, pages: int) -> tuple[str, ...]:
    """A warning where pictures have no page of their own, as ImageJ and MetaMorph write them."""
    try:
        said = _said(file)
    except Exception:  # a description that only begins like theirs
        return ()
    return (
        (f"the TIFF holds {said} pictures and pages for {pages}; the others are not read",)
        if said > pages
        else ()
    )


def _said(file: TiffFile) -> int:
    """How many pictures the writer's own words count."""
    from tifffile.tifffile import shaped_description_metadata

    first: TiffPage = file.pages[0]  # type: ignore[assignment]  # a whole page, as `useframes` is off
    planes = first.tags.get(_PLANES)
    if planes is not None:
        return int(planes.count)
    if first.shaped_description:
        shape = shaped_description_metadata(first.shaped_description)["shape"]
        return int(math.prod(shape) // math.prod(first.shaped))
    return int((file.imagej_metadata or {}).get("images", 1))


def _instance(source: Source, page: TiffPage, frame: int) -> Instance:
    return picture_instance(source, tiff_page.size(page, source.label), frame)


def _stored(source: Source, page: TiffPage, frame: int) -> Stored:
    try:
        pixels, warnings = tiff_page.pixels(page, source.label)
        lossy = tiff_segments.lossy(page)
        ratio, odd = tiff_page.shape(page)
    except LungViewError:
        raise
    except Exception as error:  # what a library raises on hostile bytes is about this file
        raise _damaged(source, error) from error
    rows, columns = pixels.shape[:2]
    instance = picture_instance(source, (rows, columns), frame)
    about = Slice(instance=instance, values=NO_VALUES, ratio=ratio, lossy=lossy, warnings=(*warnings, *odd))
    return Stored(pixels, about, bits=8 * pixels.dtype.itemsize)


def _damaged(source: Source, error: Exception) -> DamagedFile:
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return DamagedFile(f"the TIFF does not decode: {said}", source.label)
