"""What every SQLite store here has in common."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


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
