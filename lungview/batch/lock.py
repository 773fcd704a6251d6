"""One batch per output folder: a lock the operating system lets go of when the process dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lungview.errors import ReportError

NAME = ".lungview-batch.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder while the block runs. Raises ReportError when another process holds it.

    The file stays behind: removing it would let two processes lock two files of one name.
    """
    path = folder / NAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise ReportError(
            f"the folder cannot be written to ({error.strerror})", folder, "choose another folder"
        ) from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise ReportError(
            "another batch is writing to this folder", folder, "wait for it or choose another folder"
        ) from error
