"""The list of studies at hand: one SQLite file in the user's own folder, readable by nobody else.

It names patients and says where their files are, and holds a small picture of each study; no file is copied.
What is removed is overwritten.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.databases import transaction
from lungview.errors import StudyListError
from lungview.files import private_folder
from lungview.image.slice import Patient, Study
from lungview.viewer.study_list.entry import Entry, EntryKey, Reading, missing

VERSION = 2  # 2 has the archive of a study
MOST = 5000  # studies; of more, those read or opened longest ago go
_BUSY_MS = 2000
_WHO = "name, patient_id, birth_date, sex"
_WHAT = "uid, description, date, time, accession"
_FOUND = "modalities, series, pictures, paths"
_COLUMNS = f"owner, study, {_WHO}, {_WHAT}, {_FOUND}, reading, opened, thumbnail, archive"
_TABLE = """
CREATE TABLE IF NOT EXISTS study (
    owner TEXT NOT NULL, study TEXT NOT NULL,
    name TEXT NOT NULL, patient_id TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL,
    uid TEXT NOT NULL, description TEXT NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL,
    accession TEXT NOT NULL, modalities TEXT NOT NULL, series INTEGER NOT NULL, pictures INTEGER NOT NULL,
    paths TEXT NOT NULL, reading TEXT NOT NULL, opened TEXT NOT NULL, thumbnail BLOB NOT NULL,
    place REAL NOT NULL, archive TEXT NOT NULL DEFAULT '', PRIMARY KEY (owner, study)
)
"""


def default_path() -> Path:
    return paths.data() / "studies.sqlite"


class StudyStore:
    """The list, open. Used from one thread. Every method raises StudyListError when the file cannot be used.

    set_aside: where a file went that is no list, in whose place a new one was begun; None mostly.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.set_aside: Path | None = None
        with self._told("the list of studies cannot be opened"):
            private_folder(self.path.parent)
            try:
                self._database = self._opened()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # locked, no rights: the file itself is well
                    raise
                self.set_aside = self._aside
                self.path.replace(self.set_aside)
                self._database = self._opened()

    def _opened(self) -> sqlite3.Connection:
        self.path.touch(mode=0o600, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, isolation_level=None)
        try:
            database.execute("PRAGMA secure_delete = ON")
            version = database.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                found = f"format {version}, this one knows {VERSION}"
                raise StudyListError(
                    f"the list of studies is of a later LungView ({found})",
                    self.path,
                    "Update LungView; nothing was changed in the file.",
                )
            if version < VERSION:
                _bring_up(database)
        except (sqlite3.Error, StudyListError):
            database.close()
            raise
        return database

    @contextmanager
    def _told(self, failure: str) -> Iterator[None]:
        """failure: what is said before why."""
        try:
            yield
        except (
            sqlite3.Error,
            OSError,
            ValueError,
            TypeError,
        ) as error:  # ValueError: a row nobody here wrote
            raise StudyListError(f"{failure}: {error}", self.path) from error

    def all(self) -> tuple[Entry, ...]:
        """Every study, in the order they are to be read."""
        with self._told("the list of studies cannot be read"):
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM study ORDER BY place, rowid")
            return tuple(map(_entry, rows))

    def find(self, key: EntryKey) -> Entry | None:
        """One study; None where it is not listed."""
        with self._told("the list of studies cannot be read"):
            query = f"SELECT {_COLUMNS} FROM study WHERE owner = ? AND study = ?"
            row = self._database.execute(query, key).fetchone()
            return None if row is None else _entry(row)

    def put(self, entries: Iterable[Entry], *, opened: bool) -> None:
        """List studies, new ones at the end. opened: they are open now, so the unread ones are begun.

        One that is listed keeps its place and how far it is read; and its paths, where they hold more of it.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds") if opened else ""
        before = ((entry, self.find(entry.key)) for entry in entries)
        merged = [entry if old is None else _merged(old, entry) for entry, old in before]
        with self._told("the list of studies cannot be kept"), transaction(self._database):
            for entry in merged:
                self._write(entry, now)
            self._drop_oldest()

    def _write(self, entry: Entry, now: str) -> None:
        reading = Reading.BEGUN if now and entry.reading is Reading.UNREAD else entry.reading
        marks = ", ".join("?" * len(_COLUMNS.split(",")))
        updated = ", ".join(f"{c} = excluded.{c}" for c in _COLUMNS.split(", "))
        self._database.execute(
            f"INSERT INTO study ({_COLUMNS}, place) VALUES ({marks},"
            " (SELECT coalesce(max(place), 0) + 1 FROM study))"
            f" ON CONFLICT (owner, study) DO UPDATE SET {updated}",
            _row(entry, reading, now or entry.opened),
        )

    def _drop_oldest(self) -> None:
        if self._database.execute("SELECT count(*) FROM study").fetchone()[0] <= MOST:
            return
        self._database.execute(
            "DELETE FROM study WHERE rowid IN (SELECT rowid FROM study"
            " ORDER BY reading = 'unread' DESC, opened DESC, place DESC LIMIT -1 OFFSET ?)",
            (MOST,),
        )

    def picture(self, key: EntryKey, png: bytes) -> None:
        """Keep the small picture of a study; nothing happens where it is not listed."""
        self._each("thumbnail = ?", [(png, *key)])

    def read(self, keys: Iterable[EntryKey], reading: Reading) -> None:
        """Note how far the reader is with some studies."""
        self._each("reading = ?", [(reading, *key) for key in keys])

    def rename_archive(self, before: str, after: str) -> None:
        """An archive has another name: its studies keep it."""
        with self._told("the list of studies cannot be kept"), transaction(self._database):
            self._database.execute("UPDATE study SET archive = ? WHERE archive = ?", (after, before))

    def arrange(self, keys: Sequence[EntryKey]) -> None:
        """Put studies in this order; those that are not named come after, as they were."""
        with self._told("the list of studies cannot be kept"), transaction(self._database):
            self._database.execute("UPDATE study SET place = place + ?", (len(keys) + 1.0,))
            self._database.executemany(
                "UPDATE study SET place = ? WHERE owner = ? AND study = ?",
                [(float(at), *key) for at, key in enumerate(keys)],
            )

    def _each(self, what: str, values: list[tuple[Any, ...]]) -> None:
        with self._told("the list of studies cannot be kept"), transaction(self._database):
            self._database.executemany(f"UPDATE study SET {what} WHERE owner = ? AND study = ?", values)

    def remove(self, keys: Iterable[EntryKey]) -> None:
        """List some studies no longer; their files stay."""
        with self._told("the list of studies cannot be kept"), transaction(self._database):
            self._database.executemany("DELETE FROM study WHERE owner = ? AND study = ?", list(keys))

    def clear(self) -> None:
        """Forget every study; nothing of them is left in the file, nor in one that was set aside."""
        with self._told("the list of studies cannot be cleared"):
            self._aside.unlink(missing_ok=True)
            try:
                self._database.execute("DELETE FROM study")
                self._database.execute("VACUUM")
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._database.close()  # damaged: it goes as a whole
                self.path.unlink()
                self._database = self._opened()

    @property
    def _aside(self) -> Path:
        return self.path.with_name(self.path.name + ".bad")

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> StudyStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bring_up(database: sqlite3.Connection) -> None:
    """Make the table, or give that of an earlier version what it lacks; nothing of it is lost."""
    with transaction(database):
        database.execute(_TABLE)
        database.execute("CREATE INDEX IF NOT EXISTS study_place ON study (place)")
        columns = {row[1] for row in database.execute("PRAGMA table_info(study)")}
        if "archive" not in columns:
            database.execute("ALTER TABLE study ADD COLUMN archive TEXT NOT NULL DEFAULT ''")
        database.execute(f"PRAGMA user_version = {VERSION}")


def _merged(before: Entry, entry: Entry) -> Entry:
    """What is known of a study now that it was found once more: the larger find, what the reader did."""
    more = entry if entry.pictures >= before.pictures or missing(before) else before
    picture = entry.thumbnail or before.thumbnail
    archive = entry.archive or before.archive
    return replace(more, reading=before.reading, opened=before.opened, thumbnail=picture, archive=archive)


def _row(entry: Entry, reading: Reading, opened: str) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    who, what = entry.patient, entry.study
    return (
        *entry.key, who.name, who.patient_id, who.birth_date, who.sex,
        what.study_instance_uid, what.description, what.date, what.time, what.accession_number,
        json.dumps(entry.modalities), entry.series, entry.pictures, json.dumps(entry.paths),
        reading, opened, entry.thumbnail, entry.archive,
    )  # fmt: skip


def _entry(row: tuple[Any, ...]) -> Entry:
    """What the columns of `_COLUMNS` say."""
    owner, study, name, number, birth, sex, uid, description, date, time, accession, *found = row
    modalities, series, pictures, opened_by, reading, opened, thumbnail, archive = found
    return Entry(
        (owner, study),
        Patient(name, number, birth, sex),
        Study(uid, description, date, time, accession),
        tuple(json.loads(modalities)),
        series,
        pictures,
        tuple(json.loads(opened_by)),
        Reading(reading),
        opened,
        bytes(thumbnail),
        archive,
    )
