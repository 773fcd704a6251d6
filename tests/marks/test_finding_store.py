"""What the reader made of a finding is found again on its own picture, and on no other."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import AnnotationError
from lungview.marks.finding_store import FindingStore, Kept
from lungview.marks.finding_text import located_of, text_of
from lungview.nodules.answer import Located
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.outlining.outline import Outline
from lungview.study.key import PictureId, PictureName

PICTURE = PictureId(PictureName("p", "1.2", "1.2.3", "1.2.3.4"), "sha256:aa")
MASK = np.zeros((3, 5, 4), bool)
MASK[1, 1:4, 2] = True
OUTLINE = Outline(MASK.copy(), (7, 20, 30), (40, 64, 64), (2.5, 0.7, 0.7), -850.0, 35.0)
FINDING = Finding(
    (7, 9), Source.MODEL, Status.REJECTED, (1.0, -2.5, 30.0), OUTLINE, 8.5, 6.0, 210.0,
    Density.PART_SOLID, 4.0, 0.7, 0.2,
)  # fmt: skip
LOCATED = Located(FINDING, 8, (30.0, 20.0, 34.0, 25.0), called=True)


@pytest.fixture
def store(tmp_path):
    return FindingStore(tmp_path / "findings.sqlite")


def test_a_finding_comes_back_as_it_was(store):
    store.put(Kept("a", PICTURE, LOCATED, "RUL 1", "findings 1.0.0"))
    (found,) = FindingStore(store.path).of_study("p", "1.2")
    assert found == Kept("a", PICTURE, LOCATED, "RUL 1", "findings 1.0.0")
    outline = found.found.finding.outline
    assert np.array_equal(outline.mask, MASK)
    assert (outline.start, outline.shape) == ((7, 20, 30), (40, 64, 64))


def test_the_later_word_on_a_finding_counts(store):
    store.put(Kept("a", PICTURE, LOCATED))
    accepted = replace(LOCATED, finding=replace(FINDING, status=Status.ACCEPTED))
    store.put(Kept("a", PICTURE, accepted))
    (found,) = store.of_study("p", "1.2")
    assert found.found.finding.status is Status.ACCEPTED


@pytest.mark.parametrize(("patient", "study"), [("q", "1.2"), ("p", "1.3"), ("", "1.2")])
def test_another_patients_and_another_studys_are_not_found(store, patient, study):
    store.put(Kept("a", PICTURE, LOCATED))
    assert store.of_study(patient, study) == ()


def test_a_deleted_finding_is_gone(store):
    store.put(Kept("a", PICTURE, LOCATED))
    store.delete("a")
    assert store.of_study("p", "1.2") == ()


def test_a_series_that_was_read_is_known_and_can_be_taken_back(store):
    store.mark_looked(PICTURE)
    store.mark_looked(PICTURE)
    assert store.looked("p", "1.2") == (PICTURE,)
    store.mark_looked(PICTURE, looked=False)
    assert store.looked("p", "1.2") == ()


def test_no_path_and_no_name_is_in_the_file(store):
    store.put(Kept("a", PICTURE, LOCATED))
    assert b"Nobody" not in store.path.read_bytes()
    assert str(store.path.parent).encode() not in store.path.read_bytes()


def test_a_file_of_a_later_version_is_refused_and_left_as_it_is(store):
    sqlite3.connect(store.path).execute("PRAGMA user_version = 99")
    before = store.path.read_bytes()
    with pytest.raises(AnnotationError, match="later LungView"):
        store.put(Kept("a", PICTURE, LOCATED))
    assert store.path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_in_a_sentence(store):
    store.path.write_text("not a database")
    with pytest.raises(AnnotationError, match="cannot be read"):
        store.of_study("p", "1.2")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", text_of(LOCATED).replace('"size": [3', '"size": [3000000000')]
)
def test_a_row_that_nobody_here_wrote_is_a_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011 - json and enum have their own words
        located_of(text, b"x\x9c")


def test_answers_of_a_work_up_come_back_by_study_and_patient(store):
    store.put_answers(PICTURE, "first")
    store.put_answers(PICTURE, "second")
    assert FindingStore(store.path).answers("p", "1.2") == ((PICTURE, "second"),)
    assert store.answers("q", "1.2") == ()


def test_answers_taken_back_are_gone(store):
    store.put_answers(PICTURE, "said")
    store.put_answers(PICTURE, "")
    assert store.answers("p", "1.2") == ()


def older(store, version):
    """The same file as an earlier version made it."""
    with sqlite3.connect(store.path) as database:
        for table in ("finding", "looked", "answers"):
            database.execute(f"ALTER TABLE {table} DROP COLUMN early")
        if version < 2:
            database.execute("DROP TABLE answers")
        database.execute(f"PRAGMA user_version = {version}")
    return FindingStore(store.path)


def test_a_file_of_version_1_keeps_its_findings_and_takes_answers(store):
    store.put(Kept("a", PICTURE, LOCATED))
    later = older(store, 1)
    later.put_answers(PICTURE, "said")
    assert [kept.id for kept in later.of_study("p", "1.2")] == ["a"]
    assert later.answers("p", "1.2") == ((PICTURE, "said"),)


ISSUED = PictureId(replace(PICTURE.name, patient="p of H", unissued="p"), PICTURE.pixels)
WHOSE = ("p of H", "1.2", "p")


def test_what_was_kept_before_issuers_counted_is_found_and_changed_as_now(store):
    store.put(Kept("a", PICTURE, LOCATED))
    store.mark_looked(PICTURE)
    store.put_answers(PICTURE, "said")
    later = older(store, 2)
    assert [kept.picture for kept in later.of_study(*WHOSE)] == [ISSUED]
    assert later.looked(*WHOSE) == (ISSUED,)
    assert later.answers(*WHOSE) == ((ISSUED, "said"),)
    assert later.of_study("q", "1.2", "q of nobody") == ()
    assert later.of_study("p", "1.2")  # nor is it lost to a file without an issuer

    later.mark_looked(ISSUED, looked=False)
    later.put_answers(ISSUED, "")
    later.put(Kept("a", ISSUED, LOCATED))
    assert (later.looked(*WHOSE), later.answers(*WHOSE), later.of_study("p", "1.2")) == ((), (), ())
    assert [kept.id for kept in later.of_study(*WHOSE)] == ["a"]


def test_what_is_kept_now_without_issuer_is_not_that_of_a_person_with_one(store):
    store.put(Kept("a", PICTURE, LOCATED))
    store.mark_looked(PICTURE)
    store.put_answers(PICTURE, "said")
    assert (store.looked(*WHOSE), store.answers(*WHOSE), store.of_study(*WHOSE)) == ((), (), ())
