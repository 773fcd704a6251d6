"""Files that are whole or not there; a program that was killed leaves nothing of a patient beside them."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HERE = f"{zlib.crc32(platform.node().encode()):08x}"  # this computer, on a drive that several share
_DAY = 24 * 3600.0


def write_atomically(path: Path, data: bytes) -> None:
    """Put data at path; a crash leaves the old file or the new one, never half of one.

    Makes the folder. OSError when it cannot be written; nothing is left beside it then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as target:
        target.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes `path` when the block ends well, and is gone when it does not.

    Where the system can, the file has no name until it is whole: a killed program leaves nothing. Elsewhere
    the next write into the folder removes what a killed program left. Raises OSError.
    """
    remove_abandoned(path.parent)
    beside = path.parent / _unfinished()
    handle = _nameless(path.parent)
    try:
        if handle is None:
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        target = beside if handle is None else Path(f"/proc/self/fd/{handle}")
        yield target
        with target.open("rb+") as file:
            os.fsync(file.fileno())
        if handle is not None:
            _name(handle, beside)
        beside.replace(path)
    finally:
        if handle is not None:
            os.close(handle)
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A folder to write into; `path`, absent or empty, has all of it when the block ends well, else nothing.

    A new `path` comes by one change of name, unless nothing was written. One that is there (it may be a
    medium) gets what lies directly in the folder, the last by name first: DICOMDIR after the files that it
    lists. What a killed program left is removed by the next call. Raises OSError.
    """
    there = path.is_dir()
    place = path if there else path.parent
    place.mkdir(parents=True, exist_ok=True)
    remove_abandoned(place)
    waiting = place / _unfinished()
    waiting.mkdir()
    try:
        yield waiting
        if there:
            for part in sorted(waiting.iterdir(), reverse=True):
                part.rename(path / part.name)
        elif any(waiting.iterdir()):
            waiting.rename(path)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def private_folder(folder: Path) -> Path:
    """Make a folder that its owner alone can look into (0700), or one that is there so. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform != "win32" and folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)
    return folder


def _unfinished() -> str:
    """A name that `remove_abandoned` knows, with the process that writes there."""
    return f".lungview-{_HERE}-{os.getpid()}-{uuid.uuid4().hex[:8]}.part"


def _nameless(folder: Path) -> int | None:
    """An open file without a name in a folder; None where the system or the medium has no such thing."""
    if sys.platform != "linux" or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
    except OSError:  # a network drive; or no folder, no rights: the file with a name will say so
        return None


def _name(handle: int, path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Given a folder, Python calls linkat(2), which alone follows the link of /proc.
        os.link(f"/proc/self/fd/{handle}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def remove_abandoned(folder: Path) -> None:
    """Remove unfinished files and folders of programs that are no more; others, and errors, are let be."""
    with suppress(OSError):
        for path in folder.glob(".lungview-*-*-*.part"):
            with suppress(OSError, ValueError):
                if not _is_abandoned(path):
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def _is_abandoned(path: Path) -> bool:
    _, host, process, _ = path.name.split("-")
    if time.time() - path.stat().st_mtime > _DAY:
        return True
    return host == _HERE and not runs(int(process))


def runs(process: int) -> bool:
    """Whether a process of this computer runs; where asking would harm it (Windows), yes."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True
