from pathlib import Path

import pytest

from lungview.errors import ReportError
from lungview.report.files import replacing


def test_the_file_is_there_when_the_block_ends_well(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.csv") as target:
        target.write_text("new")
        assert not (tmp_path / "a.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_an_error_in_the_block_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")

    def write_half() -> None:
        with replacing(tmp_path / "a.csv") as target:
            target.write_text("half")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_half()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.csv", "old")]


def test_a_missing_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    said = r"a\.csv could not be written \(No such file or directory\)"
    with pytest.raises(ReportError, match=said), replacing(tmp_path / "none" / "a.csv"):
        pass


def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path) -> None:
    said = r"a\.csv could not be written \(No space left on device\)"
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(ReportError, match=said), replacing(tmp_path / "a.csv"):
        full.write_text("x")
