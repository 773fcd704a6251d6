"""An earlier study beside the one that is read: shown at once where it is here, and stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom

from lungview.sources.source import FoundStudy
from lungview.ui.pacs.priors.beside import Beside
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.archives.priors import Prior
from tests.sources.archives import peers
from tests.ui.pacs.priors.conftest import SLICES, open_now, study


def _beside(window: MainWindow, uid: str) -> Beside:
    now = window.session.stack.series
    assert now is not None
    return Beside(window.session, Tasks(parent=window), now, Prior("orthanc", FoundStudy(uid)), window)


def _dates(window: MainWindow) -> list[str]:
    shown = [window.session.stack_of(each).series for each in window.session.viewports[:2]]
    return [each.study.date for each in shown if each]


def test_one_that_is_open_already_is_asked_of_no_archive(
    qtbot: Any, real: MainWindow, tmp_path: Path
) -> None:
    files = study(tmp_path / "earlier", 1, "20240301")
    real.session.open([tmp_path / "earlier"])
    qtbot.waitUntil(lambda: not real.session.scanning and real.session.stack.count == SLICES, timeout=20_000)
    open_now(qtbot, real, tmp_path / "now")
    beside = _beside(real, pydicom.dcmread(files[0]).StudyInstanceUID)
    nowhere = replace(peers.Orthanc(tmp_path, 0, 9, 0, {}).node(), port=9)
    with qtbot.waitSignal(beside.ended) as said:
        beside.start(nowhere)
    assert said.args == [""]
    assert _dates(real) == ["20260301", "20240301"]


def test_an_archive_that_is_away_leaves_room_and_says_why(
    qtbot: Any, real: MainWindow, tmp_path: Path
) -> None:
    open_now(qtbot, real, tmp_path)
    beside = _beside(real, "1.2.3")
    with qtbot.waitSignal(beside.ended, timeout=20_000) as said:
        beside.start(peers.Orthanc(tmp_path, 0, peers.free_port(), 0, {}).node())
    assert "not reached" in said.args[0]
    assert _dates(real) == ["20260301"]
    assert real.session.workspace.layout == (1, 2)


def test_what_is_stopped_keeps_what_has_come(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, tmp_path: Path
) -> None:
    open_now(qtbot, real, tmp_path)
    uid = next(
        each["MainDicomTags"]["StudyInstanceUID"]
        for each in archive.ask("/studies?expand")
        if each["MainDicomTags"]["StudyDate"] == "20240301"
    )
    beside = _beside(real, uid)
    with qtbot.waitSignal(beside.told, timeout=20_000):
        beside.start(archive.node())
    with qtbot.waitSignal(beside.ended, timeout=20_000) as said:
        beside.stop()
    assert said.args == ["Stopped. What has come stays."]
    assert _dates(real) == ["20260301", "20240301"]
