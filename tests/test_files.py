"""Written whole or not at all, and nothing left by a program that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lungview import files
from lungview.files import replacing, write_atomically

KILLED = """
import os, signal, sys
from pathlib import Path
from lungview import files
if sys.argv[2] == "named":
    files._nameless = lambda folder: None
with files.replacing(Path(sys.argv[1])) as target:
    target.write_text("Nobody^Ann, half a report")
    os.kill(os.getpid(), signal.SIGKILL)
"""
needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")


def kill_while_writing(path: Path, how: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), how], check=False)
    assert done.returncode == -signal.SIGKILL


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture(params=["nameless", "named"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of writing, on every system that has both."""
    if request.param == "named":
        monkeypatch.setattr(files, "_nameless", lambda _: None)
    return str(request.param)


@pytest.mark.usefixtures("how")
def test_the_file_is_there_only_when_the_block_ends_well(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.csv") as target:
        target.write_text("new")
        assert not (tmp_path / "a.csv").exists()
    assert names(tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "new"


@pytest.mark.usefixtures("how")
def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "a", b"one and longer")
    write_atomically(tmp_path / "new" / "a", b"two")
    assert (tmp_path / "new" / "a").read_bytes() == b"two"
    assert names(tmp_path / "new") == ["a"]


@pytest.mark.usefixtures("how")
def test_an_error_in_the_block_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    def write_half() -> None:
        with replacing(tmp_path / "a") as target:
            target.write_text("half")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_half()
    assert (names(tmp_path), (tmp_path / "a").read_text()) == (["a"], "old")


@pytest.mark.usefixtures("how")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_atomically(tmp_path / "a", b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_a_program_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    if (handle := files._nameless(tmp_path)) is None:
        pytest.skip("the file system of the temporary folder has no files without a name")
    os.close(handle)
    kill_while_writing(tmp_path / "report.pdf", "nameless")
    assert names(tmp_path) == []


@needs_kill
def test_what_a_killed_program_left_goes_with_the_next_write(tmp_path: Path) -> None:
    kill_while_writing(tmp_path / "report.pdf", "named")
    assert len(names(tmp_path)) == 1
    write_atomically(tmp_path / "other.csv", b"")
    assert names(tmp_path) == ["other.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be asked who runs")
def test_a_file_that_is_still_being_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_nameless", lambda _: None)
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with replacing(tmp_path / "slow") as target:
            begun.set()
            go_on.wait(10)
            target.write_text("whole")

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert begun.wait(10)
    write_atomically(tmp_path / "quick", b"")
    go_on.set()
    writer.join()
    assert (tmp_path / "slow").read_text() == "whole"


def test_of_another_computer_only_what_is_a_day_old_is_removed(tmp_path: Path) -> None:
    fresh, old = (tmp_path / f".lungview-00000000-99-{name}.part" for name in ("fresh", "old"))
    for path in (fresh, old):
        path.touch()
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    files.remove_abandoned(tmp_path)
    assert names(tmp_path) == [fresh.name]


def test_files_that_are_not_ours_are_let_be(tmp_path: Path) -> None:
    others = [".lungview-batch.lock", ".lungview-a-b-c.part.png", ".lungview-x-y-z.part", ".a.part", "b.part"]
    for name in others:
        (tmp_path / name).touch()
    files.remove_abandoned(tmp_path)
    assert names(tmp_path) == sorted(others)


def test_a_folder_is_there_only_when_the_block_ends_well(tmp_path: Path) -> None:
    with files.replacing_folder(tmp_path / "new") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "new").exists()
    assert names(tmp_path) == ["new"]
    assert names(tmp_path / "new") == ["a"]


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_of_a_block_that_fails_leaves_all_as_it_was(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "new").mkdir()

    def fail() -> None:
        with files.replacing_folder(tmp_path / "new") as folder:
            (folder / "a").write_text("1")
            raise KeyError("full")

    with pytest.raises(KeyError, match="full"):
        fail()
    assert [path.name for path in tmp_path.rglob("*")] == (["new"] if there else [])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_private_folder_is_its_owners_alone_even_where_it_was_not(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(mode=0o755)
    for name in ("old", "new"):
        assert files.private_folder(tmp_path / name).stat().st_mode & 0o777 == 0o700
