"""Targets that cannot take a report: full, read-only, open elsewhere. One sentence, nothing half-written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lungview.errors import ReportError
from lungview.report import table
from lungview.report.pdf.case import write_case
from tests.report.conftest import make_content

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a small file system with some options."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mounted(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a small file system can only be mounted by root")
        return disk

    yield mounted
    subprocess.run(["umount", "--lazy", str(disk)], capture_output=True)


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_on_a_full_disk_the_old_report_stays_and_nothing_lies_beside_it(mount: Mount) -> None:
    disk = mount("size=24k")
    (disk / "r.pdf").write_bytes(b"the old report")
    said = r"r\.pdf could not be written \(No space left on device\)"
    with pytest.raises(ReportError, match=said) as error:
        write_case(make_content(), disk / "r.pdf")
    assert "free some room" in error.value.hint
    assert left(disk) == ["r.pdf"]
    assert (disk / "r.pdf").read_bytes() == b"the old report"


def test_a_table_on_a_full_disk_is_not_cut_short(mount: Mount) -> None:
    disk = mount("size=16k")
    cases = [make_content().case] * 2000
    with pytest.raises(ReportError, match="No space left on device"):
        table.write_csv(cases, disk / "t.csv", ("normal",))
    assert left(disk) == []


def test_a_read_only_medium_is_said_in_one_sentence(mount: Mount) -> None:
    disk = mount("size=1m,ro")
    with pytest.raises(ReportError, match=r"r\.pdf could not be written \(Read-only file system\)"):
        write_case(make_content(), disk / "r.pdf")


def test_a_report_that_another_program_holds_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows refuses it while a viewer has the PDF open."""
    (tmp_path / "r.pdf").write_bytes(b"the old report")

    def held(_: Path, __: Path) -> Path:
        raise PermissionError(13, "The process cannot access the file because it is being used")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(ReportError, match=r"r\.pdf could not be written \(The process cannot access"):
        write_case(make_content(), tmp_path / "r.pdf")
    assert left(tmp_path) == ["r.pdf"]
    assert (tmp_path / "r.pdf").read_bytes() == b"the old report"
