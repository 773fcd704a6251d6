import csv
import json
import os
from pathlib import Path

import pytest

from lungview.classify.case import Case, Refusal, Suitability, Verdict
from lungview.errors import DamagedFile
from lungview.image.slice import Instance
from lungview.report.table import columns, csv_text, write_csv, write_json
from tests.report.conftest import SHA, make_card, make_instance, make_prediction

KEYS = ("adenocarcinoma", "large_cell", "squamous_cell", "normal")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_the_columns_are_those_scripts_rely_on() -> None:
    assert ",".join(columns(("a", "b"))) == (
        "path,frame,model,label,verdict,suitable,p_a,p_b,seconds,error,reason,overridden,refusal,findings,p_suspicious"
    )


def test_a_prediction_fills_its_cells() -> None:
    (row,) = rows(csv_text([Case(make_instance(), make_prediction())], KEYS))
    assert row == {
        "path": "CT000014.dcm",
        "frame": "0",
        "model": "demo-subtype",
        "label": "adenocarcinoma",
        "verdict": "called",
        "suitable": "yes",
        "p_adenocarcinoma": "0.810000",
        "p_large_cell": "0.070000",
        "p_squamous_cell": "0.090000",
        "p_normal": "0.030000",
        "seconds": "0.0390",
        "error": "",
        "reason": "",
        "overridden": "no",
        "refusal": "",
        "findings": "",
        "p_suspicious": "",
    }


def test_a_refusal_is_no_error_but_has_its_reasons() -> None:
    refused = make_prediction(
        verdict=Verdict.NOT_SUITABLE,
        suitability=Suitability(False, 9.0, 3.0, ("no lungs", "too small"), refusal=Refusal.NO_LUNG),
    )
    (row,) = rows(csv_text([Case(make_instance(), refused)], KEYS))
    assert (row["suitable"], row["error"], row["reason"]) == ("no", "", "no lungs; too small")
    assert row["refusal"] == "no slice with lung"


def test_an_error_has_its_sentence_and_its_class() -> None:
    case = Case(Instance(Path("/z/s.zip"), member="d/1.dcm"), error=DamagedFile("cut, then lost", "x"))
    (row,) = rows(csv_text([case], KEYS))
    assert (row["path"], row["error"], row["reason"]) == ("/z/s.zip/d/1.dcm", "cut, then lost", "DamagedFile")
    assert row["label"] == row["p_normal"] == ""


def test_a_name_that_is_no_text_does_not_stop_the_table(tmp_path: Path) -> None:
    case = Case(Instance(Path(os.fsdecode(b"/x/\xff.dcm"))), error=DamagedFile("cut"))
    write_csv([case], tmp_path / "r.csv", KEYS)
    assert "/x/\\xff.dcm" in (tmp_path / "r.csv").read_text("utf-8")


def test_a_table_opens_in_a_spreadsheet_as_what_it_says_and_runs_nothing(tmp_path: Path) -> None:
    case = Case(Instance(Path("=cmd|'Müller'!A1")), error=DamagedFile("@SUM(1)"))
    write_csv([case], tmp_path / "r.csv", KEYS)
    written = (tmp_path / "r.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfpath,frame,")
    (row,) = rows(written.decode("utf-8-sig"))
    assert (row["path"], row["error"]) == ("'=cmd|'Müller'!A1", "'@SUM(1)")


def test_the_json_says_its_schema_model_and_research_use(tmp_path: Path) -> None:
    cases = [Case(make_instance(), make_prediction()), Case(make_instance(), error=DamagedFile("cut"))]
    write_json(cases, tmp_path / "r.json", make_card())
    found = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert found["schema"] == 1
    assert found["model"] == {"id": "demo-subtype", "version": "1.2", "sha256": SHA}
    assert found["notice"].startswith("Research use only")
    assert [c.get("label", c.get("reason")) for c in found["cases"]] == ["adenocarcinoma", "DamagedFile"]


def test_no_cases_are_still_a_whole_document(tmp_path: Path) -> None:
    write_json([], tmp_path / "r.json", make_card())
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["cases"] == []


def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield Case(make_instance(), make_prediction())
        raise ValueError("stop")

    (tmp_path / "r.csv").write_text("old")
    with pytest.raises(ValueError, match="stop"):
        write_csv(broken(), tmp_path / "r.csv", KEYS)
    assert (tmp_path / "r.csv").read_text() == "old"
