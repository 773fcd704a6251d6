"""Candidates: every file below some paths and inside zips, each once, links that go round included."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lungview.errors import LungViewError, ReadError, UnsupportedFormat
from lungview.sources.files.archive import dicomdir_files, is_dicomdir, is_zip, zip_members
from lungview.study.sorting.series_geometry import natural


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file, or a member of a zip, that may be an image; or, with an error, is known not to be."""

    path: Path
    member: str = ""
    error: LungViewError | None = field(default=None, compare=False)

    @property
    def label(self) -> Path:
        """What tables call it: the path, with the member's name below its zip's."""
        return self.path / self.member if self.member else self.path


def candidates(
    paths: Iterable[Path | str],
    check: Callable[[], None] = lambda: None,
    *,
    every: bool = False,
    excluded: Path | None = None,
) -> Iterator[Candidate]:
    """Every file below some paths, folders in natural order, no folder twice; DICOMDIRs given by name.

    every: for an account of all there is: hidden files, DICOMDIRs in folders and second names of one file,
    too. Without it no file twice. excluded: a folder that is left out. check: called for each entry; what it
    raises ends the walk.
    """
    walk = _Walk(check, every)
    if excluded is not None and excluded.exists():
        walk.is_first(excluded.stat())
    for path in map(Path, paths):
        try:
            status = path.stat()
            if path.is_dir():
                yield from walk.folder(path)
            elif not path.is_file():  # a pipe would be waited for without end
                yield _no_file(path)
            elif every or walk.is_first(status):
                yield from _dicomdir_or_file(path, every)
        except FileNotFoundError:
            yield Candidate(path, error=ReadError("there is no such file or folder", path))
        except OSError as error:
            yield _unreadable(path, error)


class _Walk:
    """One walk over folders: what it has seen, by device and number on it."""

    def __init__(self, check: Callable[[], None], every: bool) -> None:
        self._check, self._every = check, every
        self._seen: set[tuple[int, int]] = set()

    def is_first(self, status: os.stat_result) -> bool:
        return self._is_new((status.st_dev, status.st_ino))

    def _is_new(self, identity: tuple[int, int]) -> bool:
        """Whether it was not met yet. Some network drives give no identity (0): taken as new."""
        if not identity[1]:
            return True
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return True

    def folder(self, folder: Path) -> Iterator[Candidate]:
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            self._check()
            try:
                status = here.stat()
                if not self.is_first(status):
                    continue  # a loop of links, or the same folder given twice
                with os.scandir(here) as listing:
                    entries = sorted(listing, key=lambda e: natural(e.name))
            except OSError as error:
                yield _unreadable(here, error)
                continue
            for entry in entries:
                self._check()
                if self._every or not entry.name.startswith("."):
                    yield from self._entry(entry, status.st_dev, waiting)
            waiting.sort(key=lambda p: natural(str(p)), reverse=True)

    def _entry(self, entry: os.DirEntry[str], device: int, folders: list[Path]) -> Iterator[Candidate]:
        path = Path(entry.path)
        try:
            if entry.is_dir():
                folders.append(path)
            elif not entry.is_file():
                yield _no_file(path)
            elif self._every or (entry.name.upper() != "DICOMDIR" and self._is_new_file(entry, device)):
                # Every file is opened once more later: to look into each for a zip would take as long again.
                zipped = path.suffix.lower() == ".zip" and is_zip(path)
                yield from _zip_or_file(path, zipped, self._every)
        except OSError as error:
            yield _unreadable(path, error)

    def _is_new_file(self, entry: os.DirEntry[str], device: int) -> bool:
        if entry.is_symlink():
            return self.is_first(entry.stat())
        return self._is_new((device, entry.inode()))


def _dicomdir_or_file(path: Path, every: bool) -> Iterator[Candidate]:
    """For a DICOMDIR that was given by name the files it lists; else the file itself or a zip's members."""
    if not is_dicomdir(path):
        yield from _zip_or_file(path, is_zip(path), every)
        return
    try:
        yield from (Candidate(listed, error=error) for listed, error in dicomdir_files(path))
    except LungViewError as error:
        yield Candidate(path, error=error)


def _zip_or_file(path: Path, zipped: bool, every: bool) -> Iterator[Candidate]:
    if not zipped:
        yield Candidate(path)
        return
    count = 0
    try:
        for member, error in zip_members(path, hidden=every):
            count += 1
            yield Candidate(path, member, error)
    except LungViewError as error:
        yield Candidate(path, error=error)
        return
    if not count:
        yield Candidate(path, error=UnsupportedFormat("the zip is empty", path))


def _no_file(path: Path) -> Candidate:
    if path.is_symlink() and not path.exists():
        return Candidate(path, error=ReadError("the link leads nowhere", path))
    return Candidate(path, error=UnsupportedFormat("expected a file, found a device or a pipe", path))


def _unreadable(path: Path, error: OSError) -> Candidate:
    return Candidate(path, error=ReadError(f"cannot be read: {error.strerror or 'the medium failed'}", path))
