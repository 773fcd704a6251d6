"""Where anonymised files go: a folder, a folder with a DICOMDIR, or a zip. Whole or not there."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from lungview.errors import InputError, ReportError
from lungview.files import replacing, write_atomically


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

    A zip appears when all is in it. Raises InputError where `out` is one of the sources, in one, around one,
    or holds anything; ReportError where it cannot be written.
    """
    _refuse_overlap(out, sources)
    try:
        if out.suffix.lower() == ".zip":
            out.parent.mkdir(parents=True, exist_ok=True)
            with replacing(out) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                yield Zip(archive)
        elif dicomdir:
            yield from _with_dicomdir(out)
        else:
            out.mkdir(parents=True, exist_ok=True)
            yield Folder(out)
    except OSError as error:
        why = error.strerror or "the medium failed"
        raise ReportError(f"nothing more can be written: {why}", out) from error


def _with_dicomdir(out: Path) -> Iterator[Target]:
    """Files into a folder beside, then as a file-set into `out`; pydicom copies them there."""
    from pydicom.fileset import FileSet

    waiting = out.with_name(f".{out.name}.part")
    shutil.rmtree(waiting, ignore_errors=True)
    try:
        waiting.mkdir(parents=True)
        yield Folder(waiting, for_media=True)
        files = FileSet()
        for path in sorted(waiting.rglob("*")):
            if path.is_file():
                files.add(path)
        if len(files):
            files.write(out)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _refuse_overlap(out: Path, sources: tuple[Path, ...]) -> None:
    place = out.resolve()
    for source in (path.resolve() for path in sources):
        if place == source or source in place.parents or place in source.parents:
            raise InputError(
                "the anonymised files would lie among the originals; expected another place",
                out,
                "choose --out",
            )
    if (out.is_dir() and any(out.iterdir())) or out.is_file():
        raise InputError("something is there already; expected a new or an empty place", out, "choose --out")
