"""A list that an earlier version wrote: brought up to this one, with all that is in it."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace

from lungview import paths
from lungview.viewer.study_list import store as stores
from lungview.viewer.study_list.entry import Reading
from lungview.viewer.study_list.store import StudyStore
from tests.viewer.study_list.listing import entry

# As version 1 made it.
_FIRST = """
CREATE TABLE study (
    owner TEXT NOT NULL, study TEXT NOT NULL,
    name TEXT NOT NULL, patient_id TEXT NOT NULL, birth_date TEXT NOT NULL, sex TEXT NOT NULL,
    uid TEXT NOT NULL, description TEXT NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL,
    accession TEXT NOT NULL, modalities TEXT NOT NULL, series INTEGER NOT NULL, pictures INTEGER NOT NULL,
    paths TEXT NOT NULL, reading TEXT NOT NULL, opened TEXT NOT NULL, thumbnail BLOB NOT NULL,
    place REAL NOT NULL, PRIMARY KEY (owner, study)
)
"""


def _first(*numbers: int) -> None:
    """A list of version 1 with these studies, the last first."""
    paths.data().mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(stores.default_path())
    database.execute(_FIRST)
    for place, number in enumerate(reversed(numbers)):
        row = (
            f"owner{number}", f"1.2.{number}", f"Person^{number}", f"ID-{number}", "19500102", "F",
            f"1.2.{number}", "Thorax", f"2024010{number}", "101500", "",
            '["CT"]', 1, 3, f'["/x/{number}"]', "read", "2026-01-31T10:00:00+00:00", b"png", float(place),
        )  # fmt: skip
        database.execute(f"INSERT INTO study VALUES ({', '.join('?' * len(row))})", row)
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()


def _expected(number: int) -> object:
    return replace(entry(number), reading=Reading.READ, opened="2026-01-31T10:00:00+00:00", thumbnail=b"png")


def test_nothing_is_lost_and_an_archive_can_be_kept() -> None:
    _first(1, 2, 3)
    with StudyStore() as store:
        assert store.all() == (_expected(3), _expected(2), _expected(1))
        store.put([replace(entry(2), archive="ward")], opened=False)
    with StudyStore() as store:
        assert [each.archive for each in store.all()] == ["", "ward", ""]


def test_two_programs_that_bring_it_up_at_once_lose_nothing() -> None:
    _first(*range(1, 10))
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            with StudyStore() as store:
                assert len(store.all()) == 9
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []


def test_an_archive_stays_when_the_study_is_found_once_more() -> None:
    with StudyStore() as store:
        store.put([replace(entry(1), archive="ward")], opened=True)
        store.put([entry(1, pictures=9)], opened=True)
        (found,) = store.all()
        assert (found.archive, found.pictures) == ("ward", 9)
        store.put([replace(entry(1), archive="hospital")], opened=True)
        assert store.all()[0].archive == "hospital"
