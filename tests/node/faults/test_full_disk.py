"""The node on a disk that is really full: a small file system of its own, where one can be mounted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.sources.pacs.send import send
from lungview.sources.sending import Outcome, State
from tests.node.running import Running
from tests.sources.archives import peers

SIZE_MB = 4


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes where the node keeps its data."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("to mount a small file system takes root on Linux")
    folder = tmp_path / "data"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    if (done := subprocess.run(command, capture_output=True, text=True, check=False)).returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def node(disk: Path, tmp_path: Path, model: Path) -> Iterator[Running]:
    """It leaves no room free by itself, so that the file system is what says no."""
    made = Running(tmp_path, peers.free_port(), model, ("--least-free-mb", "0", "--quiet", "1"))
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def _fill(disk: Path) -> Path:
    """Leave not a page of the disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return ballast


def _told(node: Running, files: list[Path]) -> list[tuple[State, bool]]:
    outcomes: list[Outcome] = []
    send(node.node, files, outcomes.append, commit=False)
    return [(each.state, "A700" in each.reason) for each in outcomes]


def test_a_disk_that_is_full_is_out_of_resources_and_the_node_goes_on_with_room(
    node: Running, disk: Path, tmp_path: Path
) -> None:
    files = write_series(tmp_path / "study", Thorax(slices=4, matrix=128))
    node.start()
    ballast = _fill(disk)
    assert shutil.disk_usage(disk).free == 0
    assert _told(node, files) == [(State.WAITING, True)] * 4
    assert list((disk / "inbox").rglob("*.dcm")) == []  # and nothing half written
    ballast.unlink()
    assert _told(node, files) == [(State.SENT, False)] * 4
    node.wait_for("judged")
    assert node.stop() == 0


def test_a_disk_that_fills_up_while_a_study_arrives_loses_nothing_that_was_answered_for(
    node: Running, disk: Path, tmp_path: Path
) -> None:
    files = write_series(tmp_path / "study", Thorax(slices=40, matrix=256))  # 5 MB
    node.start()
    told = _told(node, files)
    assert {(State.SENT, False), (State.WAITING, True)} == set(told)
    kept = list((disk / "inbox").rglob("*.dcm"))
    assert len(kept) >= sum(state is State.SENT for state, _ in told)
    sent = {
        file.read_bytes()[-1000:] for file, (state, _) in zip(files, told, strict=True) if state is State.SENT
    }
    assert sent <= {file.read_bytes()[-1000:] for file in kept}


@pytest.mark.slow
def test_a_disk_that_is_full_as_a_study_is_judged_costs_it_no_try(
    node: Running, disk: Path, tmp_path: Path
) -> None:
    files = write_series(tmp_path / "study", Thorax(slices=4, matrix=128))
    node.start()
    assert _told(node, files) == [(State.SENT, False)] * 4
    ballast = _fill(disk)
    node.wait_for("error", 2)  # as often as a study that fails by itself is tried
    ballast.unlink()
    node.wait_for("judged")
    assert {event["event"] for event in node.events()}.isdisjoint({"not judged", "set aside"})
    assert node.stop() == 0
