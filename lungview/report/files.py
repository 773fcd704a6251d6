"""Reports are whole or not there; why one could not be written is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lungview import files
from lungview.errors import ReportError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; becomes `path` when the block ends well, and is gone when it does not.

    Raises ReportError: no such folder, no rights, disk full, target open in another program.
    """
    try:
        with files.replacing(path) as target:
            yield target
    except OSError as error:
        sentence = f"{path.name} could not be written ({error.strerror or error})"
        raise ReportError(sentence, path, "choose another folder or free some room") from error
