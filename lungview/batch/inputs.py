"""Which files a batch is about: every file below a folder or inside a zip, each once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lungview.errors import ReadError
from lungview.sources.files.candidates import Candidate, candidates

Input = Candidate
"""One file to judge. error: known before reading: a folder that cannot be listed, a socket, a damaged zip."""


def inputs(paths: Iterable[Path], excluded: Path | None = None) -> Iterator[Input]:
    """Every file of the paths, folders taken recursively, hidden files, too, links followed once.

    excluded: a folder that is left out (the batch's own results). Raises ReadError for a path that is not
    there; what goes wrong below a path is an Input with an error.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not os.path.lexists(path):
            raise ReadError("there is no such file or folder", path)
    yield from candidates(given, every=True, excluded=excluded)
