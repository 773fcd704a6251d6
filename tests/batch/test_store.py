import dataclasses
import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lungview.batch.encoding import COUNT, readable
from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.batch.store import Store
from lungview.batch.work import failed
from lungview.classify.case import Case, Verdict
from lungview.classify.outcome import Status
from lungview.errors import DamagedFile, InputError, NoPixelData, ReportError
from lungview.report.one_person import refuse_several
from tests.report.conftest import make_card, make_instance, make_prediction


def make_row(path: str = "/x/CT1.dcm", **changes: object) -> Row:
    case = Case(make_instance(path=Path(path), geometry=None, frame=3), make_prediction(**changes))
    return Row(Input(Path(path)), case, 5, "ab" * 32, 1234, "PID", "1.2.3", b"jpeg")


def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    row = make_row()
    with Store(tmp_path / "r.sqlite") as store:
        store.write([row])
        (again,) = store.rows()
    assert dataclasses.replace(again, case=row.case).__repr__() == row.__repr__()
    a, b = again.case.prediction, row.case.prediction
    assert a is not None
    assert b is not None
    assert np.array_equal(a.cams, b.cams)
    for name in ("keys", "probabilities", "box", "label", "verdict", "suitability", "model", "seconds"):
        assert getattr(a, name) == getattr(b, name), name
    assert again.case.instance == row.case.instance


def test_an_error_comes_back_with_its_class_sentence_and_hint(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.write([failed(Input(Path("/a.dcm")), DamagedFile("cut", "/a.dcm", "copy it again"))])
        (again,) = store.rows()
    error = again.case.error
    assert isinstance(error, DamagedFile)
    assert (error.message, error.path, error.hint) == ("cut", "/a.dcm", "copy it again")


def test_a_name_that_is_no_text_is_kept_byte_for_byte(tmp_path: Path) -> None:
    path = os.fsdecode(b"/x/\xff.dcm")
    with Store(tmp_path / "r.sqlite") as store:
        store.write([make_row(path)])
        (again,) = store.rows()
        assert store.done() == {Input(Path(path))}
    assert os.fsencode(again.source.path) == b"/x/\xff.dcm"
    assert readable(Path(path)) == "/x/\\xff.dcm"


def test_an_input_has_one_row_however_often_it_is_written(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.write([make_row(), make_row()])
        store.write([make_row(verdict=Verdict.UNCERTAIN)])
        assert store.count() == 1


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    broken = dataclasses.replace(make_row("/b.dcm"), sha256=object())  # type: ignore[arg-type]
    with Store(tmp_path / "r.sqlite") as store:
        with pytest.raises(ReportError, match="could not be used"):
            store.write([make_row("/a.dcm"), broken])
        assert store.count() == 0
        store.write([make_row("/a.dcm")])
        assert store.count() == 1


def test_results_of_another_model_are_not_mixed(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.begin(make_card(), {})
        store.begin(make_card(), {})
        with pytest.raises(ReportError, match=r"made with model demo-subtype@1\.2, not demo-subtype@2"):
            store.begin(dataclasses.replace(make_card(), version="2"), {})
        assert store.card == make_card()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite").write_text("nothing of the kind" * 100)
    with pytest.raises(ReportError, match="file is not a database"):
        Store(tmp_path / "r.sqlite")


def test_a_folder_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="unable to open database file"):
        Store(tmp_path / "none" / "r.sqlite")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NoPixelData("an SR"), Status.SKIPPED),
        (InputError("a head CT"), Status.NOT_SUITABLE),
        (DamagedFile("cut"), Status.FAILED),
    ],
)
def test_every_error_counts_as_one_status(error: Exception, status: Status) -> None:
    assert failed(Input(Path("a")), error).status is status  # type: ignore[arg-type]


def test_the_columns_are_documented_one_by_one(tmp_path: Path) -> None:
    Store(tmp_path / "r.sqlite").close()
    with sqlite3.connect(tmp_path / "r.sqlite") as plain:
        assert len(plain.execute("PRAGMA table_info(results)").fetchall()) == COUNT


def test_the_failed_can_be_forgotten_to_be_tried_again(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.write([make_row(), failed(Input(Path("/b")), DamagedFile("cut"))])
        assert store.forget(Status.FAILED) == 1
        assert store.done() == {Input(Path("/x/CT1.dcm"))}


def test_results_that_another_program_has_locked_are_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0.05}))
    with Store(tmp_path / "r.sqlite") as store, connect(tmp_path / "r.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReportError, match=r"r\.sqlite could not be used \(database is locked\)"):
            store.write([make_row()])
        other.execute("ROLLBACK")
        store.write([make_row()])
        assert store.count() == 1
    other.close()


def of_person(path: str, person: str | None) -> Row:
    row = make_row(path)
    instance = dataclasses.replace(row.case.instance, person=person)
    return dataclasses.replace(row, case=dataclasses.replace(row.case, instance=instance))


def test_a_report_of_rows_read_back_knows_two_people(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.write([of_person("/a", "one"), of_person("/b", "two")])
        people = [row.case.instance.person for row in store.rows()]
    with pytest.raises(ReportError, match="2 different people"):
        refuse_several(people)


def test_rows_that_did_not_keep_a_person_are_nobody_else(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.write([of_person("/a", "one")])
    with sqlite3.connect(tmp_path / "r.sqlite") as plain:
        plain.execute("ALTER TABLE results DROP COLUMN person")
    with Store(tmp_path / "r.sqlite") as store:
        store.write([of_person("/b", "two")])
        people = [row.case.instance.person for row in store.rows()]
    assert people == [None, "two"]
    refuse_several(people)


def test_what_the_network_saw_of_its_box_comes_back_and_is_all_of_it_in_older_results(tmp_path: Path) -> None:
    row = make_row("/a")
    assert row.case.prediction is not None
    seen = dataclasses.replace(row.case.prediction, outline=np.array([[1.5, 2.0], [9.0, 2.0], [5.0, 7.25]]))
    with Store(tmp_path / "r.sqlite") as store:
        store.write([dataclasses.replace(row, case=dataclasses.replace(row.case, prediction=seen))])
        (again,) = (each.case.prediction for each in store.rows())
    assert np.array_equal(again.outline, seen.outline)
    with sqlite3.connect(tmp_path / "r.sqlite") as plain:
        plain.execute("ALTER TABLE results DROP COLUMN outline")
    with Store(tmp_path / "r.sqlite") as store:
        (older,) = (each.case.prediction for each in store.rows())
    assert older.outline is None
