"""Files that are whole or not there: written beside, synced, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lungview.errors import ReportError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; becomes `path` when the block ends well, and is gone when it does not.

    Raises ReportError: no such folder, no rights, disk full, target open in another program.
    """
    beside = _beside(path)
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ReportError(_sentence(error, path), path, "choose another folder or free some room") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise ReportError(_sentence(error, path), path, "choose another folder") from error
    os.close(handle)
    # mkstemp makes files only their owner can read; a report gets what any new file would get.
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return Path(name)


def _sentence(error: OSError, path: Path) -> str:
    return f"{path.name} could not be written ({error.strerror or error})"
