"""Which files a batch is about: every file below a folder or inside a zip, each once, no endless loops."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lungview.errors import DamagedFile, LungViewError, ReadError, UnsupportedFormat


@dataclass(frozen=True, slots=True)
class Input:
    """One file to judge. member: its name inside the zip at `path`, "" for a file of its own.

    problem: known before reading: a folder that cannot be listed, a socket, a damaged zip.
    """

    path: Path
    member: str = ""
    problem: LungViewError | None = field(default=None, compare=False)

    @property
    def label(self) -> Path:
        """What tables call it: the path, with the member's name below its zip's."""
        return self.path / self.member if self.member else self.path


def inputs(paths: Iterable[Path], excluded: Path | None = None) -> Iterator[Input]:
    """Every file of the paths, folders taken recursively in order of name, links followed once.

    excluded: a folder that is left out (the batch's own results). Raises ReadError for a path that is not
    there; what goes wrong below a path is an Input with a problem.
    """
    seen: set[tuple[int, int]] = set()
    left_out = _identity(excluded) if excluded else None
    if left_out:
        seen.add(left_out)
    for path in paths:
        if not os.path.lexists(path):
            raise ReadError("there is no such file or folder", path)
        yield from _walk(Path(path), seen) if path.is_dir() else _file(Path(path))


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Input]:
    identity = _identity(folder)
    if identity is None or identity in seen:
        return
    seen.add(identity)
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as error:
        sentence = f"the folder could not be listed ({error.strerror})"
        yield Input(folder, problem=ReadError(sentence, folder))
        return
    for entry in entries:
        path = folder / entry.name
        if _safely(entry.is_dir):
            yield from _walk(path, seen)
        else:
            yield from _file(path)


def _safely(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError:  # a link that points at itself
        return False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _file(path: Path) -> Iterator[Input]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield Input(path, problem=ReadError(f"the link leads nowhere ({error.strerror})", path))
        return
    if not stat.S_ISREG(mode):
        # Opening a pipe or a device may wait for ever.
        yield Input(path, problem=UnsupportedFormat("neither a file nor a folder", path))
    elif zipfile.is_zipfile(path):
        yield from _members(path)
    elif _begins_as_zip(path):
        yield Input(path, problem=DamagedFile("the zip is damaged: its list of members is missing", path))
    else:
        yield Input(path)


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _members(path: Path) -> Iterator[Input]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [i.filename for i in archive.infolist() if not i.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield Input(path, problem=DamagedFile(f"the zip is damaged: {error}", path))
        return
    if not names:
        yield Input(path, problem=UnsupportedFormat("the zip is empty", path))
    for name in sorted(set(names)):
        yield Input(path, name)
