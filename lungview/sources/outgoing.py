"""The queue of what is to be sent: each object's state in SQLite, safe against being killed at any moment."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.databases import transaction, write_ahead
from lungview.errors import NetworkError, NoAnswer, ReportError
from lungview.sources.sending import OnOutcome, Outcome, State
from lungview.sources.source import Cancel, check, never

_TABLE = """
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY, node TEXT NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL,
    tries INTEGER NOT NULL, due REAL NOT NULL, reason TEXT NOT NULL, UNIQUE (node, path)
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS outgoing_state ON outgoing (node, state)"
_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 900.0
Transmit = Callable[[Sequence[Path], OnOutcome, Cancel], None]
"""Sends files and tells each one's outcome. Raises NetworkError when the line breaks; the rest is unsent."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object for one node. due: when it is to be tried next, seconds of the clock."""

    node: str
    path: Path
    state: State
    tries: int
    due: float
    reason: str


def default_path() -> Path:
    return paths.data() / "outgoing.sqlite"


class Outgoing:
    """An open queue; any thread may ask. tries: how often an object is tried before it is given up."""

    def __init__(self, path: Path | None = None, tries: int = 10, pause_s: float = _PAUSE_S) -> None:
        """Open or make it, readable by its owner alone. Raises ReportError."""
        self._path = path or default_path()
        self._tries = tries
        self._pause_s = pause_s
        self._lock = threading.RLock()
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600, exist_ok=True)
            self._database = sqlite3.connect(
                self._path, timeout=10, isolation_level=None, check_same_thread=False
            )
            write_ahead(self._database)
            self._database.execute(_TABLE)
            self._database.execute(_INDEX)

    def put(self, node: str, files: Iterable[Path]) -> None:
        """Add files that are not in the queue; all of them, or none when killed. Raises ReportError."""
        rows = [(node, str(file.absolute()), State.WAITING) for file in files]
        with self._told(), self._transaction():
            self._database.executemany(
                "INSERT INTO outgoing (node, path, state, tries, due, reason) VALUES (?, ?, ?, 0, 0, '')"
                " ON CONFLICT (node, path) DO NOTHING",
                rows,
            )

    def again(self, node: str, files: Iterable[Path]) -> None:
        """Have files sent once more that were sent or given up."""
        rows = [(State.WAITING, node, str(file.absolute()), State.WAITING) for file in files]
        with self._told(), self._transaction():
            self._database.executemany(
                "UPDATE outgoing SET state=?, tries=0, due=0, reason='' WHERE node=? AND path=? AND state!=?",
                rows,
            )

    def hasten(self, node: str, files: Iterable[Path]) -> None:
        """Have files that wait tried without the rest of their pause."""
        rows = [(node, str(file.absolute()), State.WAITING) for file in files]
        with self._told(), self._transaction():
            self._database.executemany("UPDATE outgoing SET due=0 WHERE node=? AND path=? AND state=?", rows)

    def rename(self, before: str, after: str) -> None:
        """A node has another name: what is and was in the queue for it goes by that one."""
        with self._told(), self._transaction():
            self._database.execute("UPDATE OR REPLACE outgoing SET node=? WHERE node=?", (after, before))

    def placed(self, node: str, folder: Path) -> None:
        """Have all files for a node lie in this folder: it was moved with them."""
        rows = [(str(folder.absolute() / item.path.name), node, str(item.path)) for item in self.items(node)]
        with self._told(), self._transaction():
            self._database.executemany(
                "UPDATE OR REPLACE outgoing SET path=? WHERE node=? AND path=?",
                [(after, name, before) for after, name, before in rows if after != before],
            )

    def items(self, node: str = "") -> tuple[Item, ...]:
        """What is and was in the queue, for one node or all, oldest first."""
        return self._items("?='' OR node=?", node, node)

    def waiting(self, node: str) -> tuple[Item, ...]:
        """What is still to be sent to a node, oldest first."""
        return self._items("node=? AND state=?", node, State.WAITING)

    def _items(self, where: str, *values: str) -> tuple[Item, ...]:
        query = f"SELECT node, path, state, tries, due, reason FROM outgoing WHERE {where} ORDER BY id"
        with self._told():
            rows = self._database.execute(query, values).fetchall()
        return tuple(Item(n, Path(p), State(s), t, d, r) for n, p, s, t, d, r in rows)

    def forget(self, files: Iterable[Path]) -> None:
        """Remove what is said of files."""
        with self._told(), self._transaction():
            self._database.executemany(
                "DELETE FROM outgoing WHERE path=?", [(str(file.absolute()),) for file in files]
            )

    def work(
        self, node: str, transmit: Transmit, on_outcome: OnOutcome | None = None, cancelled: Cancel = never
    ) -> bool:
        """Send what is due for a node, once; whether anything was. Raises ReportError, Cancelled.

        A broken line costs each unsent object one try; where there are none left it is FAILED.
        """
        due = [each for each in self.waiting(node) if _pause(each) <= 0]
        if not due:
            return False
        left = {item.path: item for item in due}

        def note(outcome: Outcome) -> None:
            before = left.pop(outcome.path, None)
            told = self._noted(node, outcome, before)
            if on_outcome is not None:
                on_outcome(told)

        try:
            transmit([item.path for item in due], note, cancelled)
            state, reason = State.WAITING, "no outcome was told"
        except NetworkError as error:
            state = State.WAITING if isinstance(error, NoAnswer) else State.FAILED
            reason = error.message
        for path in list(left):
            note(Outcome(path, state, reason))
        return True

    def drain(
        self, node: str, transmit: Transmit, on_outcome: OnOutcome | None = None, cancelled: Cancel = never
    ) -> None:
        """Work until nothing waits for a node. Raises as `work`."""
        while (pause := self._pause(node)) is not None:
            end = time.monotonic() + pause
            while time.monotonic() < end:
                check(cancelled)
                time.sleep(min(0.2, max(0.0, end - time.monotonic())))
            self.work(node, transmit, on_outcome, cancelled)

    def _pause(self, node: str) -> float | None:
        """Seconds until something is due; None where nothing waits."""
        return min((_pause(each) for each in self.waiting(node)), default=None)

    def _noted(self, node: str, outcome: Outcome, before: Item | None) -> Outcome:
        """Record an outcome; one that waits for its last try has failed."""
        if before is None:  # a word on what was already told: of its commitment
            self._update(node, outcome, "state=?, reason=?", (outcome.state, outcome.reason))
            return outcome
        tries = before.tries + 1
        if outcome.state is State.WAITING and tries >= self._tries:
            outcome = Outcome(outcome.path, State.FAILED, f"given up after {tries} tries: {outcome.reason}")
        due = time.time() + min(self._pause_s * 2 ** (tries - 1), _LONGEST_PAUSE_S)
        values = (outcome.state, outcome.reason, tries, due)
        self._update(node, outcome, "state=?, reason=?, tries=?, due=?", values)
        return outcome

    def _update(self, node: str, outcome: Outcome, what: str, values: tuple[object, ...]) -> None:
        with self._told():
            self._database.execute(
                f"UPDATE outgoing SET {what} WHERE node=? AND path=?", (*values, node, str(outcome.path))
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, transaction(self._database):
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise ReportError(f"the queue could not be kept or read ({error})", self._path) from error

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Outgoing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pause(item: Item) -> float:
    """Seconds until an object is tried; 0 where it would be more than any pause: the clock was set back."""
    pause = item.due - time.time()
    return pause if 0 < pause <= _LONGEST_PAUSE_S else 0.0
