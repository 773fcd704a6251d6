"""What is recorded is there after a restart, found by the picture alone, and never changed."""

from __future__ import annotations

import csv
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.classify.classify import classify
from lungview.classify.kept import opinions, record
from lungview.errors import ReportError
from lungview.image.slice import Patient
from lungview.model.input import Box
from lungview.study.key import PictureId, PictureName, picture_id
from tests.classify.conftest import raster


@pytest.fixture
def strange():
    return raster(np.zeros((200, 200), np.uint8))


def test_an_overridden_answer_is_there_again_as_overridden_with_its_date(tiny, strange):
    case = record.answered(strange, classify(strange, tiny, override=True))
    again = record.answer_on(raster(np.zeros((200, 200), np.uint8)), tiny.card, None)
    assert again.time == record.entries()[0].time
    a, b = case.judged, again.case.judged
    for name in ("probabilities", "label", "verdict", "suitability"):
        assert getattr(a, name) == getattr(b, name), name
    assert b.suitability.overridden
    assert np.allclose(a.cams, b.cams, atol=1e-3)


def test_an_answer_is_there_again_with_what_the_network_saw(tiny, chest):
    said = classify(chest, tiny)
    seen = replace(said.prediction, outline=np.array([[1.5, 2.0], [200.0, 2.0], [99.0, 120.25]]))
    record.answered(chest, replace(said, prediction=seen))
    again = record.answer_on(chest, tiny.card, None).case
    assert np.array_equal(again.prediction.outline, seen.outline)


def test_a_later_answer_without_an_override_does_not_hide_it(tiny, strange):
    record.answered(strange, classify(strange, tiny, override=True))
    record.answered(strange, classify(strange, tiny))
    assert record.answer_on(strange, tiny.card, None).case.judged is not None
    assert [made.overridden for made in record.entries()] == [True, False]


def test_of_a_refused_slice_the_record_holds_no_number(tiny, strange):
    record.answered(strange, classify(strange, tiny))
    (made,) = record.entries()
    assert (made.verdict, made.label, made.probability) == ("not suitable", "", 0.0)
    with sqlite3.connect(record.default_path()) as plain:
        numbers, cams = plain.execute("SELECT numbers, cams FROM record").fetchone()
    plain.close()
    assert '"probabilities": []' in numbers
    assert cams is None
    assert record.answer_on(strange, tiny.card, None).case.judged is None


@pytest.mark.parametrize("other", ["pixels", "patient", "model", "box"])
def test_an_answer_is_found_for_its_own_picture_model_and_box_only(tiny, strange, other):
    record.answered(strange, classify(strange, tiny, override=True))
    slice_, card, box = strange, tiny.card, None
    if other == "pixels":
        slice_ = raster(np.ones((200, 200), np.uint8))
    elif other == "patient":
        slice_ = replace(strange, patient=Patient("Somebody^Else", "2"))
    elif other == "model":
        card = replace(card, version="2")
    else:
        box = Box(0, 0, 9, 9)
    assert record.answer_on(slice_, card, box) is None


def test_the_record_only_grows(tiny, strange):
    record.answered(strange, classify(strange, tiny))
    plain = sqlite3.connect(record.default_path())
    for statement in ("DELETE FROM record", "UPDATE record SET label='x'"):
        with pytest.raises(sqlite3.DatabaseError, match="only grows"):
            plain.execute(statement)
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_the_record_holds_no_patient(tiny, chest):
    slice_ = replace(chest, patient=Patient("Nobody^Ann", "ID-7", "19500102"))
    record.answered(slice_, classify(slice_, tiny))
    made = opinions.opinion(slice_.instance, "a", read_first=True, picture=picture_id(slice_).digest)
    record.append(made)
    content = b"".join(path.read_bytes() for path in record.default_path().parent.glob("record.sqlite*"))
    assert not any(word in content for word in (b"Nobody", b"ID-7", b"19500102"))


