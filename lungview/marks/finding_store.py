"""What the reader made of findings: accepted, rejected, named, found, worked up; in one SQLite file.

Found again by all that a picture is (`study.key.PictureId`), never by its UID alone. No patient's name and no
path; a name that the reader gave a finding is kept as written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.databases import transaction
from lungview.errors import AnnotationError
from lungview.marks.finding_text import bytes_of, located_of, text_of
from lungview.nodules.answer import Located
from lungview.study.key import PictureId, PictureName

VERSION = 2
_BUSY_MS = 2000
_PICTURE = "patient, study, series, instance, frame, pixels"
_PICTURE_COLUMNS = """
    patient TEXT NOT NULL,          -- a digest
    study TEXT NOT NULL,
    series TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    pixels TEXT NOT NULL            -- a hash
"""
_TABLES = (
    f"""
CREATE TABLE IF NOT EXISTS finding (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    name TEXT NOT NULL,             -- the reader's
    model TEXT NOT NULL,            -- that found it; '' for the reader's own
    said TEXT NOT NULL,             -- JSON
    mask BLOB,
    changed TEXT NOT NULL,
    {_PICTURE_COLUMNS}
)
""",
    "CREATE INDEX IF NOT EXISTS finding_study ON finding (study, patient)",
    # Series the reader has read.
    f"CREATE TABLE IF NOT EXISTS looked ({_PICTURE_COLUMNS}, PRIMARY KEY ({_PICTURE}))",
    # What was answered in the work-up of a series, JSON; since version 2.
    f"CREATE TABLE IF NOT EXISTS answers ({_PICTURE_COLUMNS}, said TEXT NOT NULL, PRIMARY KEY ({_PICTURE}))",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding as the reader left it.

    picture: the slice that its place lies on. found: its `index` and `slices` are counted along the series'
    volume, not in the order that the reader has chosen for slices. model: id and version; "" for the
    reader's own.
    """

    id: str
    picture: PictureId
    found: Located
    name: str = ""
    model: str = ""


class FindingStore:
    """Every method may be called from any thread, and raises AnnotationError where the file fails."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or paths.data() / "findings.sqlite"

    def put(self, kept: Kept) -> None:
        """Keep a finding, in the place of the one with its id."""
        columns = "id, status, name, model, said, mask, changed"
        values = (
            kept.id,
            kept.found.finding.status.value,
            kept.name,
            kept.model,
            text_of(kept.found),
            bytes_of(kept.found),
            datetime.now(UTC).isoformat(),
            *_columns(kept.picture),
        )
        marks = ", ".join("?" * len(values))
        with self._opened("kept") as database:
            database.execute(
                f"INSERT OR REPLACE INTO finding ({columns}, {_PICTURE}) VALUES ({marks})", values
            )

    def delete(self, finding_id: str) -> None:
        """Forget a finding; nothing happens where there is none."""
        with self._opened("kept") as database:
            database.execute("DELETE FROM finding WHERE id = ?", (finding_id,))

    def of_study(self, patient: str, study: str) -> tuple[Kept, ...]:
        """All that is kept of a study, oldest first. patient: see `PictureName`."""
        query = (
            f"SELECT id, name, model, said, mask, {_PICTURE} FROM finding"
            " WHERE study = ? AND patient = ? ORDER BY rowid"
        )
        with self._opened("read") as database:
            return tuple(_kept(row) for row in database.execute(query, (study, patient)))

    def mark_looked(self, picture: PictureId, looked: bool = True) -> None:
        """Note with one of its pictures that the reader has read a series, or has not."""
        marks = ", ".join("?" * 6)
        where = " AND ".join(f"{column} = ?" for column in _PICTURE.split(", "))
        statement = f"INSERT OR IGNORE INTO looked VALUES ({marks})"
        with self._opened("kept") as database:
            database.execute(statement if looked else f"DELETE FROM looked WHERE {where}", _columns(picture))

    def looked(self, patient: str, study: str) -> tuple[PictureId, ...]:
        """A picture of each series of a study that the reader has read."""
        query = f"SELECT {_PICTURE} FROM looked WHERE study = ? AND patient = ?"
        with self._opened("read") as database:
            return tuple(_picture(row) for row in database.execute(query, (study, patient)))

    def put_answers(self, picture: PictureId, said: str) -> None:
        """Keep what was answered in the work-up of a series, by one of its pictures; "" forgets it."""
        where = " AND ".join(f"{column} = ?" for column in _PICTURE.split(", "))
        with self._opened("kept") as database:
            if said:
                marks = ", ".join("?" * 7)
                database.execute(
                    f"INSERT OR REPLACE INTO answers VALUES ({marks})", (*_columns(picture), said)
                )
            else:
                database.execute(f"DELETE FROM answers WHERE {where}", _columns(picture))

    def answers(self, patient: str, study: str) -> tuple[tuple[PictureId, str], ...]:
        """A picture of each series of a study that was worked up, and what was answered."""
        query = f"SELECT said, {_PICTURE} FROM answers WHERE study = ? AND patient = ?"
        with self._opened("read") as database:
            return tuple((_picture(row[1:]), row[0]) for row in database.execute(query, (study, patient)))

    @contextmanager
    def _opened(self, what: str) -> Iterator[sqlite3.Connection]:
        """The file for one piece of work: nothing is held open in between."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self.path, isolation_level=None)
            try:
                database.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                self._prepare(database)
                yield database
            finally:
                database.close()
        except (sqlite3.Error, OSError, ValueError) as error:  # ValueError: a row nobody here wrote
            raise AnnotationError(f"the findings cannot be {what}: {error}", self.path) from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        if self._current(database):
            return
        # A second window reads on while one writes; NORMAL loses at most the last change on power loss.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        with transaction(database):
            if self._current(database):  # once more: another window may have made it meanwhile
                return
            for statement in _TABLES:
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {VERSION}")

    def _current(self, database: sqlite3.Connection) -> bool:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            said = f"the findings are of a later LungView (format {version}, this one knows {VERSION})"
            raise AnnotationError(said, self.path, "Update LungView; nothing was changed in the file.")
        return bool(version == VERSION)


def _columns(picture: PictureId) -> tuple[str | int, ...]:
    """The values of `_PICTURE`."""
    name = picture.name
    return name.patient, name.study, name.series, name.instance, name.frame, picture.pixels


def _picture(row: tuple[Any, ...]) -> PictureId:
    patient, study, series, instance, frame, pixels = row
    return PictureId(PictureName(patient, study, series, instance, int(frame)), pixels)


def _kept(row: tuple[Any, ...]) -> Kept:
    identity, name, model, said, mask, *picture = row
    return Kept(identity, _picture(tuple(picture)), located_of(said, mask), name, model)
