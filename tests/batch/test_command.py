"""The command as users script it, in this process but for the fault test."""

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from lungview import cli, paths
from lungview.cli import exit_codes
from tests.batch.conftest import TINY


@pytest.fixture(autouse=True)
def model() -> None:
    target = paths.user_models() / "tiny"
    target.parent.mkdir(parents=True)
    shutil.copytree(TINY, target)


def batch(*arguments: object) -> int:
    return cli.main(["batch", *map(str, arguments), "--model", "tiny", "--workers", "1", "--no-report"])


def test_a_folder_becomes_a_table_a_database_and_a_summary(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert batch(folder, "--out", out, "--json") == exit_codes.SOME_FAILED
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert len({r["path"] for r in rows}) == 12
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["complete"] is True
    assert summary["statuses"] == json.loads(capsys.readouterr().out)["statuses"]
    with sqlite3.connect(out / "results.sqlite") as database:
        assert database.execute("SELECT count(*) FROM results").fetchone() == (12,)
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == [".lungview-batch.lock"]


def test_it_refuses_to_overwrite_and_resumes_when_asked(folder: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out"
    (folder / "cut.png").unlink()
    (folder / "empty.dcm").unlink()
    (folder / "nowhere.png").unlink()
    assert batch(folder, "--out", out) == exit_codes.OK
    before = (out / "results.csv").read_text("utf-8")
    assert batch(folder, "--out", out) == exit_codes.COULD_NOT
    assert "there are results of a batch already" in capsys.readouterr().err
    assert batch(folder, "--out", out, "--resume") == exit_codes.OK
    assert (out / "results.csv").read_text("utf-8") == before


def test_files_that_failed_can_be_judged_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert batch(folder, "--out", out) == exit_codes.SOME_FAILED
    (folder / "gone.png").write_bytes((folder / "p0.png").read_bytes())
    (folder / "cut.png").write_bytes((folder / "p1.png").read_bytes())
    (folder / "empty.dcm").unlink()
    batch(folder, "--out", out, "--resume", "--retry-failed")
    assert json.loads((out / "summary.json").read_text("utf-8"))["statuses"]["failed"] == 0


def test_a_model_that_is_not_there_is_named(folder: Path, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    code = cli.main(["batch", str(folder), "--out", str(tmp_path / "o"), "--model", "nonesuch"])
    assert code == exit_codes.COULD_NOT
    assert "no model “nonesuch”" in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["0", "-1", "many"])
def test_a_wrong_number_of_workers_is_a_usage_error(tmp_path: Path, workers: str) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["batch", str(tmp_path), "--out", str(tmp_path / "o"), "--workers", workers])
    assert stop.value.code == exit_codes.USAGE


def test_labels_and_the_report_come_with_it_and_the_report_can_be_made_again(
    folder: Path, tmp_path: Path
) -> None:
    out, labels = tmp_path / "out", tmp_path / "labels.csv"
    labels.write_text("path,label\np0.png,bright\np1.png,dark\np2.png,plain\n")
    arguments = [str(folder), "--out", str(out), "--model", "tiny", "--workers", "1", "--labels", str(labels)]
    assert cli.main(["batch", *arguments]) == exit_codes.SOME_FAILED
    found = json.loads((out / "summary.json").read_text("utf-8"))["acceptance"]
    assert sum(map(sum, found["confusion"])) == 3
    first = [page.extract_text() for page in PdfReader(out / "report.pdf").pages]
    assert "Against the labels given" in "".join(first)
    assert cli.main(["report", str(out), "--out", str(tmp_path / "again.pdf")]) == exit_codes.OK
    again = [page.extract_text() for page in PdfReader(tmp_path / "again.pdf").pages]
    assert len(again) == len(first) - 1  # without the comparison
    assert cli.main(["report", str(out), "--out", str(tmp_path / "again.csv")]) == exit_codes.OK
    with (tmp_path / "again.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 12


def test_a_mistake_in_the_labels_is_told_before_the_work(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels.csv").write_text("path,label\np0.png,healthy\n")
    assert (
        batch(folder, "--out", tmp_path / "out", "--labels", tmp_path / "labels.csv") == exit_codes.COULD_NOT
    )
    assert "line 2: expected one of bright, dark, plain, found 'healthy'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("override", [False, True])
def test_the_refused_are_in_no_file_of_a_batch_unless_overridden(tmp_path: Path, override: bool) -> None:
    (tmp_path / "in").mkdir()
    cv2.imwrite(str(tmp_path / "in" / "blank.png"), np.zeros((200, 200), np.uint8))
    out = tmp_path / "out"
    assert batch(tmp_path / "in", "--out", out, *(["--override"] if override else [])) == exit_codes.OK
    (row,) = csv.DictReader((out / "results.csv").read_text("utf-8-sig").splitlines())
    assert (row["p_bright"] != "", row["overridden"] == "yes", row["label"] != "not suitable") == (
        override,
    ) * 3
    with sqlite3.connect(out / "results.sqlite") as database:
        kept = database.execute("SELECT label, probabilities, cams, overridden FROM results").fetchone()
    assert [value is not None for value in kept[:3]] == [override] * 3
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["overridden"], bool(summary["verdicts"].get("not suitable"))) == (override, not override)


def test_results_with_and_without_the_gates_word_are_not_mixed(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "in").mkdir()
    cv2.imwrite(str(tmp_path / "in" / "blank.png"), np.zeros((200, 200), np.uint8))
    assert batch(tmp_path / "in", "--out", tmp_path / "out") == exit_codes.OK
    again = ("--out", tmp_path / "out", "--resume", "--override")
    assert batch(tmp_path / "in", *again) == exit_codes.COULD_NOT
    assert "made with settings" in capsys.readouterr().err
