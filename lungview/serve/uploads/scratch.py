"""Scratch: the private folder that uploads lie in for as long as their answer takes, and its bounds."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lungview.files import runs
from lungview.serve.limits import Limits, megabytes
from lungview.serve.problem import Problem

_PREFIX = "lungview-serve-"


@dataclass(frozen=True, slots=True)
class Upload:
    """path: where it lies. label: what the visitor calls it; it is never part of a path here."""

    path: Path
    label: str


class Visit:
    """One request's place: a folder of its own and its share of the bounds, both gone after `close`."""

    def __init__(self, scratch: Scratch, folder: Path, size: int) -> None:
        self.folder, self.size, self._scratch = folder, size, scratch
        self._closed = False

    def close(self) -> None:
        """Remove the folder and give the share back; twice is once."""
        if not self._closed:
            self._closed = True
            shutil.rmtree(self.folder, ignore_errors=True)
            self._scratch.left(self.size)


class Scratch:
    """The folder of all visits: of this user alone, removed when the server ends, or when its workers see
    that it was killed."""

    def __init__(self, limits: Limits) -> None:
        _remove_abandoned(Path(tempfile.gettempdir()))
        self.root = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._limits = limits
        self.visits = self.bytes = 0

    def visit(self, size: int) -> Visit:
        """A place for an upload of so many bytes. Raises Problem when it, or all together, are too many."""
        if size > self._limits.upload:
            most = megabytes(self._limits.upload)
            raise Problem(413, "TooLarge", f"at most {most} are taken at once, found {megabytes(size)}")
        if self.visits >= self._limits.waiting or self.bytes + size > self._limits.uploads:
            raise Problem(503, "Busy", "too many requests are waiting here", "ask again in a few seconds")
        folder = Path(tempfile.mkdtemp(dir=self.root))
        self.visits, self.bytes = self.visits + 1, self.bytes + size
        return Visit(self, folder, size)

    def left(self, size: int) -> None:
        self.visits, self.bytes = self.visits - 1, self.bytes - size

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove what a server left that was killed together with all of its workers; only this user's."""
    for path in folder.glob(f"{_PREFIX}*-*"):
        number = path.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and _is_own_folder(path) and not runs(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    try:
        owner = path.stat(follow_symlinks=False).st_uid
    except OSError:
        return False
    return path.is_dir() and not path.is_symlink() and (not hasattr(os, "getuid") or owner == os.getuid())
