"""The batch's results in SQLite: one row an input, safe against being killed at any moment."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from lungview.batch import encoding
from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.batch.series_row import SeriesRow
from lungview.classify.outcome import Status
from lungview.databases import transaction, write_ahead
from lungview.errors import ReportError
from lungview.model.card import ModelCard, from_json, to_json
from lungview.version import program

SCHEMA = 1
NAME = "results.sqlite"

_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE results (
    {encoding.COLUMNS},
    PRIMARY KEY (file, member)
) WITHOUT ROWID;
"""
_NAMES = ", ".join(encoding.NAMES)
# Columns in the order they came, after those of the first version.
_LATER = {"person": "TEXT", "outline": "TEXT", "refusal": "TEXT"}
_LATER |= {"findings": "INTEGER", "p_suspicious": "REAL"}
_LATER_OF_SERIES = {"notes": "TEXT NOT NULL DEFAULT '[]'"}
_WITHHOLD = """
UPDATE results SET label=NULL, probabilities=NULL, cams=NULL, cams_shape=NULL
WHERE status=? AND model IS NOT NULL
"""


_OF_SLICE = "UPDATE results SET findings=?, p_suspicious=? WHERE file=? AND member=? AND frame=?"


class _Told:
    """Turns sqlite3's errors into a ReportError with a sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            raise ReportError(
                f"{self.path.name} could not be used ({error})",
                self.path,
                "free some room or choose another folder; what was finished is kept",
            ) from error


class Store:
    """An open results.sqlite. One writer; readers may look on while it grows (WAL)."""

    def __init__(self, path: Path) -> None:
        """Open or create. Raises ReportError: not writable, not a database, of a newer program."""
        self.path = path
        with self._told():
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None)
            write_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous=NORMAL")
            if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name='meta'").fetchone():
                self._connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
                self._set("schema", str(SCHEMA))
        if self.get("schema") != str(SCHEMA):
            self.close()
            raise ReportError(f"results of schema {self.get('schema')}, expected {SCHEMA}", path)
        with self._told():
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS series ({encoding.SERIES_COLUMNS})")
        self._add_columns("results", _LATER)
        self._add_columns("series", _LATER_OF_SERIES)
        self._withhold()

    def _add_columns(self, table: str, later: dict[str, str]) -> None:
        """What results of an earlier version did not keep is not known of them: NULL, or none."""
        with self._told():
            known = {name for _, name, *_ in self._connection.execute(f"PRAGMA table_info({table})")}
            for name, kind in later.items():
                if name not in known:
                    self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")

    def _withhold(self) -> None:
        """Take what the gate refused out of results of a version that kept it, from the file's bytes too."""
        if self.get("withheld"):
            return
        with self._told():
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute(_WITHHOLD, (str(Status.NOT_SUITABLE),))
            self._set("withheld", "yes")

    def _told(self) -> _Told:
        return _Told(self.path)

    def get(self, key: str) -> str:
        """A fact about the batch, "" when not recorded."""
        with self._told():
            row = self._connection.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def _set(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def begin(self, card: ModelCard, settings: dict[str, Any]) -> None:
        """Record what the batch is made with, or check that it is the same as before.

        Raises ReportError when the results there are another model's or were made with other settings.
        """
        same = {
            "model": card.reference,
            "model_sha256": card.sha256,
            "settings": json.dumps(settings, sort_keys=True),
        }
        for key, value in same.items():
            before = self.get(key)
            if before and before != value:
                raise ReportError(
                    f"the results there were made with {key} {before}, not {value}",
                    self.path,
                    "choose another folder",
                )
        with self._told(), self._connection:
            for key, value in same.items():
                self._set(key, value)
            self._set("card", json.dumps(to_json(card)))
            self._set("program", program())

    @property
    def card(self) -> ModelCard:
        """The model's card as it was when the batch ran. Raises ReportError when none was recorded."""
        found = self.get("card")
        if not found:
            raise ReportError("no results of a batch in this file", self.path)
        return from_json(json.loads(found))

    def note(self, key: str, value: str) -> None:
        """Record a fact about the batch: when it began, whether it was finished."""
        with self._told():
            self._set(key, value)

    def times(self) -> tuple[tuple[str, str], ...]:
        """When the batch began and ended, for people; empty where it was not recorded."""
        kept = (("Started", "started"), ("Finished", "finished"))
        return tuple((word, _for_people(self.get(key))) for word, key in kept)

    def write(self, rows: Iterable[Row]) -> None:
        """Add or replace rows in one transaction: all of them are there afterwards, or none."""
        values = [encoding.to_columns(row) for row in rows]
        # By name: a column that an earlier version lacked stands last.
        into = f"({_NAMES}) VALUES ({', '.join('?' * encoding.COUNT)})"
        with self._told(), transaction(self._connection):
            self._connection.executemany(f"INSERT OR REPLACE INTO results {into}", values)

    def done(self) -> set[Input]:
        """The inputs that have a row."""
        with self._told(), closing(self._connection.execute("SELECT file, member FROM results")) as found:
            return {encoding.source(file, member) for file, member in found}

    def rows(self) -> Iterator[Row]:
        """Every row in order of path, read as they are asked for."""
        order = f"SELECT {_NAMES} FROM results ORDER BY file, member"
        with self._told(), closing(self._connection.execute(order)) as found:
            for values in found:
                yield encoding.from_columns(values)

    def write_series(self, row: SeriesRow) -> None:
        """Add or replace what the second reader says of a series, with its slices' part of it."""
        values = encoding.series_values(row)
        slices = [
            (told.findings, told.score, os.fsencode(of.path), of.member, frame)
            for of, frame, told in row.by_slice
        ]
        marks = ", ".join("?" * len(values))
        with self._told(), transaction(self._connection):
            self._connection.execute(f"INSERT OR REPLACE INTO series VALUES ({marks})", values)
            self._connection.executemany(_OF_SLICE, slices)

    def series_done(self) -> set[str]:
        """The keys of the series that have a row."""
        with self._told(), closing(self._connection.execute("SELECT key FROM series")) as found:
            return {key for (key,) in found}

    def series(self) -> Iterator[SeriesRow]:
        """Every series' row, in order of its first file."""
        with self._told(), closing(self._connection.execute("SELECT * FROM series ORDER BY file")) as found:
            for values in found:
                yield encoding.series_row(values)

    def count(self) -> int:
        """How many inputs have a row."""
        with self._told():
            return int(self._connection.execute("SELECT count(*) FROM results").fetchone()[0])

    def forget(self, status: Status) -> int:
        """Remove the rows that ended so, to judge those inputs again. Returns how many.

        Series are looked at again too: a slice that can be read by now may belong to one.
        """
        with self._told():
            self._connection.execute("DELETE FROM series")
            return self._connection.execute("DELETE FROM results WHERE status=?", (status,)).rowcount

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _for_people(moment: str) -> str:
    """ "2026-01-31T10:15:00+01:00" → "2026-01-31 10:15:00 UTC+01:00"."""
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M:%S %Z}" if moment else ""
