"""Recent files, the window's place, and what a crash leaves behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lungview import paths, recent
from lungview.recent import OpenSession
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start import startup
from lungview.ui.start.continuity import Continuity
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
    _watch(window)
    window.session.open([tmp_path])
    _continuity(window)._keep()
    _continuity(window).written()
    assert recent.last_session().crashed  # while it runs
    window.close()
    assert not recent.last_session().crashed
    assert recent.last_session().paths == (str(tmp_path),)


def _watch(window: MainWindow, crashes: int = 0) -> None:
    lock = startup.run_lock()
    assert lock is not None
    _continuity(window).watch(lock, crashes)


def test_a_run_that_is_watched_counts_as_crashed_until_it_is_closed(window: MainWindow) -> None:
    _watch(window, crashes=1)
    _continuity(window).written()
    assert recent.last_session() == OpenSession((), "", 0, 1, clean=False)
    window.close()
    assert recent.last_session() == OpenSession((), "", 0, 0, clean=True)


def test_a_second_window_beside_the_first_is_not_watched() -> None:
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
    assert startup.run_lock() is None
    other.communicate("")
    assert startup.run_lock() is not None


def test_the_lock_of_a_dead_process_is_free() -> None:
    paths.data().mkdir(parents=True, exist_ok=True)
    code = f"""
import os
from PySide6.QtCore import QLockFile
lock = QLockFile({str(paths.data() / "session.lock")!r}); lock.setStaleLockTime(0)
assert lock.tryLock(0); os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert startup.run_lock() is not None


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
    assert window.toolBarArea(bar) is Qt.ToolBarArea.NoToolBarArea


def test_crashes_in_a_row_are_counted_to_the_reader(window: MainWindow) -> None:
    bar = _continuity(window).offer(OpenSession(("/a",), "", 0, 3, clean=False))
    assert bar is not None
    assert "3 times" in bar.label.text()


def test_the_slice_on_screen_is_written_down(show: Callable[..., MainWindow]) -> None:
    window = show(*(make_slice(i) for i in range(4)))
    _watch(window)
    window.session.stack.go(2)
    _continuity(window)._keep()
    _continuity(window).written()
    assert (recent.last_session().series_uid, recent.last_session().index) == ("1", 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_the_data_folder_is_its_owners_alone() -> None:
    lock = startup.run_lock()
    assert lock is not None
    assert paths.data().stat().st_mode & 0o777 == 0o700
    lock.unlock()


def test_a_slow_disk_does_not_hold_up_the_window(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = threading.Event()
    written: list[OpenSession] = []

    def slow(session: OpenSession) -> None:
        assert disk.wait(30)
        written.append(session)

    monkeypatch.setattr(recent, "keep_session", slow)
    _watch(window)

    _continuity(window)._keep()
    assert written == []

    disk.set()
    window.close()
    assert [each.clean for each in written] == [False, False, True]


def test_what_is_opened_is_in_the_menu_however_slow_the_disk_is(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = recent.opened

    def slow(paths: tuple[Path, ...]) -> tuple[str, ...]:
        threading.Event().wait(0.3)
        return write(paths)

    monkeypatch.setattr(recent, "opened", slow)
    window.session.open([tmp_path])

    menu = window.actions_table["file.recent"].menu()
    menu.aboutToShow.emit()

    assert menu.actions()[0].text() == str(tmp_path)
