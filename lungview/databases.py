"""What every SQLite store here has in common."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PAUSE_S = 0.02


def write_ahead(database: sqlite3.Connection, patience_s: float = 5.0) -> None:
    """Have readers go on while one writes (WAL).

    The change takes the whole file for a moment, and SQLite does not wait for it by itself where another
    program, or another thread with its own connection, changes it at the same time. Raises what SQLite
    raises, of a lock only after `patience_s`.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_S)


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that the block writes is there afterwards, or none of it. Raises what the block and SQLite raise.

    database: opened without a transaction of its own (isolation_level None). The writer's lock is taken at
    once, so that two programs wait for each other instead of failing half way.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
