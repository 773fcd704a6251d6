"""`lungview [PATH…]` as a process: one window, safe mode after crashes, nothing heavy before the window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lungview import paths, recent, settings
from lungview.recent import OpenSession
from lungview.settings import Settings
from lungview.ui.settings.notice import NoticeDialog
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.shell.message_bar import MessageBar
from lungview.ui.start import startup
from lungview.ui.start.single_instance import SingleInstance


@pytest.fixture
def started(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[object]]:
    """Runs the program up to its equipped window, looks, and closes it."""

    def run(look: Callable[[MainWindow], object], *opened: str, safe: bool = False) -> list[object]:
        seen: list[object] = []

        def poll() -> None:
            windows = [
                w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()
            ]
            if windows and windows[0].finished:
                seen.append(look(windows[0]))
                for dialog in windows[0].findChildren(NoticeDialog):
                    dialog.reject()
                qtbot.addWidget(windows[0])  # deletes it after the test
                windows[0].close()
            else:
                QTimer.singleShot(20, poll)

        QTimer.singleShot(0, poll)
        assert startup.run(opened, safe=safe) == 0
        return seen

    return run


def test_a_first_start_shows_the_notice(started: Callable[..., list[object]]) -> None:
    assert started(lambda window: len(window.findChildren(NoticeDialog))) == [1]


def test_after_a_crash_no_other_window_is_waited_for(
    started: Callable[..., list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import os; from lungview.ui.start import startup; lock = startup.run_lock(); os._exit(9)"
    subprocess.run([sys.executable, "-c", code], check=False)
    assert (paths.data() / "session.lock").exists()
    asked: list[object] = []
    monkeypatch.setattr(startup, "_handed_over", asked.append)

    assert started(lambda window: window.isVisible()) == [True]
    assert asked == []


def test_where_no_folder_can_be_made_the_window_comes_up_with_the_notice(
    started: Callable[..., list[object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "home"
    occupied.touch()
    monkeypatch.setenv("LUNGVIEW_HOME", str(occupied))
    assert started(lambda window: len(window.findChildren(NoticeDialog))) == [1]


def test_a_start_after_a_crash_offers_what_was_open(started: Callable[..., list[object]]) -> None:
    recent.keep_session(OpenSession(("/a",), clean=False))
    assert started(_bars) == [["LungView did not end properly the last time."]]
    assert "LungView did not end properly the last time." not in started(_bars)[0]


def test_the_first_tour_is_offered_at_one_start_alone(started: Callable[..., list[object]]) -> None:
    (first,), (second,) = started(_bars), started(_bars)
    assert [text[:9] for text in first] == ["New here?"]
    assert second == []


def _bars(window: MainWindow) -> list[str]:
    return [bar.label.text() for bar in window.findChildren(MessageBar)]


def test_after_two_crashes_it_starts_with_defaults_and_keeps_the_users_own(
    started: Callable[..., list[object]],
) -> None:
    settings.save(Settings(theme="light", notice="always"))
    recent.keep_session(OpenSession(("/a",), crashes=1, clean=False))

    def look(window: MainWindow) -> object:
        window.session.change_settings(Settings(interpolation="cubic"))
        return window.safe, window.session.settings.theme

    assert started(look) == [(True, "dark")]
    assert settings.load().settings == Settings(theme="light", notice="always")


def test_safe_mode_can_be_asked_for(started: Callable[..., list[object]]) -> None:
    settings.save(Settings(theme="light"))
    assert started(lambda window: window.session.settings.theme, safe=True) == ["dark"]


def test_a_second_start_hands_its_paths_to_the_first(
    qtbot: QtBot, started: Callable[..., list[object]], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "lungview", str(tmp_path)]

    def look(window: MainWindow) -> object:
        with qtbot.waitSignal(window.session.opening, timeout=20_000) as opening:
            second = subprocess.Popen(command)
        return opening.args, second.wait(20)

    assert started(look) == [([(tmp_path,)], 0)]


def test_with_the_setting_off_nobody_is_handed_anything(
    qtbot: QtBot, started: Callable[..., list[object]]
) -> None:
    settings.save(Settings(single_instance=False))
    other = SingleInstance()
    assert other.listen()
    with qtbot.assertNotEmitted(other.paths_received):
        assert started(lambda window: window.isVisible()) == [True]
    other.close()


def test_what_the_command_line_names_is_in_the_series_browser(
    qtbot: QtBot, started: Callable[..., list[object]]
) -> None:
    def look(window: MainWindow) -> object:
        tree = window.panels["series"].tree  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: tree.topLevelItemCount() > 0)
        return recent.recent()

    sample = str(paths.resources() / "sample")
    assert started(look, sample) == [(sample,)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can catch")
def test_the_end_of_the_desktop_session_is_no_crash(qtbot: QtBot) -> None:
    running = subprocess.Popen([sys.executable, "-m", "lungview"])
    try:
        qtbot.waitUntil(lambda: recent.last_session().crashed, timeout=30_000)  # it is watched
        running.terminate()
        assert running.wait(20) == 0
    finally:
        running.kill()
    assert not recent.last_session().crashed


def test_an_error_nobody_foresaw_is_told_in_the_window_and_logged(
    started: Callable[..., list[object]], capsys: pytest.CaptureFixture[str]
) -> None:
    def look(window: MainWindow) -> object:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("x / 0"), None)
        return window.statusBar().currentMessage()

    hook = sys.excepthook
    (said,) = started(look)
    assert "ZeroDivisionError" in str(said)
    assert "ZeroDivisionError: x / 0" in (paths.logs() / "lungview.log").read_text()
    assert sys.excepthook is hook


def test_nothing_heavy_is_loaded_before_the_window() -> None:
    heavy = "[m for m in ('numpy', 'cv2', 'pydicom') if m in sys.modules]"
    code = f"import sys, lungview.ui.start.startup; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
