"""Files dragged from another program's window and let go over ours, as from a file manager."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lungview import paths, recent
from tests.batch.conftest import TINY, picture
from tests.e2e.conftest import Program, _xdotool

pytestmark = pytest.mark.display

FILE_MANAGER = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Files(QLabel):
    def mouseMoveEvent(self, event):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[1:]])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

app = QApplication([])
files = Files("Files")
files.setWindowTitle("Files to drag")
files.setGeometry(1300, 20, 90, 90)
files.show()
app.exec()
"""
ON_OPEN, ON_BATCH = (300, 400), (800, 400)  # in the picture's area: left of its middle, right of it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three loose pictures."""
    root = tmp_path / "pictures"
    root.mkdir()
    for i in range(3):
        picture(root / f"p{i}.png", i)
    return root


@pytest.fixture
def drag(display: str) -> Iterator[Callable[..., None]]:
    """Drags files from a window of their own to a place on the screen, and lets go of them there."""
    running: list[subprocess.Popen[bytes]] = []

    def run(place: tuple[int, int], *dragged: Path, before_drop: Callable[[], None] = lambda: None) -> None:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-c", FILE_MANAGER, *map(str, dragged)]
        running.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        _xdotool(display, "search", "--sync", "--onlyvisible", "--name", "Files to drag")
        x, y = place
        _xdotool(display, "mousemove", "1340", "60", "mousedown", "1")
        for step in (1340, 1330, 1250, x + 40, x + 20, x):  # a hand moves, it does not jump
            _xdotool(display, "mousemove", str(step), str(60 if step > 1200 else y), "sleep", "0.1")
        before_drop()
        _xdotool(display, "mouseup", "1")

    yield run
    for process in running:
        process.kill()
        process.wait(timeout=10)


def until(found: Callable[[], object], seconds: float = 60) -> object:
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.1)
    return value


def batches() -> list[Path]:
    return list((paths.data() / "batches").glob("*/results.sqlite"))


def judged(results: Path) -> int:
    try:
        with sqlite3.connect(f"file:{results}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


@pytest.fixture
def program(start: Callable[..., Program]) -> Program:
    """The window with nothing open, and a model."""
    target = paths.user_models() / "tiny"
    target.parent.mkdir(parents=True)
    shutil.copytree(TINY, target)
    found = start()
    until((paths.data() / "session.json").exists)  # written when every panel is there
    return found


def test_a_folder_let_go_on_the_batch_field_is_classified(
    program: Program, drag: Callable[..., None], folder: Path
) -> None:
    drag(ON_BATCH, folder)
    (results,) = until(batches)
    until(lambda: judged(results) == 3)
    assert program.close() == 0


def test_a_folder_let_go_on_the_open_field_is_opened(
    program: Program, drag: Callable[..., None], folder: Path
) -> None:
    drag(ON_OPEN, folder)
    until(lambda: str(folder) in recent.recent())
    assert batches() == []
    assert program.close() == 0


def test_one_file_is_opened_wherever_it_is_let_go(
    program: Program, drag: Callable[..., None], folder: Path
) -> None:
    drag(ON_BATCH, folder / "p1.png")
    until(lambda: str(folder / "p1.png") in recent.recent())
    assert batches() == []
    assert program.close() == 0