def test_the_readers_last_opinion_is_found_by_the_picture(strange):
    picture = picture_id(strange)
    for label in ("a", "b"):
        record.append(opinions.opinion(strange.instance, label, read_first=True, picture=picture.digest))
    assert record.opinion_on(picture).reader_label == "b"
    assert record.opinion_on(replace(picture, pixels="sha256:00")) is None


def test_an_override_that_cannot_be_recorded_is_not_given(tiny, strange, tmp_path):
    (tmp_path / "file").write_text("")
    path: Path = tmp_path / "file" / "record.sqlite"
    case = record.answered(strange, classify(strange, tiny, override=True), path=path)
    assert isinstance(case.error, ReportError)
    plain = classify(strange, tiny)
    assert record.answered(strange, plain, path=path) is plain


def test_the_table_holds_answers_and_opinions_with_the_reasons(tiny, strange, tmp_path):
    record.answered(strange, classify(strange, tiny, override=True))
    record.append(opinions.opinion(strange.instance, "a", read_first=True))
    opinions.to_csv(record.entries(), tmp_path / "r.csv")
    _, *lines = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    answer, opinion = csv.DictReader(lines)
    assert (answer["kind"], answer["overridden"], opinion["kind"]) == ("answer", "True", "opinion")
    assert answer["reasons"] == "no body fills the picture"


FIRST_COLUMNS = (
    "time, instance, frame, reader_label, read_first, model, sha256, label, probability, verdict, "
    "overridden, agrees, remark, kind, picture, reasons, box, numbers, cams"
)


def test_a_record_from_before_the_confidence_is_carried_over(tmp_path):
    path = tmp_path / "record.sqlite"
    plain = sqlite3.connect(path)
    plain.execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, {FIRST_COLUMNS})")
    picture = PictureId(PictureName("who", "1.2"), "sha256:00")
    values = (
        "2026-01-02",
        "1.2",
        0,
        "a",
        1,
        "",
        "",
        "",
        0.0,
        "",
        0,
        None,
        "",
        "opinion",
        picture.digest,
        "[]",
    )
    plain.execute(f"INSERT INTO record VALUES (NULL, {', '.join('?' * 16)}, '', NULL, NULL)", values)
    plain.execute("PRAGMA user_version=1")
    plain.commit()
    plain.close()
    old = record.opinion_on(picture, path)
    assert (old.reader_label, old.confidence) == ("a", 0)
    record.append(replace(old, confidence=4), path)
    assert [made.confidence for made in record.entries(path)] == [0, 4]


ISSUED = Patient("Nobody^Ann", "ID-7", "19500102", id_issuer="H")


def test_what_was_recorded_before_issuers_counted_is_found_on_its_picture_and_on_no_other(tiny, chest):
    unissued = replace(chest, patient=replace(ISSUED, id_issuer=""))
    digest = picture_id(unissued).digest
    record.answered(unissued, classify(unissued, tiny))
    record.append(opinions.opinion(chest.instance, "a", read_first=True, picture=digest))
    plain = sqlite3.connect(record.default_path())
    plain.executescript("DROP TABLE early; PRAGMA user_version=2")
    plain.close()

    issued, another = replace(chest, patient=ISSUED), replace(chest, patient=replace(ISSUED, name="B^B"))
    assert record.opinion_on(picture_id(issued)).reader_label == "a"
    assert record.answer_on(issued, tiny.card, None) is not None
    assert record.opinion_on(picture_id(another)) is None
    assert record.answer_on(another, tiny.card, None) is None


def test_what_is_recorded_now_of_a_picture_without_issuer_is_not_said_of_one_with(tiny, chest):
    unissued = replace(chest, patient=replace(ISSUED, id_issuer=""))
    digest = picture_id(unissued).digest
    record.append(opinions.opinion(chest.instance, "a", read_first=True, picture=digest))
    assert record.opinion_on(picture_id(replace(chest, patient=ISSUED))) is None
