"""What a file claims to hold, looked at before it is unpacked or decoded; in a worker."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from lungview.errors import LungViewError
from lungview.image.readers import read_header
from lungview.image.readers.archives import archive
from lungview.image.slice import Instance
from lungview.serve.limits import Limits, megabytes
from lungview.serve.problem import Problem
from lungview.serve.uploads.scratch import Upload
from lungview.sources.files.archive import is_dicomdir, is_zip
from lungview.sources.files.candidates import Candidate, candidates


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, or file without one. number: of its upload. label: as the visitor calls it."""

    number: int
    label: str
    candidate: Candidate
    instance: Instance | None = None
    error: LungViewError | None = None


def pictures(uploads: Sequence[Upload], limits: Limits, member: str = "") -> tuple[Picture, ...]:
    """Every frame of every file, by the headers alone, each within bounds; files without one, with the error.

    member: the only one that is wanted of a zip. Raises Problem for what is too much.
    """
    found: list[Picture] = []
    for number, upload in enumerate(uploads):
        if len(uploads) > 1 and is_dicomdir(upload.path):
            continue  # the files that it lists come by themselves
        _check_zip(upload.path, limits)
        for candidate in candidates([upload.path]):
            if not member or candidate.member == member:
                found += _of(number, upload, candidate, limits)
            if len(found) > limits.pictures:
                raise Problem(413, "TooLarge", f"at most {limits.pictures} pictures are taken at once")
    if member and not found:
        raise Problem(422, "NoSuchPicture", "the zip has no such member")
    return tuple(found)


def _of(number: int, upload: Upload, candidate: Candidate, limits: Limits) -> Iterator[Picture]:
    label = "/".join(part for part in (upload.label, candidate.member) if part)
    if candidate.error is not None:
        yield Picture(number, label, candidate, error=candidate.error)
        return
    if not candidate.member:
        _check_raster(candidate.path, limits)
    try:
        instances = read_header(candidate.path, candidate.member).instances
    except LungViewError as error:
        yield Picture(number, label, candidate, error=error)
        return
    for instance in instances[: limits.pictures + 1]:
        check_pixels(instance.rows, instance.columns, limits)
        yield Picture(number, label, candidate, instance)


def check_pixels(rows: int, columns: int, limits: Limits) -> None:
    """Raise Problem for a picture of more pixels than one may have."""
    if rows * columns > limits.pixels:
        most = f"{limits.pixels // 1_000_000} million"
        raise Problem(413, "TooLarge", f"a picture may have {most} pixels, found {columns:,} × {rows:,}")


def _check_raster(path: Path, limits: Limits) -> None:
    """The size that a PNG, JPEG, TIFF or BMP claims; whatever else is wrong, the reader says."""
    try:
        with Image.open(path, formats=("PNG", "JPEG", "TIFF", "BMP")) as picture:
            columns, rows = picture.size
    except Exception:  # no picture of these kinds, or a damaged one: the reader's own words are better
        return
    check_pixels(rows, columns, limits)


def _check_zip(path: Path, limits: Limits) -> None:
    """What a zip's directory promises; a member never gives more than that."""
    try:
        if not is_zip(path):
            return
        infos = archive(path)[0].infolist()
    except (OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile):
        return  # the walk over its members says what is wrong
    if len(infos) > limits.files:
        raise Problem(413, "TooLarge", f"a zip may have {limits.files} members, found {len(infos):,}")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked:
        most, size = megabytes(limits.unpacked), megabytes(unpacked)
        raise Problem(413, "TooLarge", f"a zip may unpack to {most}, this one claims {size}")
