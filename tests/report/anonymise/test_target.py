"""Where anonymised files go: all of them or nothing, and never onto the originals."""

from __future__ import annotations

import errno
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pydicom.fileset import FileSet

from lungview.cli import main
from lungview.errors import Cancelled
from lungview.report.anonymise import run as work
from lungview.report.anonymise.profile import Profile
from lungview.report.anonymise.target import target
from tests.report.anonymise.persons import files


def test_a_zip_is_read_and_written(study: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "in"), "zip", study)
    assert main(["anonymise", packed, "--out", str(tmp_path / "out.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert len(archive.namelist()) == 3
        assert b"Kowalska" not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_dicomdir_lists_what_was_written(study: Path, tmp_path: Path) -> None:
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out"), "--dicomdir"]) == 0
    listed = list(FileSet(tmp_path / "out" / "DICOMDIR"))
    assert len(listed) == 3
    assert b"Kowalska" not in (tmp_path / "out" / "DICOMDIR").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("out", [".", "inside/deeper", ".."])
def test_onto_or_into_the_originals_is_one_sentence(
    study: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in files(study)}
    assert main(["anonymise", str(study), "--out", str(study / out)]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert {path: path.read_bytes() for path in files(study)} == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_another_spelling_of_the_originals_is_still_the_originals(study: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(study)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "link" / "out")]) == 1
    assert main(["anonymise", str(tmp_path / "link"), "--out", str(study / "out")]) == 1
    assert not (study / "out").exists()


def test_an_empty_folder_that_is_there_is_filled_and_stays_the_same_folder(
    study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "medium"
    out.mkdir()
    before = out.stat().st_ino
    assert main(["anonymise", str(study), "--out", str(out), "--dicomdir"]) == 0
    assert out.stat().st_ino == before
    assert (out / "DICOMDIR").is_file()
    assert len(list(FileSet(out / "DICOMDIR"))) == 3


def test_a_full_disk_is_one_sentence_and_nothing_is_left(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, calls = Path.write_bytes, []

    def full(path: Path, data: bytes) -> int:
        calls.append(path)
        if len(calls) == 2:
            real(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["anonymise", str(study), "--out", str(tmp_path / "out")]) == 1
    assert "No space left" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize(("out", "dicomdir"), [("out", False), ("out", True), ("out.zip", False)])
@pytest.mark.parametrize("there", [False, True])
def test_an_end_in_the_middle_leaves_nothing(
    study: Path, tmp_path: Path, out: str, dicomdir: bool, there: bool
) -> None:
    if there and out == "out":
        (tmp_path / "out").mkdir()
    before = sorted(tmp_path.iterdir())
    stop: list[bool] = []
    outcomes = []

    def stopped() -> None:
        with target(tmp_path / out, (study,), dicomdir=dicomdir) as place:
            for outcome in work.anonymise((study,), place, Profile(), cancelled=lambda: bool(stop)):
                outcomes.append(outcome)
                stop.append(True)

    with pytest.raises(Cancelled):
        stopped()
    assert [outcome.status for outcome in outcomes] == [work.WRITTEN]
    assert sorted(tmp_path.iterdir()) == before
    assert files(tmp_path) == files(study)


KILLED = """
import os, signal, sys
from pathlib import Path
from lungview.report.anonymise import run, target
from lungview.report.anonymise.profile import Profile
with target.target(Path(sys.argv[2]), (Path(sys.argv[1]),), dicomdir=sys.argv[3] == "True") as place:
    for _ in run.anonymise((Path(sys.argv[1]),), place, Profile()):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("out", "dicomdir"), [("out", False), ("out", True), ("there", False), ("o.zip", False)]
)
def test_a_killed_run_leaves_nothing_that_looks_whole_and_the_next_one_removes_it(
    study: Path, tmp_path: Path, out: str, dicomdir: bool
) -> None:
    (tmp_path / "there").mkdir()
    call = [sys.executable, "-c", KILLED, str(study), str(tmp_path / out), str(dicomdir)]
    assert subprocess.run(call, check=False).returncode == -signal.SIGKILL
    seen = [path for path in files(tmp_path) if path not in files(study)]
    assert all(any(part.startswith(".lungview-") for part in path.parts) for path in seen)
    again = ["anonymise", str(study), "--out", str(tmp_path / out)]
    assert main([*again, "--dicomdir"] if dicomdir else again) == 0
    assert [path.name for path in tmp_path.rglob(".lungview-*")] == []
