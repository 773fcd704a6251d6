"""Where anonymised files go: a folder, a folder with a DICOMDIR, or a zip. Whole or not there."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from lungview.errors import InputError, ReportError
from lungview.files import remove_abandoned, replacing, replacing_folder, write_atomically


class Target(Protocol):
    """Takes finished files, by names that media allow (PS3.10 8.2: eight capitals and digits a part)."""

    for_media: bool  # whether a DICOMDIR will list them, which asks for dates and numbers

    def put(self, name: str, data: bytes) -> None: ...


class Folder:
    """Files below a folder, each there once it is whole."""

    def __init__(self, root: Path, for_media: bool = False) -> None:
        self.root, self.for_media = root, for_media

    def put(self, name: str, data: bytes) -> None:
        write_atomically(self.root / name, data)


class Zip:
    """Members of a zip that is being written."""

    for_media = False

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def put(self, name: str, data: bytes) -> None:
        self._archive.writestr(name, data)


@contextmanager
def target(out: Path, sources: tuple[Path, ...], *, dicomdir: bool = False) -> Iterator[Target]:
    """Where files are put: a zip where `out` ends in .zip, else a folder, with a DICOMDIR where wanted.

    All of it appears when the block ends well; when it does not, or nothing was put, nothing does.
    Raises InputError where `out` is one of the sources, in one, around one, or holds anything; ReportError
    where it cannot be written.
    """
    try:
        remove_abandoned(out)
        _refuse_overlap(out, sources)
        if out.suffix.lower() == ".zip":
            out.parent.mkdir(parents=True, exist_ok=True)
            with suppress(_Nothing), replacing(out) as path:
                yield from _zipped(path)
        else:
            with replacing_folder(out) as whole:
                yield from _with_dicomdir(whole) if dicomdir else (Folder(whole),)
    except OSError as error:
        why = error.strerror or "the medium failed"
        raise ReportError(f"nothing more can be written, nothing is left there: {why}", out) from error


class _Nothing(Exception):
    """No file came: there will be no zip."""


def _zipped(path: Path) -> Iterator[Target]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        yield Zip(archive)
        if not archive.namelist():
            raise _Nothing


def _with_dicomdir(whole: Path) -> Iterator[Target]:
    """Files into a folder inside, then as a file-set into `whole`; pydicom copies them there."""
    from pydicom.fileset import FileSet

    waiting = whole / "files"
    waiting.mkdir()
    yield Folder(waiting, for_media=True)
    files = FileSet()
    for path in sorted(waiting.rglob("*")):
        if path.is_file():
            files.add(path)
    if len(files):
        files.write(whole)
    shutil.rmtree(waiting)


def _refuse_overlap(out: Path, sources: tuple[Path, ...]) -> None:
    place = out.resolve()
    above = {_identity(path) for path in (place, *place.parents)} - {None}
    for source in (path.resolve() for path in sources):
        if place in source.parents or _identity(source) in above:
            raise InputError(
                "the anonymised files would lie among the originals; expected another place", out
            )
    if (out.is_dir() and any(out.iterdir())) or out.is_file():
        raise InputError("something is there already; expected a new or an empty place", out)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file or folder it is, however it is spelled; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
