"""The list of studies keeps what the reader did, forgets without a trace, and is nobody else's."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import StudyListError
from lungview.viewer.study_list import store as stores
from lungview.viewer.study_list.entry import Reading
from lungview.viewer.study_list.store import StudyStore
from tests.viewer.study_list.listing import entry


def names(store: StudyStore) -> list[str]:
    return [each.name for each in store.all()]


def test_what_is_put_is_there_after_it_was_closed() -> None:
    put = entry(1, thumbnail=b"\x89PNG")
    with StudyStore() as store:
        store.put([put], opened=False)
    with StudyStore() as store:
        assert store.all() == (put,)
        assert store.find(put.key) == put


def test_a_study_that_is_opened_is_begun_and_one_that_is_read_stays_read() -> None:
    with StudyStore() as store:
        store.put([entry(1), entry(2)], opened=False)
        store.read([entry(2).key], Reading.READ)
        store.put([entry(1), entry(2)], opened=True)
        first, second = store.all()
        assert (first.reading, second.reading) == (Reading.BEGUN, Reading.READ)
        assert first.opened
        assert second.opened


def test_new_studies_come_last_and_the_order_is_the_readers() -> None:
    with StudyStore() as store:
        store.put([entry(1), entry(2), entry(3)], opened=False)
        store.arrange([entry(3).key, entry(1).key])
        store.put([entry(2), entry(4)], opened=True)
        assert names(store) == ["Person, 3", "Person, 1", "Person, 2", "Person, 4"]


def test_of_two_finds_of_one_study_the_larger_stays(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    whole = entry(1, pictures=300, paths=(str(tmp_path / "all"),))
    part = entry(1, pictures=1, paths=(str(tmp_path / "all" / "1.dcm"),))
    with StudyStore() as store:
        store.put([whole], opened=False)
        store.put([part], opened=False)
        assert store.all() == (whole,)
        (tmp_path / "all").rmdir()
        store.put([part], opened=False)
        assert store.all() == (part,)


def test_clearing_leaves_no_name_in_the_file() -> None:
    with StudyStore() as store:
        store.put([entry(n, "Kowalska^Jadwiga") for n in range(1, 9)], opened=True)
        assert b"Kowalska" in store.path.read_bytes()
        store.remove([entry(1).key])
        assert len(store.all()) == 7
        store.clear()
        assert store.all() == ()
        assert all(b"Kowalska" not in path.read_bytes() for path in store.path.parent.iterdir())


def test_what_is_removed_is_overwritten() -> None:
    with StudyStore() as store:
        store.put([entry(1, "Kowalska^Jadwiga"), entry(2)], opened=True)
        store.remove([entry(1).key])
        assert b"Kowalska" not in store.path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_nobody_else_can_look_into_the_folder_or_the_file() -> None:
    paths.data().mkdir(parents=True, mode=0o755)
    with StudyStore() as store:
        assert store.path.stat().st_mode & 0o777 == 0o600
        assert store.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_no_list_is_kept_aside_and_a_new_list_begun() -> None:
    paths.data().mkdir(parents=True)
    stores.default_path().write_bytes(b"this is no database, " * 100)
    with StudyStore() as store:
        assert store.set_aside is not None
        assert store.set_aside.read_bytes().startswith(b"this is no database")
        store.put([entry(1)], opened=True)
        assert len(store.all()) == 1
        store.clear()
        assert not store.set_aside.exists()


def test_a_list_of_a_later_version_is_one_sentence_and_is_not_touched() -> None:
    with StudyStore() as store:
        store.put([entry(1)], opened=True)
    connection = sqlite3.connect(stores.default_path())
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = stores.default_path().read_bytes()
    with pytest.raises(StudyListError, match="later LungView"):
        StudyStore()
    assert stores.default_path().read_bytes() == before


def test_a_row_that_nobody_here_wrote_is_one_sentence() -> None:
    with StudyStore() as store:
        store.put([entry(1)], opened=True)
        connection = sqlite3.connect(store.path)
        connection.execute("UPDATE study SET paths = 'no JSON'")
        connection.commit()
        connection.close()
        with pytest.raises(StudyListError, match="cannot be read"):
            store.all()
        store.clear()
        assert store.all() == ()


def test_of_more_studies_than_are_kept_the_read_and_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST", 2)
    with StudyStore() as store:
        store.put([entry(1)], opened=False)
        store.put([entry(2)], opened=True)
        store.read([entry(2).key], Reading.READ)
        store.put([entry(3)], opened=False)
        assert [each.key for each in store.all()] == [entry(1).key, entry(3).key]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyListError, match="cannot be opened"):
        StudyStore(tmp_path / "file" / "studies.sqlite")
