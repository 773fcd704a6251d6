"""`lungview anonymise`: what it says where nothing can be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lungview.cli import main
from lungview.image import phantom
from lungview.report.anonymise.target import Folder


def test_an_unknown_thing_to_keep_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anonymise", str(tmp_path), "--out", str(tmp_path / "out"), "--keep", "dates,names"]) == 1
    assert "'names'" in capsys.readouterr().err


def test_a_folder_without_dicom_files_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text("Dear colleague")
    assert main(["anonymise", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["status"] == "left out"
    assert lines[-1]["counts"] == {"left out": 1}


def test_where_the_medium_fails_no_line_says_that_a_file_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    phantom.write_series(tmp_path / "in", phantom.Thorax(slices=3, matrix=64))
    put, names = Folder.put, []

    def full(self: Folder, name: str, data: bytes) -> None:
        names.append(name)
        if len(names) == 3:
            raise OSError(28, "No space left on device")
        put(self, name, data)

    monkeypatch.setattr(Folder, "put", full)
    assert main(["anonymise", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "nothing is left there: No space left on device" in said.err
    assert not (tmp_path / "out").exists()
