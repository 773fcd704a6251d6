"""`lungview inspect`: the JSON line that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
import tifffile
from PIL import Image
from pydicom import Dataset

from lungview.cli import main
from lungview.image import phantom

KEYS = [
    *("path", "format", "modality", "transfer_syntax", "rows", "columns", "frames", "unit"),
    *("min", "max", "mean", "pixel_sha256", "spacing", "spacing_source", "photometric"),
    *("windows", "warnings"),
]


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ct")
    return phantom.write_series(folder, phantom.Thorax(slices=1, matrix=32))[0]


def test_one_line_holds_every_key(ct: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--json", str(ct)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert list(json.loads(captured.out)) == KEYS


def test_figures_are_those_of_the_phantom(ct: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["inspect", "--json", str(ct)])
    line = json.loads(capsys.readouterr().out)
    hu = phantom.Thorax(slices=1, matrix=32).hu(0)
    assert (line["min"], line["max"], line["unit"]) == (hu.min(), hu.max(), "HU")
    assert line["mean"] == pytest.approx(hu.mean(), abs=1e-6)


def test_windows_come_with_their_names(ct: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["inspect", "--json", str(ct)])
    assert json.loads(capsys.readouterr().out)["windows"][0] == {
        "center": -600.0,
        "width": 1500.0,
        "function": "LINEAR",
        "name": "LUNG",
    }


def test_a_png_has_no_spacing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.full((3, 5), 7, np.uint8)).save(tmp_path / "a.png")
    main(["inspect", "--json", str(tmp_path / "a.png")])
    line = json.loads(capsys.readouterr().out)
    assert (line["format"], line["spacing"], line["spacing_source"]) == ("PNG", None, "none")


def test_a_file_that_cannot_be_read_exits_1_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.dcm").write_text("hello")
    assert main(["inspect", "--json", str(tmp_path / "a.dcm")]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert json.loads(captured.out)["reason"] == "UnsupportedFormat"


def test_some_good_and_some_bad_exit_3(ct: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.dcm").touch()
    assert main(["inspect", "--json", str(ct), str(tmp_path / "a.dcm")]) == 3
    assert len(capsys.readouterr().out.splitlines()) == 2


def _run(arguments: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """In a shell and a plain C locale, as a script might."""
    command = f"{sys.executable} -m lungview {arguments}"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_that_is_no_utf_8_is_printed_escaped(ct: Path, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.dcm")).write_bytes(ct.read_bytes())
    for option in ("--json", ""):
        done = _run(f"inspect {option} caf*", tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"caf\\udce9.dcm" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("command", ["inspect", "classify", "anonymise"])
def test_a_file_name_moves_no_cursor_of_a_terminal(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a\x1b[2Jb.dcm", "a\nlungview: all is well\x9b.dcm", "a\u202emcd.dcm"):
        (tmp_path / name).write_bytes(b"no picture")
        out = ("--out", str(tmp_path / "out")) if command == "anonymise" else ()
        main([command, str(tmp_path / name), *out])
        printed = "".join(capsys.readouterr())
        assert "a\\" in printed
        assert printed.replace("\n", "").isprintable()
        assert "\nlungview: all is well" not in printed


def test_a_reader_that_stops_reading_is_no_error(ct: Path, tmp_path: Path) -> None:
    done = _run(f"inspect --json {' '.join([str(ct)] * 300)} | head -n 1", tmp_path)
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("known", [3, 0])
def test_figures_are_those_of_pixels_that_hold_a_number(
    known: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.full((8, 8), np.nan, np.float32)
    values[0, :known] = (-1000, 40, 60)[:known]
    tifffile.imwrite(tmp_path / "a.tif", values)

    main(["inspect", "--json", str(tmp_path / "a.tif")])
    found = json.loads(capsys.readouterr().out)
    assert (found["min"], found["max"], found["mean"]) == ((-1000, 60, -300) if known else (None, None, None))


def test_frames_in_different_units_are_in_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    phantom.write_multiframe(tmp_path / "a.dcm", phantom.Thorax(slices=2, matrix=32))
    dataset = pydicom.dcmread(tmp_path / "a.dcm")
    for groups, kind in zip(dataset.PerFrameFunctionalGroupsSequence, ("HU", "ED"), strict=True):
        item = Dataset()
        item.RescaleSlope, item.RescaleIntercept, item.RescaleType = 1, -1024, kind
        groups.PixelValueTransformationSequence = [item]
    phantom.save(dataset, tmp_path / "a.dcm")
    main(["inspect", "--json", str(tmp_path / "a.dcm")])
    line = json.loads(capsys.readouterr().out)
    assert line["unit"] == ""
    assert "the frames are in different units: HU, ED" in line["warnings"]
