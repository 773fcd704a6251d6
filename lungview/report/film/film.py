"""The kinds of film: one table, and how each is begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from lungview.report.film.avi import AviFilm
from lungview.report.film.gif import GifFilm
from lungview.report.film.pictures import Pictures


class Film(Protocol):
    """Frames are added in order, then `close` keeps them, or `abort` leaves nothing half done.

    `add` and `close` may raise ReportError (full disk, no rights, too large); what was begun is then to be
    aborted. From one thread at a time.
    """

    def add(self, pixels: np.ndarray) -> None:
        """One more frame: (rows, columns, 3) uint8 RGB, all of one size."""
        ...

    def close(self) -> Path:
        """Keep the frames; where they are."""
        ...

    def abort(self) -> None:
        """Give up. Pictures that are whole stay."""
        ...


@dataclass(frozen=True, slots=True)
class FilmKind:
    """suffix: of the file, "" for a folder. begin: (path, frames a second) → Film."""

    id: str
    suffix: str
    begin: Callable[[Path, float], Film]


KINDS: tuple[FilmKind, ...] = (
    FilmKind("gif", ".gif", GifFilm),
    FilmKind("avi", ".avi", AviFilm),
    FilmKind("png", "", lambda path, _: Pictures(path, ".png")),
    FilmKind("jpg", "", lambda path, _: Pictures(path, ".jpg")),
)
