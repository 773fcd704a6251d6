"""`lungview inspect DIR`: the contract of its lines and exit codes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from lungview import cli
from lungview.cli import exit_codes
from lungview.image import phantom

THORAX = phantom.Thorax(4, 16)


def _lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    code = cli.main(["inspect", "--json", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_folder_gives_a_line_a_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    phantom.write_series(tmp_path, THORAX)
    code, lines = _lines(capsys, str(tmp_path))

    assert code == exit_codes.OK
    (line,) = lines
    assert list(line) == [
        "series_uid",
        "description",
        "modality",
        "slices",
        "rows",
        "columns",
        "spacing",
        "slice_spacing",
        "warnings",
    ]
    assert (line["modality"], line["slices"], line["rows"], line["columns"]) == ("CT", 4, 16, 16)
    assert line["spacing"] == [22.5, 22.5]
    assert line["slice_spacing"] == pytest.approx(67.5)


def test_a_skipped_file_has_a_line_after_the_series(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    phantom.write_series(tmp_path, THORAX)
    (tmp_path / "0.txt").write_text("notes")
    code, lines = _lines(capsys, str(tmp_path))

    assert code == exit_codes.SOME_FAILED
    assert lines[0]["slices"] == 4
    assert lines[1]["path"] == str(tmp_path / "0.txt")
    assert lines[1]["reason"] == "UnsupportedFormat"
    assert lines[1]["error"]


def test_a_zip_is_inspected_like_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "ct.zip", "w") as archive:
        for path in phantom.write_series(tmp_path / "ct", THORAX):
            archive.write(path, path.name)
    code, lines = _lines(capsys, str(tmp_path / "ct.zip"))

    assert code == exit_codes.OK
    assert lines[0]["slices"] == 4


def test_a_folder_without_images_could_not_be_inspected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("notes")

    assert _lines(capsys, str(tmp_path))[0] == exit_codes.COULD_NOT


@pytest.mark.parametrize("kind", ["txt", "zip", "DICOMDIR"])
def test_bad_containers_give_one_line_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    path = tmp_path / ("DICOMDIR" if kind == "DICOMDIR" else f"bad.{kind}")
    path.write_bytes(b"PK\x03\x04" + b"\xff" * 50)
    code, lines = _lines(capsys, str(path))

    assert code == exit_codes.COULD_NOT
    assert len(lines) == 1
    assert lines[0]["reason"] in ("DamagedFile", "UnsupportedFormat")
