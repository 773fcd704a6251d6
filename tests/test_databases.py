"""A transaction is there whole, or not at all."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from lungview.databases import transaction, write_ahead


@pytest.fixture
def database() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("CREATE TABLE kept (number INTEGER UNIQUE)")
    return made


def _kept(database: sqlite3.Connection) -> list[int]:
    return [number for (number,) in database.execute("SELECT number FROM kept")]


def test_what_a_block_writes_is_kept(database: sqlite3.Connection) -> None:
    with transaction(database):
        database.execute("INSERT INTO kept VALUES (1)")
    assert _kept(database) == [1]
    assert not database.in_transaction


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_fails_leaves_nothing(database: sqlite3.Connection, error: type[BaseException]) -> None:
    def fails() -> None:
        with transaction(database):
            database.execute("INSERT INTO kept VALUES (1)")
            raise error

    with pytest.raises(error):
        fails()
    assert _kept(database) == []
    assert not database.in_transaction


def test_a_write_that_fails_takes_those_before_it_back(database: sqlite3.Connection) -> None:
    def twice() -> None:
        with transaction(database):
            database.execute("INSERT INTO kept VALUES (1)")
            database.execute("INSERT INTO kept VALUES (1)")

    with pytest.raises(sqlite3.IntegrityError):
        twice()
    assert _kept(database) == []


def test_the_change_to_wal_waits_for_a_writer_of_another_connection(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN EXCLUSIVE")
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(other, patience_s=0)
    release = threading.Timer(0.1, lambda: writer.execute("COMMIT"))
    release.start()
    write_ahead(other)
    release.join()
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    for each in (writer, other):
        each.close()
