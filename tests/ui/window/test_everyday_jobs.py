"""Ten everyday jobs, each done by the keys and drags of the table in docs/features.md, and by no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import drawn, editing

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "features.md").read_text("utf-8")
ROW = re.compile(r"^\| (.+?) \| (\d): (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
JOBS = {job: (int(count), steps.split(", ")) for job, count, steps, *_ in ROW.findall(TEXT)}

Check = Callable[[MainWindow], object]


def _window_of(window: MainWindow) -> tuple[float, float]:
    shown = window.session.viewport.state.window
    return shown.width, shown.center


def _keys(window: MainWindow) -> int:
    return len(editing(window).annotations.of_study("1.2").keys)


# What is true when a job is done, and was not before it.
DONE: dict[str, Check] = {
    "lung window": lambda window: _window_of(window) == (1500, -600),
    "mediastinum or soft tissue": lambda window: _window_of(window) == (400, 40),
    "a window by hand": lambda window: _window_of(window) != (2000, 350),
    "invert": lambda window: window.session.viewport.state.presentation.inverted,
    "mirror left and right": lambda window: window.session.viewport.state.camera.mirrored,
    "the last slice": lambda window: window.session.stack.index == 1,
    "all as it was": lambda window: _window_of(window) != (2000, 350),
    "measure a distance": lambda window: [each.kind.value for each in drawn(window)] == ["ruler"],
    "play the slices": lambda window: window.actions_table["slice.cine"].isChecked(),
    "mark a key image": lambda window: _keys(window) == 1,
}


def _do(window: MainWindow, step: str) -> None:
    viewport = window.session.viewport
    if step == "drag":
        pointing.drag(viewport, (20, 20), (40, 30), (60, 40))
        return
    key = QKeySequence(step.strip("`"))[0]
    QTest.keyClick(viewport, key.key(), key.keyboardModifiers())


def test_there_are_ten() -> None:
    assert set(JOBS) == set(DONE)
    assert len(JOBS) == 10


@pytest.mark.parametrize("job", DONE)
def test_a_job_is_done_in_as_many_steps_as_the_table_says(drawing: MainWindow, job: str) -> None:
    count, steps = JOBS[job]
    assert len(steps) == count
    drawing.activateWindow()
    drawing.actions_table["window.bone"].trigger()
    QApplication.processEvents()
    assert not DONE[job](drawing)
    for step in steps:
        _do(drawing, step)
    QApplication.processEvents()
    done = DONE[job](drawing)
    drawing.actions_table["slice.cine"].setChecked(False)
    assert done
