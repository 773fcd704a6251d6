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
from lungview.databases import transaction, write_ahead
from lungview.errors import AnnotationError
from lungview.marks.finding_text import bytes_of, located_of, text_of
from lungview.nodules.answer import Located
from lungview.study.key import PictureId, PictureName

VERSION = 3
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
# Whether a row is from before version 3, when who issued a Patient ID was no part of whose picture it is.
_EARLY = "ALTER TABLE {} ADD COLUMN early INTEGER NOT NULL DEFAULT 0", "UPDATE {} SET early = 1"
_NAMES = ("finding", "looked", "answers")
_OF_PATIENT = " WHERE study = ? AND (patient = ? OR early AND patient = ? AND patient != '')"
_OF_PICTURE = f"{_OF_PATIENT} AND series = ? AND instance = ? AND frame = ? AND pixels = ?"


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
        with self._opened("the findings cannot be kept") as database:
            database.execute(
                f"INSERT OR REPLACE INTO finding ({columns}, {_PICTURE}) VALUES ({marks})", values
            )

    def delete(self, finding_id: str) -> None:
        """Forget a finding; nothing happens where there is none."""
        with self._opened("the findings cannot be kept") as database:
            database.execute("DELETE FROM finding WHERE id = ?", (finding_id,))

    def of_study(self, patient: str, study: str, unissued: str = "") -> tuple[Kept, ...]:
        """All that is kept of a study, oldest first. patient, unissued: see `PictureName`."""
        query = f"SELECT id, name, model, said, mask, {_PICTURE} FROM finding{_OF_PATIENT} ORDER BY rowid"
        with self._opened("the findings cannot be read") as database:
            rows = database.execute(query, (study, patient, unissued)).fetchall()
        return tuple(_kept(row, patient, unissued) for row in rows)

    def mark_looked(self, picture: PictureId, looked: bool = True) -> None:
        """Note with one of its pictures that the reader has read a series, or has not."""
        with self._opened("the findings cannot be kept") as database:
            if looked:
                statement = f"INSERT OR IGNORE INTO looked ({_PICTURE}) VALUES (?, ?, ?, ?, ?, ?)"
                database.execute(statement, _columns(picture))
            else:
                database.execute(f"DELETE FROM looked{_OF_PICTURE}", _wanted(picture))

    def looked(self, patient: str, study: str, unissued: str = "") -> tuple[PictureId, ...]:
        """A picture of each series of a study that the reader has read."""
        query = f"SELECT {_PICTURE} FROM looked{_OF_PATIENT}"
        with self._opened("the findings cannot be read") as database:
            rows = database.execute(query, (study, patient, unissued)).fetchall()
        return tuple(_picture(row, patient, unissued) for row in rows)

    def put_answers(self, picture: PictureId, said: str) -> None:
        """Keep what was answered in the work-up of a series, by one of its pictures; "" forgets it."""
        with self._opened("the findings cannot be kept") as database, transaction(database):
            database.execute(f"DELETE FROM answers{_OF_PICTURE}", _wanted(picture))
            if said:
                statement = f"INSERT INTO answers ({_PICTURE}, said) VALUES (?, ?, ?, ?, ?, ?, ?)"
                database.execute(statement, (*_columns(picture), said))

    def answers(self, patient: str, study: str, unissued: str = "") -> tuple[tuple[PictureId, str], ...]:
        """A picture of each series of a study that was worked up, and what was answered."""
        query = f"SELECT said, {_PICTURE} FROM answers{_OF_PATIENT} ORDER BY early"
        with self._opened("the findings cannot be read") as database:
            rows = database.execute(query, (study, patient, unissued)).fetchall()
        return tuple((_picture(row[1:], patient, unissued), row[0]) for row in rows)

    @contextmanager
    def _opened(self, failure: str) -> Iterator[sqlite3.Connection]:
        """The file for one piece of work: nothing is held open in between.

        failure: what is said before why.
        """
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
            raise AnnotationError(f"{failure}: {error}", self.path) from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        if self._current(database):
            return
        # A second window reads on while one writes; NORMAL loses at most the last change on power loss.
        write_ahead(database)
        database.execute("PRAGMA synchronous = NORMAL")
        with transaction(database):
            if self._current(database):  # once more: another window may have made it meanwhile
                return
            for statement in (*_TABLES, *(each.format(table) for table in _NAMES for each in _EARLY)):
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


def _wanted(picture: PictureId) -> tuple[str | int, ...]:
    """The values of `_OF_PICTURE`."""
    name = picture.name
    return name.study, name.patient, name.unissued, name.series, name.instance, name.frame, picture.pixels


def _picture(row: tuple[Any, ...], patient: str, unissued: str) -> PictureId:
    """The picture of a row as it is called now, also where its patient is written without an issuer."""
    _, study, series, instance, frame, pixels = row
    return PictureId(PictureName(patient, study, series, instance, int(frame), unissued), pixels)


def _kept(row: tuple[Any, ...], patient: str, unissued: str) -> Kept:
    identity, name, model, said, mask, *picture = row
    return Kept(identity, _picture(tuple(picture), patient, unissued), located_of(said, mask), name, model)
