"""`lungview data check`."""

import json
from pathlib import Path

import pytest

from lungview.cli import main
from tests.training.conftest import write_picture


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for c, name in enumerate(("normal", "adenocarcinoma")):
        for i in range(4):
            write_picture(tmp_path / "d" / name / f"{i}.png", 10 * c + i)
    return tmp_path / "d"


def test_check_prints_one_json_object_and_writes_the_split(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "split.csv"
    assert main(["data", "check", str(data), "--out", str(out), "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["classes"]["normal"]["files"] == 4
    assert len(out.read_text().splitlines()) == 9


def test_check_says_in_words_what_it_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(data)]) == 0
    assert capsys.readouterr().out.startswith("8 files, 0 unreadable, 8 distinct")


def test_an_unreadable_picture_makes_exit_3(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "normal/0.png").write_bytes(b"")
    assert main(["data", "check", str(data)]) == 3
    assert "0.png" in capsys.readouterr().err


@pytest.mark.parametrize("made", [False, True])
def test_an_absent_or_empty_folder_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: bool
) -> None:
    if made:
        (tmp_path / "x").mkdir()
    assert main(["data", "check", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_split_that_cannot_be_written_is_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "check", str(data), "--out", str(data / "absent/s.csv")]) == 1
    assert "cannot be written" in capsys.readouterr().err
