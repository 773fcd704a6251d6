"""A store of the first format loses nothing, and gives no mark to a picture it may not be meant for."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lungview.errors import AnnotationError
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import PictureId, PictureName

# As the first format was written, word by word.
FORMAT_1 = """
CREATE TABLE annotation (
    id TEXT PRIMARY KEY,
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    kind TEXT NOT NULL,
    points TEXT NOT NULL,
    text TEXT NOT NULL,
    made TEXT NOT NULL
);
CREATE INDEX annotation_picture ON annotation (instance, frame);
CREATE TABLE key_image (
    study TEXT NOT NULL,
    instance TEXT NOT NULL,
    frame INTEGER NOT NULL,
    PRIMARY KEY (study, instance, frame)
);
PRAGMA user_version = 1;
"""
POINTS = "[[1.0, 2.0], [30.0, 2.0]]"
ROWS = [
    ("a", "1.9", "1.7", 0, "ruler", POINTS, "axis", "2025-01-01T00:00:00+00:00"),
    ("b", "1.9", "1.6", 3, "ruler", POINTS, "", "2025-01-02T00:00:00+00:00"),
    ("c", "", "sha256:77", 0, "ruler", POINTS, "", "2025-01-03T00:00:00+00:00"),
    ("d", "", "1.5", 0, "ruler", POINTS, "", "2025-01-04T00:00:00+00:00"),
]
OLD_COLUMNS = "id, study, instance, frame, kind, points, text, made"
NAME = PictureName("who", "1.9", "1.8", "1.7", 0)
HERE = PictureId(NAME, "sha256:00")
ELSEWHERE = PictureId(replace(NAME, patient="another"), "sha256:00")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "annotations.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FORMAT_1)
        connection.executemany("INSERT INTO annotation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.execute("INSERT INTO key_image VALUES ('1.9', '1.7', 0)")
        connection.commit()
    return path


def rows_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {OLD_COLUMNS} FROM annotation ORDER BY id").fetchall()


def ids(store: AnnotationStore, picture: PictureId) -> list[str]:
    return [each.id for each in store.around(picture).annotations(picture)]


def test_every_old_row_is_kept_as_it_was(old: Path) -> None:
    with AnnotationStore(old) as store:
        for study in ("", "1.9"):
            store.study(study)
    assert rows_of(old) == ROWS


def test_an_old_mark_is_on_the_picture_of_its_uids(old: Path) -> None:
    with AnnotationStore(old) as store:
        assert ids(store, HERE) == ["a"]
        assert store.study("1.9").is_key(HERE)
        assert store.unplaced("1.9") == 0


@pytest.mark.parametrize(
    "other",
    [{"study": "1.1"}, {"instance": "1.4"}, {"frame": 1}, {"study": ""}],
)
def test_an_old_mark_is_on_no_picture_of_other_uids(old: Path, other: dict[str, object]) -> None:
    picture = PictureId(replace(NAME, **other), "sha256:00")  # type: ignore[arg-type]
    with AnnotationStore(old) as store:
        assert not store.around(picture).bears(picture)


def test_an_old_mark_of_a_picture_file_is_found_by_its_pixels(old: Path) -> None:
    with AnnotationStore(old) as store:
        assert ids(store, PictureId(PictureName(), "sha256:77")) == ["c"]
        assert ids(store, PictureId(PictureName(), "sha256:78")) == []


@pytest.mark.parametrize("second", [ELSEWHERE, PictureId(NAME, "sha256:01")])
def test_an_old_mark_that_fits_two_pictures_is_on_neither_and_counted(old: Path, second: PictureId) -> None:
    with AnnotationStore(old) as store:
        store.around(HERE)
        assert not store.around(second).bears(second)
    with AnnotationStore(old) as store:
        assert not store.around(HERE).bears(HERE)
        assert store.unplaced("1.9") == 2  # the ruler and the key image
    assert rows_of(old) == ROWS


def test_an_old_mark_is_on_no_slice_of_a_series_with_one_uid_for_all(old: Path) -> None:
    with AnnotationStore(old) as store:
        of_study = store.study("1.9")
        store.doubt([next(each for each in of_study.old if each.instance == "1.7")])
        assert not store.around(HERE).bears(HERE)


def test_an_old_mark_without_a_study_is_kept_and_counted_only(old: Path) -> None:
    picture = PictureId(PictureName("who", "", "1.8", "1.5"), "sha256:00")
    with AnnotationStore(old) as store:
        assert not store.around(picture).bears(picture)
        assert store.unplaced("") == 1


def test_an_old_mark_that_is_moved_belongs_to_that_picture_from_then_on(old: Path) -> None:
    with AnnotationStore(old) as store:
        (ruler,) = store.around(HERE).annotations(HERE)
        store.put(HERE, ruler.moved(1, 0))
        assert store.around(ELSEWHERE).annotations(ELSEWHERE) == ()
        assert store.around(HERE).annotations(HERE) == (ruler.moved(1, 0),)


def test_an_old_key_image_can_be_unmarked(old: Path) -> None:
    with AnnotationStore(old) as store:
        (key,) = store.study("1.9").old_keys
        store.unmark_old(key)
        assert not store.study("1.9").is_key(HERE)


def test_windows_that_open_an_old_store_at_once_migrate_it_once(old: Path) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            with AnnotationStore(old) as store:
                store.put(HERE, Annotation(Kind.PROBE, (Point(1, 1),)))
        except AnnotationError as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    with AnnotationStore(old) as store:
        assert len(store.study("1.9").drawn[HERE]) == 6


def test_a_migration_that_fails_leaves_the_old_store_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lungview.marks.store_format._FORMAT_2", ("ALTER TABLE annotation ADD x", "nonsense"))
    with pytest.raises(AnnotationError, match="cannot be opened"):
        AnnotationStore(old)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert len(connection.execute("SELECT * FROM annotation LIMIT 1").fetchone()) == 8
    assert rows_of(old) == ROWS


FORMAT_2 = """
ALTER TABLE annotation ADD COLUMN patient TEXT;
ALTER TABLE annotation ADD COLUMN series TEXT;
ALTER TABLE annotation ADD COLUMN pixels TEXT;
CREATE INDEX annotation_study ON annotation (study);
CREATE TABLE key_picture (
    study TEXT NOT NULL, instance TEXT NOT NULL, frame INTEGER NOT NULL, patient TEXT NOT NULL,
    series TEXT NOT NULL, pixels TEXT NOT NULL,
    PRIMARY KEY (study, instance, frame, patient, series, pixels)
);
CREATE TABLE met (
    study TEXT NOT NULL, instance TEXT NOT NULL, frame INTEGER NOT NULL, picture TEXT NOT NULL,
    PRIMARY KEY (study, instance, frame, picture)
) WITHOUT ROWID;
PRAGMA user_version = 2;
"""


def test_marks_of_the_second_format_are_all_there_with_labels_beside_them(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(FORMAT_2)
        connection.execute(
            "UPDATE annotation SET patient='who', series='1.8', pixels='sha256:00' WHERE id='a'"
        )
        connection.commit()
    with AnnotationStore(old) as store:
        (mark,) = store.study("1.9").annotations(HERE)
        assert (mark.points, mark.text, mark.label) == ((Point(1, 2), Point(30, 2)), "axis", None)
        store.put(HERE, mark.labelled_at(Point(4.5, 6)))
    with AnnotationStore(old) as store:
        assert store.study("1.9").annotations(HERE)[0].label == Point(4.5, 6)


ISSUED = PictureId(replace(NAME, patient="who of H", unissued="who"), "sha256:00")
OF_K = PictureId(replace(NAME, patient="who of K", unissued="who else"), "sha256:00")


def as_format_3(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table in ("annotation", "key_picture"):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN early")
        connection.execute("PRAGMA user_version = 3")
        connection.commit()


@pytest.fixture
def third(tmp_path: Path) -> Path:
    path = tmp_path / "annotations.sqlite"
    with AnnotationStore(path) as store:
        store.put(HERE, Annotation(Kind.PROBE, (Point(1, 1),), id="r"))
        store.mark_key_image(HERE, True)
    as_format_3(path)
    return path


def test_a_mark_from_before_issuers_counted_is_on_its_picture_and_on_no_other(third: Path) -> None:
    with AnnotationStore(third) as store:
        for picture in (HERE, ISSUED):
            marks = store.around(picture)
            assert (ids(store, picture), marks.is_key(picture)) == (["r"], True)
            assert marks.may_be(picture.name)
        others = (OF_K, ELSEWHERE, replace(ISSUED, pixels="sha256:01"))
        assert not any(store.around(other).bears(other) for other in others)


def test_a_mark_from_before_issuers_counted_is_changed_once_for_all(third: Path) -> None:
    with AnnotationStore(third) as store:
        marks = store.around(ISSUED)
        (probe,) = marks.annotations(ISSUED)
        moved = probe.moved(1, 0)
        store.put(ISSUED, moved)
        store.mark_key_image(ISSUED, False)
        now = marks.put(ISSUED, moved).keyed(ISSUED, False)
        for seen in (now, store.around(ISSUED)):
            assert (seen.annotations(ISSUED), seen.is_key(ISSUED)) == ((moved,), False)
            assert not seen.bears(HERE)
        assert not now.removed(ISSUED, "r").bears(ISSUED)


def test_a_mark_made_now_without_issuer_is_not_on_a_picture_with_one(tmp_path: Path) -> None:
    with AnnotationStore(tmp_path / "new.sqlite") as store:
        store.put(HERE, Annotation(Kind.PROBE, (Point(1, 1),)))
        store.mark_key_image(HERE, True)
        assert not store.around(ISSUED).bears(ISSUED)
