"""Which archive a study came from: of its folder while it is retrieved, then of its patient and study."""

from __future__ import annotations

from pathlib import Path

from lungview.viewer.common.retrieved import place_of
from lungview.viewer.study_list.entry import EntryKey
from lungview.viewer.study_list.noted import entries_of, key_of
from lungview.viewer.study_list.origins import Origins
from lungview.viewer.study_list.store import StudyStore, default_path
from lungview.viewer.study_list.work import archive_of
from tests.viewer.study_list.listing import series


def _retrieved(number: int) -> Path:
    return place_of(f"1.2.{number}") / "series" / "slice.dcm"


def kept(key: EntryKey) -> str:
    with StudyStore() as store:
        return archive_of(store, key)


def test_what_is_retrieved_is_known_by_its_folder() -> None:
    origins = Origins()
    origins.retrieved("1.2.1", "ward")
    assert origins.of_file(_retrieved(1)) == "ward"
    assert origins.of_file(_retrieved(2)) == ""
    assert origins.of_file(Path("/cd/slice.dcm")) == ""


def test_a_renamed_archive_keeps_its_studies_and_all_who_go_by_its_name_are_told() -> None:
    origins, told = Origins(), []
    origins.when_renamed(lambda before, after: told.append((before, after)))
    origins.retrieved("1.2.1", "ward")
    origins.retrieved("1.2.2", "hospital")
    origins.rename("ward", "second floor")
    assert (origins.of_file(_retrieved(1)), origins.of_file(_retrieved(2))) == ("second floor", "hospital")
    assert told == [("ward", "second floor")]


def test_of_several_studies_those_that_were_retrieved_have_an_archive() -> None:
    origins = Origins()
    origins.retrieved("1.2.1", "ward")
    origins.retrieved("1.2.1", "hospital")
    one, other = series(1, _retrieved(1)), series(2, Path("/cd/slice.dcm"))
    assert origins.of_studies([one, other]) == {key_of(one): "hospital"}


def test_a_study_keeps_its_archive_when_it_is_opened_from_elsewhere_and_another_patients_has_none() -> None:
    mine, copied = series(1, _retrieved(1)), series(1, Path("/cd/slice.dcm"))
    other = series(2, Path("/cd/other.dcm"), study="1.2.1")
    with StudyStore() as store:
        store.put(entries_of([mine], (), {key_of(mine): "ward"}), opened=True)
        store.put(entries_of([copied, other]), opened=True)
    assert (kept(key_of(copied)), kept(key_of(other))) == ("ward", "")


def test_the_list_follows_an_archive_that_is_renamed() -> None:
    mine, other = series(1, _retrieved(1)), series(2, _retrieved(2))
    with StudyStore() as store:
        store.put(
            entries_of([mine, other], (), {key_of(mine): "ward", key_of(other): "hospital"}), opened=True
        )
        store.rename_archive("ward", "second floor")
    assert (kept(key_of(mine)), kept(key_of(other))) == ("second floor", "hospital")


def test_clearing_the_list_forgets_where_studies_came_from() -> None:
    mine = series(1, _retrieved(1))
    with StudyStore() as store:
        store.put(entries_of([mine], (), {key_of(mine): "ward of Dr Kowalska"}), opened=True)
        store.clear()
    assert kept(key_of(mine)) == ""
    assert b"Kowalska" not in default_path().read_bytes()
