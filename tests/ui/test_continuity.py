"""Recent files, the window's place, and what a crash leaves behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lungview import paths, recent
from lungview.recent import OpenSession
from lungview.ui import continuity
from lungview.ui.continuity import Continuity
from lungview.ui.main_window import MainWindow
from tests.ui.conftest import make_slice


def _continuity(window: MainWindow) -> Continuity:
    found = window.findChild(Continuity)
    assert found is not None
    return found


def test_opened_paths_are_in_the_recent_menu(window: MainWindow, tmp_path: Path) -> None:
    window.session.open([tmp_path / "a & b"])
    menu = window.actions_table["file.recent"].menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == str(tmp_path / "a && b")
    menu.actions()[-1].trigger()
    assert recent.recent() == ()


def test_a_window_that_was_closed_has_a_clean_session(window: MainWindow, tmp_path: Path) -> None:
    assert not _continuity(window).begin().crashed
    window.session.open([tmp_path])
    _continuity(window)._keep()
    assert recent.last_session().crashed  # while it runs
    window.close()
    assert not recent.last_session().crashed
    assert recent.last_session().paths == (str(tmp_path),)


def test_a_window_that_was_killed_left_a_crashed_session(window: MainWindow) -> None:
    recent.keep_session(OpenSession(("/a",), "s", 3, 0, clean=False))
    last = _continuity(window).begin()
    assert last == OpenSession(("/a",), "s", 3, 1, clean=False)


def test_a_second_window_beside_the_first_sees_no_crash(window: MainWindow) -> None:
    code = f"""
import sys
from PySide6.QtCore import QLockFile
lock = QLockFile({str(paths.data() / "session.lock")!r}); lock.setStaleLockTime(0)
print(lock.tryLock(0), flush=True); sys.stdin.read()
"""
    paths.data().mkdir(parents=True, exist_ok=True)
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "True"
    recent.keep_session(OpenSession(("/a",), clean=False))
    assert not _continuity(window).begin().crashed
    other.communicate("")
    assert recent.last_session().paths == ("/a",)


def test_the_lock_of_a_dead_process_does_not_hide_its_crash(window: MainWindow) -> None:
    paths.data().mkdir(parents=True, exist_ok=True)
    code = f"""
import os
from PySide6.QtCore import QLockFile
lock = QLockFile({str(paths.data() / "session.lock")!r}); lock.setStaleLockTime(0)
assert lock.tryLock(0); os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    recent.keep_session(OpenSession(("/a",), clean=False))
    assert _continuity(window).begin().crashed


def test_after_a_crash_what_was_open_is_offered_and_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bar = _continuity(window).offer(OpenSession((str(tmp_path),), "", 0, 1, clean=False))
    assert bar is not None
    with qtbot.waitSignal(window.session.opening) as opening:
        bar.buttons[0].click()
    assert opening.args == [(tmp_path,)]


def test_start_empty_opens_nothing(qtbot: QtBot, window: MainWindow) -> None:
    bar = _continuity(window).offer(OpenSession(("/a",), "", 0, 1, clean=False))
    assert bar is not None
    with qtbot.assertNotEmitted(window.session.opening):
        bar.buttons[1].click()
    assert bar.isHidden()


def test_crashes_in_a_row_are_counted_to_the_reader(window: MainWindow) -> None:
    bar = _continuity(window).offer(OpenSession(("/a",), "", 0, 3, clean=False))
    assert bar is not None
    assert "3 times" in bar.label.text()


def test_the_slice_on_screen_is_written_down(show: Callable[..., MainWindow]) -> None:
    window = show(*(make_slice(i) for i in range(4)))
    keeper = _continuity(window)
    keeper.begin()
    window.session.stack.go(2)
    keeper._keep()
    assert (recent.last_session().series_uid, recent.last_session().index) == ("1", 2)


def test_the_window_is_where_it_was(window: MainWindow, qapp: QApplication) -> None:
    window.resize(777, 555)
    window.docks["series"].hide()
    continuity.keep_layout(window)
    window.resize(900, 700)
    window.docks["series"].show()
    continuity.restore_layout(window)
    assert (window.width(), window.height()) == (777, 555)
    assert window.docks["series"].isHidden()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"geometry": 3, "state": "x"}', b"\xff"])
def test_a_bad_layout_file_is_passed_over(window: MainWindow, content: bytes) -> None:
    (paths.data()).mkdir(parents=True, exist_ok=True)
    (paths.data() / "window.json").write_bytes(content)
    continuity.restore_layout(window)
    assert (window.width(), window.height()) == (900, 700)
