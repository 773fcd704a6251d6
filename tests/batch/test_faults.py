"""Killed at random moments, out of room, two at once: nothing is lost, nothing is half-written."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.conftest import TINY, picture

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
KILLS = 20 if os.environ.get("LUNGVIEW_TEST_LONG") == "1" else 4


def command(home: Path, folder: Path, out: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "lungview", "batch", str(folder), "--out", str(out)),
        *("--model", "tiny", "--workers", "2", "--no-report", *options),
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(TINY, tmp_path / "home" / "data" / "models" / "tiny")
    return tmp_path / "home"


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "LUNGVIEW_HOME": str(home)}


def rows(out: Path) -> list[tuple[str, ...]]:
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        return [tuple(v for k, v in row.items() if k != "seconds") for row in csv.DictReader(file)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_random_moments_it_resumes_to_the_same_table(tmp_path: Path, home: Path) -> None:
    folder, out, calm = tmp_path / "in", tmp_path / "out", tmp_path / "calm"
    folder.mkdir()
    for i in range(60):
        picture(folder / f"p{i:03d}.png", i)
    (folder / "notes.txt").write_text("no picture")
    start = time.monotonic()
    subprocess.run(command(home, folder, calm), env=environment(home), check=False, capture_output=True)
    usual = time.monotonic() - start
    chance = random.Random(6)
    for number in range(KILLS):
        # A session of its own: its workers are found and must be gone, too.
        batch = subprocess.Popen(
            command(home, folder, out, "--resume"),
            env=environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.1, usual))
        batch.kill()
        batch.wait()
        _workers_leave(batch.pid)
        if (out / "results.sqlite").exists():
            with sqlite3.connect(out / "results.sqlite") as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), number
    done = subprocess.run(command(home, folder, out, "--resume"), env=environment(home), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert len(rows(out)) == 61
    assert rows(out) == rows(calm)
    assert json.loads((out / "summary.json").read_text("utf-8"))["complete"] is True


def _workers_leave(session: int) -> None:
    end = time.monotonic() + 20
    while _members(session):
        assert time.monotonic() < end, "workers outlived the killed batch"
        time.sleep(0.05)


def _members(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A file system of 200 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_sentence_and_what_was_done_is_kept(
    tmp_path: Path, home: Path, small_disk: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(120):
        picture(folder / f"p{i:03d}.png", i)
    done = subprocess.run(
        command(home, folder, small_disk / "out"), env=environment(home), capture_output=True, text=True
    )
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("lungview: ")]
    assert len(said) == 1
    assert "full" in said[0] or "No space left" in said[0]
    assert "Traceback" not in done.stderr
    saved = tmp_path / "saved"
    shutil.copytree(small_disk / "out", saved)
    with sqlite3.connect(saved / "results.sqlite") as database:
        kept = database.execute("SELECT count(*) FROM results").fetchone()[0]
    assert 0 < kept < 120
    again = subprocess.run(
        command(home, folder, saved, "--resume"), env=environment(home), capture_output=True
    )
    assert again.returncode == 0, again.stderr
    assert len(rows(saved)) == 120


def test_a_second_batch_on_the_same_output_is_refused_while_the_first_runs(
    tmp_path: Path, home: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for i in range(20):
        picture(folder / f"p{i:03d}.png", i)
    with subprocess.Popen(
        command(home, folder, out),
        env=environment(home),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as first:
        while not (out / "results.sqlite").exists():
            assert first.poll() is None
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)  # it stays the first, however slowly the second starts
        try:
            second = subprocess.run(
                command(home, folder, out, "--resume"), env=environment(home), capture_output=True, text=True
            )
        finally:
            first.send_signal(signal.SIGCONT)
    assert first.returncode == 0
    assert second.returncode == 1
    assert "another batch is writing to this folder" in second.stderr
    assert len(rows(out)) == 20


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(tmp_path: Path, home: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for i in range(400):
        picture(folder / f"p{i:03d}.png", i)
    with subprocess.Popen(
        command(home, folder, out), env=environment(home), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as batch:
        while not (out / "results.sqlite").exists() or not _count(out):
            assert batch.poll() is None
            time.sleep(0.02)
        batch.send_signal(signal.SIGINT)
        said = batch.communicate(timeout=60)[1].decode()
    assert batch.returncode == 1
    assert "stopped; go on with --resume" in said
    assert "Traceback" not in said
    assert 0 < len(rows(out)) < 400
    assert json.loads((out / "summary.json").read_text("utf-8"))["complete"] is False


def _count(out: Path) -> int:
    try:
        with sqlite3.connect(f"file:{out}/results.sqlite?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on stderr."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("lungview: ")]
    return said


def test_a_read_only_output_is_one_sentence(tmp_path: Path, home: Path) -> None:
    folder, disk = tmp_path / "in", tmp_path / "disk"
    folder.mkdir()
    disk.mkdir()
    picture(folder / "p.png", 0)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a read-only file system can only be mounted by root")
    try:
        for out in (disk, disk / "new"):
            done = subprocess.run(
                command(home, folder, out), env=environment(home), capture_output=True, text=True
            )
            assert "Read-only file system" in _said(done)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_model_that_was_removed_is_one_sentence_and_what_was_done_is_kept(
    tmp_path: Path, home: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    picture(folder / "p0.png", 0)
    subprocess.run(command(home, folder, out), env=environment(home), check=True, capture_output=True)
    picture(folder / "p1.png", 1)
    (home / "data" / "models" / "tiny" / "model.tflite").unlink()
    again = [*command(home, folder, out), "--resume"]
    done = subprocess.run(again, env=environment(home), capture_output=True, text=True)
    assert "model.tflite" in _said(done)
    assert _count(out) == 1
