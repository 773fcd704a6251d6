"""The node's ledger: every study, object and series' answer, in SQLite; what a restart goes on from.

It holds UIDs and no other word of a patient. A study is told of by its number alone, outside of it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lungview.databases import transaction, write_ahead
from lungview.errors import ReportError
from lungview.node.result import SeriesResult
from lungview.node.tables import TABLES

_OBJECT_PARTS, _ANSWER_PARTS = 4, 2  # of a path, below the data folder


class StudyState(StrEnum):
    """How far a study has come."""

    RECEIVING = "receiving"  # or complete and not judged yet
    JUDGED = "judged"  # its answers are to be sent, or are kept where there is nobody to send to
    SENT = "sent"
    REFUSED = "refused"  # there is nothing in it that the model may judge; the reason is said
    FAILED = "failed"  # an answer could not be sent and was given up
    SET_ASIDE = "set aside"  # judging it failed twice
    EXPIRED = "expired"  # its objects were deleted


FINAL = (StudyState.JUDGED, StudyState.SENT, StudyState.REFUSED, StudyState.FAILED, StudyState.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Study:
    """One row. number: what it is called outside the ledger. last: when the last object came, s."""

    number: int
    state: StudyState
    tries: int
    reason: str
    last: float


class Ledger:
    """An open ledger; any thread may ask."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises ReportError."""
        self._path = path
        self._lock = threading.RLock()
        with self._told():
            path.touch(mode=0o600, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            write_ahead(self._database)
            self._database.execute("PRAGMA synchronous=NORMAL")
            for statement in TABLES:
                self._database.execute(statement)

    def add_object(self, study_uid: str, sop_uid: str, path: Path, size: int) -> bool:
        """Note a received object; whether it is new. A new one makes its study one that is received again."""
        now = time.time()
        with self._transaction():
            self._run(
                "INSERT INTO study (uid, state, first, last) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (uid) DO NOTHING",
                study_uid, StudyState.RECEIVING, now, now,
            )  # fmt: skip
            ((number,),) = self._run("SELECT id FROM study WHERE uid=?", study_uid)
            added = self._database.execute(
                "INSERT INTO object VALUES (?, ?, ?, ?) ON CONFLICT (study, sop_uid) DO NOTHING",
                (number, sop_uid, str(path), size),
            )
            if added.rowcount:
                self._run(
                    "UPDATE study SET state=?, last=?, tries=0, reason='' WHERE id=?",
                    StudyState.RECEIVING, now, number,
                )  # fmt: skip
            return bool(added.rowcount)

    def knows(self, study_uid: str, sop_uid: str, path: Path) -> bool:
        """Whether a file is that of the noted object."""
        query = "SELECT path FROM object WHERE study=(SELECT id FROM study WHERE uid=?) AND sop_uid=?"
        with self._told():
            return [(str(path),)] == self._run(query, study_uid, sop_uid)

    def paths(self) -> set[str]:
        """The files of all noted objects."""
        with self._told():
            return {path for (path,) in self._run("SELECT path FROM object")}

    def moved_to(self, folder: Path) -> None:
        """Have every object and answer lie in this data folder, as before in another: it was moved."""
        here = (len(f"{folder}{os.sep}"), f"{folder}{os.sep}")
        elsewhere = "WHERE substr(path, 1, ?) != ?"

        def moved(path: str, parts: int) -> str:
            return str(folder.joinpath(*Path(path).parts[-parts:]))

        with self._transaction():
            objects = self._run(f"SELECT path, study, sop_uid FROM object {elsewhere}", *here)
            self._database.executemany(
                "UPDATE object SET path=? WHERE study=? AND sop_uid=?",
                [(moved(path, _OBJECT_PARTS), *key) for path, *key in objects],
            )
            answers = self._run(f"SELECT path FROM answer {elsewhere}", *here)
            self._database.executemany(
                "UPDATE answer SET path=? WHERE path=?",
                [(moved(path, _ANSWER_PARTS), path) for (path,) in answers],
            )

    def not_after(self, now: float) -> None:
        """Have no study's last object come after now: the clock was set back, or was wrong."""
        with self._told():
            later = self._run("SELECT 1 FROM study WHERE last>? LIMIT 1", now)
        if later:
            with self._transaction():
                self._run("UPDATE study SET last=? WHERE last>?", now, now)

    def waiting(self) -> list[Study]:
        """Studies that are received or to be judged, the one that has waited longest first."""
        return self._studies("state=? ORDER BY last", StudyState.RECEIVING)

    def studies(self) -> list[Study]:
        """All of them, in order of their numbers."""
        return self._studies("1 ORDER BY id")

    def outdated(self, before: float) -> list[Study]:
        """Studies that are done with and had their last object before a time."""
        marks = ", ".join("?" * len(FINAL))
        return self._studies(f"last<? AND state IN ({marks})", before, *FINAL)

    def _studies(self, where: str, *values: object) -> list[Study]:
        with self._told():
            rows = self._run(f"SELECT id, state, tries, reason, last FROM study WHERE {where}", *values)
        return [
            Study(number, StudyState(state), tries, why, last) for number, state, tries, why, last in rows
        ]

    def files(self, number: int) -> list[Path]:
        """The objects of a study."""
        with self._told():
            return [Path(path) for (path,) in self._run("SELECT path FROM object WHERE study=?", number)]

    def known(self, number: int) -> frozenset[tuple[str, str]]:
        """Key and digest of the series that were judged or refused: none of them is judged again."""
        with self._told():
            return frozenset(self._run("SELECT key, digest FROM series WHERE study=?", number))

    def judged(self, number: int, received: float, results: Iterable[SeriesResult], seconds: float) -> None:
        """Note the answers to a study's series. received: its `last` as the judging began.

        A study that has got objects meanwhile stays one that is received. It outlives a power failure: an
        answer that was sent and forgotten would be made anew, under another UID.
        """
        found = list(results)
        files = [(str(path), number, kind) for each in found for kind, path in each.files]
        with self._lasting(), self._transaction():
            self._database.executemany(
                "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?)",
                [(number, r.key, r.digest, "refused" if r.refused else "judged", r.reason) for r in found],
            )
            self._database.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, 'waiting', '')", files)
            self._count("judged_studies", 1)
            self._count("judging_seconds", seconds)
            state, reason = self._word(number)
            self._run(
                "UPDATE study SET state=?, reason=?, tries=0, judged=? WHERE id=? AND last=?",
                state, reason, time.time(), number, received,
            )  # fmt: skip
            self._settle(number)

    def _word(self, number: int) -> tuple[StudyState, str]:
        """A study's state after it was judged: by what was ever said of its series."""
        rows = self._run("SELECT state, reason FROM series WHERE study=?", number)
        if any(state == "judged" for state, _ in rows):
            return StudyState.JUDGED, ""
        reasons = sorted({reason for _, reason in rows if reason})
        return StudyState.REFUSED, "; ".join(reasons) or "there is no image in it"

    def failed_try(self, number: int, reason: str, most: int) -> bool:
        """Note that judging failed; whether the study is set aside now."""
        with self._transaction():
            self._run("UPDATE study SET tries=tries+1, reason=? WHERE id=?", reason, number)
            ((tries,),) = self._run("SELECT tries FROM study WHERE id=?", number)
            if tries >= most:
                self._run("UPDATE study SET state=? WHERE id=?", StudyState.SET_ASIDE, number)
            return bool(tries >= most)

    def answers(self, *states: str) -> list[tuple[int, Path]]:
        """Study and file of the answers in some states; of all without one."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        with self._told():
            return [(n, Path(p)) for n, p in self._run(f"SELECT study, path FROM answer {where}", *states)]

    def answered(self, path: Path, state: str, reason: str) -> int | None:
        """Note what became of an answer, and so of its study, whose number it gives; None: it is gone."""
        query = "UPDATE answer SET state=?, reason=? WHERE path=? RETURNING study"
        with self._transaction():
            rows = self._run(query, state, reason, str(path))
            for (number,) in rows:
                self._settle(number)
        return rows[0][0] if rows else None

    def _settle(self, number: int) -> None:
        """A study is sent or given up as its answers are, also where the last series had none."""
        rows = self._run("SELECT state, reason FROM answer WHERE study=?", number)
        if not rows or any(state == "waiting" for state, _ in rows):
            return
        reasons = [reason for state, reason in rows if state == "failed"]
        state = StudyState.FAILED if reasons else StudyState.SENT
        before = (StudyState.JUDGED, StudyState.SENT, StudyState.FAILED)
        self._run(
            "UPDATE study SET state=?, reason=? WHERE id=? AND state IN (?, ?, ?)",
            state, "; ".join(sorted(set(reasons))), number, *before,
        )  # fmt: skip

    def expire(self, number: int) -> None:
        """Forget a study's objects and answers; that it was answered is remembered."""
        with self._transaction():
            self._run("DELETE FROM object WHERE study=?", number)
            self._run("DELETE FROM answer WHERE study=?", number)
            self._run("UPDATE study SET state=? WHERE id=?", StudyState.EXPIRED, number)

    def count(self, name: str, by: float = 1.0) -> None:
        """Add to a counter that outlives a restart."""
        with self._transaction():
            self._count(name, by)

    def _count(self, name: str, by: float) -> None:
        self._run(
            "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value=value+excluded.value",
            name, by,
        )  # fmt: skip

    def counters(self) -> dict[str, float]:
        """All counters."""
        with self._told():
            return dict(self._run("SELECT name, value FROM counter"))

    def tally(self, table: str) -> dict[str, int]:
        """How many rows of `study` or `answer` are in each state."""
        assert table in ("study", "answer")
        with self._told():
            return dict(self._run(f"SELECT state, count(*) FROM {table} GROUP BY state"))

    def objects(self) -> int:
        """How many objects there are."""
        with self._told():
            return int(self._run("SELECT count(*) FROM object")[0][0])

    def waiting_bytes(self) -> int:
        """Bytes of the studies that are not judged yet."""
        query = "SELECT total(size) FROM object JOIN study ON id=study WHERE state=?"
        with self._told():
            return int(self._run(query, StudyState.RECEIVING)[0][0])

    def _run(self, statement: str, *values: object) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    @contextmanager
    def _lasting(self) -> Iterator[None]:
        with self._told(), self._lock:
            self._run("PRAGMA synchronous=FULL")
            try:
                yield
            finally:
                self._run("PRAGMA synchronous=NORMAL")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told(), self._lock, transaction(self._database):
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ReportError(f"the ledger could not be kept or read ({error})", self._path) from error

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
