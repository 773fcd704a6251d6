"""The record: every answer, override and opinion of the reader, in one local file that only grows.

Answers are found again by what a picture is (`study.key.PictureId`), never by its UID alone. No patient's
name and no path; what the gate refused has no number here either.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.classify.case import Case
from lungview.classify.kept import recorded_answer
from lungview.classify.kept.opinion import Opinion, opinion, read_lines
from lungview.databases import transaction, write_ahead
from lungview.errors import ReportError
from lungview.image.slice import Slice
from lungview.model.card import ModelCard
from lungview.model.input import Box
from lungview.study.key import PictureId, picture_id

_LOG = logging.getLogger(__name__)
# Of the file, in its user_version. 1: no confidence. 2: who issued a Patient ID was no part of a picture.
VERSION = 3
_OPINION = tuple(f.name for f in fields(Opinion))
_ANSWER = ("box", "numbers", "cams")  # the reader's box; see recorded_answer
_BOOLEAN = ("read_first", "overridden", "agrees")
_COLUMNS = (*_OPINION, *_ANSWER)
_TABLE = (
    f"CREATE TABLE record (id INTEGER PRIMARY KEY, {', '.join(_COLUMNS)})",
    "CREATE INDEX by_picture ON record (picture)",
    *(
        f"CREATE TRIGGER no_{what} BEFORE {what} ON record "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows'); END"
        for what in ("update", "delete")
    ),
)
# The last row from before version 3.
_EARLY = "CREATE TABLE early AS SELECT coalesce(max(id), 0) AS last FROM record"
_OF_PICTURE = "(picture=? OR picture=? AND id <= (SELECT last FROM early))"
_INSERT = f"INSERT INTO record ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """An answer of before. time: when it was given, UTC, ISO 8601."""

    case: Case
    time: str


def default_path() -> Path:
    return paths.data() / "record.sqlite"


def append(made: Opinion, path: Path | None = None) -> None:
    """Add an opinion. Raises ReportError; what is there already is never changed."""
    _add(made, {}, path)


def answered(slice_: Slice, case: Case, box: Box | None = None, path: Path | None = None) -> Case:
    """Add what a model said of a slice; returns the case.

    box: the reader's. An override that cannot be recorded is not given: then the case holds the error. A
    plain answer is given all the same.
    """
    found = case.prediction
    if found is None:
        return case
    made = opinion(
        slice_.instance, "", read_first=False, case=case, kind="answer", picture=picture_id(slice_).digest
    )
    try:
        _add(made, recorded_answer.columns(found, box), path)
    except ReportError as error:
        _LOG.warning("an answer could not be recorded: %s", error.message)
        return Case(case.instance, error=error) if found.suitability.overridden else case
    if found.suitability.overridden:
        _LOG.info("suitability overridden: %s: %s", found.model, "; ".join(found.suitability.reasons))
    return case


def overridden(slice_: Slice, case: Case, box: Box | None = None) -> Case:
    """The same for callers without a reader, who have overrides recorded only."""
    found = case.prediction
    return answered(slice_, case, box) if found is not None and found.suitability.overridden else case


def entries(path: Path | None = None) -> tuple[Opinion, ...]:
    """All there is, oldest first. Raises ReportError."""
    with _opened(path) as database:
        rows = database.execute(f"SELECT {', '.join(_OPINION)} FROM record ORDER BY id").fetchall()
    return tuple(_opinion(row) for row in rows)


def names(path: Path | None = None) -> frozenset[tuple[str, int]]:
    """SOP Instance UID and frame of all pictures that there is something about. Raises ReportError."""
    with _opened(path) as database:
        return frozenset(map(tuple, database.execute("SELECT DISTINCT instance, frame FROM record")))


def opinion_on(picture: PictureId, path: Path | None = None) -> Opinion | None:
    """The reader's last opinion on a picture. Raises ReportError."""
    query = (
        f"SELECT {', '.join(_OPINION)} FROM record WHERE {_OF_PICTURE} AND kind='opinion' "
        "AND reader_label!='' ORDER BY id DESC LIMIT 1"
    )
    with _opened(path) as database:
        row = database.execute(query, _digests(picture)).fetchone()
    return _opinion(row) if row else None


def answer_on(slice_: Slice, card: ModelCard, box: Box | None, path: Path | None = None) -> Remembered | None:
    """What a model last said of a slice; an overridden answer before any later one without.

    box: the reader's. Raises ReportError.
    """
    query = (
        f"SELECT time, overridden, reasons, label, verdict, {', '.join(_ANSWER)} FROM record "
        f"WHERE {_OF_PICTURE} AND kind='answer' AND model=? AND sha256=? AND box=? "
        "ORDER BY overridden DESC, id DESC LIMIT 1"
    )
    key = (*_digests(picture_id(slice_)), card.reference, card.sha256, recorded_answer.box_text(box))
    with _opened(path) as database:
        row = database.execute(query, key).fetchone()
    if row is None:
        return None
    names = ("time", "overridden", "reasons", "label", "verdict", *_ANSWER)
    values = dict(zip(names, row, strict=True))
    return Remembered(Case(slice_.instance, recorded_answer.prediction(values, card)), values["time"])


def _digests(picture: PictureId) -> tuple[str, str]:
    """The values of `_OF_PICTURE`."""
    return picture.digest, picture.earlier.digest if picture.earlier else picture.digest


def _add(made: Opinion, answer: dict[str, Any], path: Path | None) -> None:
    with _opened(path) as database:
        database.execute(_INSERT, _values(made, answer))


def _values(made: Opinion, answer: dict[str, Any]) -> list[Any]:
    values = asdict(made) | {"reasons": json.dumps(made.reasons)} | answer
    return [values.get(name) for name in _COLUMNS]


def _opinion(row: tuple[Any, ...]) -> Opinion:
    values = dict(zip(_OPINION, row, strict=True))
    for name in _BOOLEAN:
        values[name] = None if values[name] is None else bool(values[name])
    return Opinion(**values | {"reasons": tuple(json.loads(values["reasons"]))})


@contextmanager
def _opened(path: Path | None) -> Iterator[sqlite3.Connection]:
    """The file for one piece of work: from any thread, and nothing is held open in between."""
    path = path or default_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=10, isolation_level=None)
        try:
            _prepare(database, path)
            yield database
        finally:
            database.close()
    except (sqlite3.Error, OSError, ValueError) as error:  # ValueError: a row nobody here wrote
        raise ReportError(f"the record could not be kept or read ({error})", path) from error


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise ReportError(f"the record is of a later LungView (format {version})", path, "update LungView")
    if version < VERSION:
        write_ahead(database)
        with transaction(database):
            _make(database, path)


def _make(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return  # another window made it meanwhile
    if version == 1:
        database.execute("ALTER TABLE record ADD COLUMN confidence NOT NULL DEFAULT 0")
    elif version == 0:
        _make_table(database, path)
    database.execute(_EARLY)
    database.execute(f"PRAGMA user_version={VERSION}")


def _make_table(database: sqlite3.Connection, path: Path) -> None:
    for statement in _TABLE:
        database.execute(statement)
    for made in read_lines(path.with_name("opinions.jsonl")):  # the log before this file; it stays
        database.execute(_INSERT, _values(made, {}))
