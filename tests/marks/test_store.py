"""Annotations are found again after a restart, and never mixed between pictures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lungview.errors import AnnotationError
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import PictureId, PictureName

NAME = PictureName("who", "1.2", "1.2.0", "1.2.3", 0)
HERE = PictureId(NAME, "sha256:00")
RULER = Annotation(Kind.RULER, (Point(1.25, 2.5), Point(100.1, 7)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnnotationStore]:
    with AnnotationStore(tmp_path / "a.sqlite") as store:
        yield store


def on(store: AnnotationStore, picture: PictureId) -> tuple[Annotation, ...]:
    return store.study(picture.name.study).annotations(picture)


def test_an_annotation_is_found_again_after_a_restart(tmp_path: Path) -> None:
    arrow = Annotation(Kind.ARROW, (Point(0.1, 0.2), Point(3, 4)), "Rundherd, 左肺")
    with AnnotationStore(tmp_path / "a.sqlite") as first:
        first.put(HERE, RULER)
        first.put(HERE, arrow)
    with AnnotationStore(tmp_path / "a.sqlite") as second:
        assert on(second, HERE) == (RULER, arrow)


@pytest.mark.parametrize(
    "other",
    [
        PictureId(replace(NAME, patient="another"), "sha256:00"),
        PictureId(replace(NAME, study="1.1"), "sha256:00"),
        PictureId(replace(NAME, series="1.2.9"), "sha256:00"),
        PictureId(replace(NAME, instance="1.2.4"), "sha256:00"),
        PictureId(replace(NAME, frame=1), "sha256:00"),
        PictureId(NAME, "sha256:01"),
        PictureId(PictureName(), "sha256:00"),
    ],
)
def test_another_picture_has_other_marks(store: AnnotationStore, other: PictureId) -> None:
    store.put(HERE, RULER)
    store.mark_key_image(HERE, True)
    assert not store.study(other.name.study).bears(other)


def test_an_edited_annotation_replaces_the_old_one_in_its_place(store: AnnotationStore) -> None:
    probe = Annotation(Kind.PROBE, (Point(5, 5),))
    store.put(HERE, RULER)
    store.put(HERE, probe)
    moved = RULER.moved(1, 1)
    store.put(HERE, moved)
    assert on(store, HERE) == (moved, probe)


def test_a_deleted_annotation_is_gone(store: AnnotationStore) -> None:
    store.put(HERE, RULER)
    store.delete(RULER.id)
    assert on(store, HERE) == ()


def test_key_images_are_marked_and_unmarked(store: AnnotationStore) -> None:
    later = PictureId(replace(NAME, instance="1.2.9", frame=2), "sha256:02")
    store.mark_key_image(later, True)
    store.mark_key_image(HERE, True)
    store.mark_key_image(HERE, True)
    assert store.study("1.2").keys == (later, HERE)
    store.mark_key_image(later, False)
    assert store.study("1.2").keys == (HERE,)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(AnnotationError, match="not a database"):
        AnnotationStore(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AnnotationError, match="later LungView"):
        AnnotationStore(path)


def test_two_windows_write_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with AnnotationStore(path) as one, AnnotationStore(path) as two:
        one.put(HERE, RULER)
        two.put(HERE, Annotation(Kind.PROBE, (Point(5, 5),), id="p"))
        assert [each.id for each in on(one, HERE)] == [RULER.id, "p"]


def test_a_row_of_an_unknown_kind_is_an_error_with_a_sentence(tmp_path: Path) -> None:
    with AnnotationStore(tmp_path / "a.sqlite") as store:
        store.put(HERE, RULER)
        connection = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
        connection.execute("UPDATE annotation SET kind = 'x'")
        connection.close()
        with pytest.raises(AnnotationError, match="cannot be read"):
            store.study("1.2")
