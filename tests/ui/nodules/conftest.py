"""A window on the synthetic thorax, with a detector that marks what is denser than its surroundings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lungview.image.phantom import Thorax, write_series
from lungview.image.readers import read_instance
from lungview.nodules.second_reader import second_look
from lungview.sources.files.scan import scan
from lungview.study.key import frame_key, picture_id
from lungview.study.sorting.series_geometry import First
from lungview.ui.nodules.panel import FindingsPanel
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.nodules import findings, search, work
from lungview.viewer.nodules.findings import Findings
from lungview.viewer.nodules.search import Search
from tests.nodules.second_reader.test_second_look import READER, THORAX

OTHER = Thorax(slices=6, matrix=64, slice_spacing=2.5, seed=9)


@pytest.fixture(scope="session")
def thorax(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("thorax")
    write_series(folder, THORAX)
    return folder


@pytest.fixture(scope="session")
def other(tmp_path_factory) -> Path:
    """Another patient's series, too small for lungs."""
    folder = tmp_path_factory.mktemp("other")
    write_series(folder, OTHER, change=lambda dataset, _: setattr(dataset, "PatientID", "OTHER"))
    return folder


@pytest.fixture(autouse=True)
def _detector(monkeypatch) -> None:
    monkeypatch.setattr(second_look, "load", lambda entry: READER)
    monkeypatch.setattr(second_look, "_OUTLINED", 1)  # an outline takes half a second


@pytest.fixture
def make(make_window: Callable[..., MainWindow]) -> Callable[[], MainWindow]:
    def new() -> MainWindow:
        window = make_window()
        window.resize(1100, 800)
        return window

    return new


@pytest.fixture
def window(make: Callable[[], MainWindow]) -> MainWindow:
    return make()


@pytest.fixture
def go(qtbot: QtBot) -> Callable[..., None]:
    """Opens paths in a window and waits for the picture, and for what was kept of the series."""

    def open_and_wait(window: MainWindow, *paths: Path) -> None:
        with qtbot.waitSignal(window.session.scan_ended, timeout=20_000):
            window.session.open(paths)
        qtbot.waitUntil(lambda: not window.session.stack.pending and not window.session.tasks.running)

    return open_and_wait


@pytest.fixture(scope="session")
def told(thorax: Path) -> work.Told:
    """What the second reader says of the thorax; it takes some seconds, so it is asked once."""
    answer = second_look.of_series(scan([thorax], first=First.HEAD).series[0], READER)
    on = {answer.instances[each.index] for each in answer.findings}
    return work.Told(answer, {frame_key(i): picture_id(read_instance(i)) for i in on})


@pytest.fixture
def look(told: work.Told) -> Callable[[MainWindow], Findings]:
    """Has the second reader's answer to the thorax arrive in a window."""

    def arrive(window: MainWindow) -> Findings:
        found = findings_of(window)
        opened = found.opened()
        assert opened is not None
        found.take(opened, told)
        return found

    return arrive


def findings_of(window: MainWindow) -> Findings:
    return findings.of(window.workspace)


def search_of(window: MainWindow) -> Search:
    return search.of(window.workspace)


def panel_of(window: MainWindow) -> FindingsPanel:
    panel = window.panels["findings"]
    assert isinstance(panel, FindingsPanel)
    return panel
