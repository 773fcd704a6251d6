"""The list of earlier studies: what it says when there is none, and a click that opens one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLabel

from lungview.ui.pacs.priors.panel import PriorsPanel
from lungview.ui.shell.main_window import MainWindow
from tests.sources.archives import peers
from tests.ui.pacs.priors.conftest import open_now, wish
from tests.viewer.archives.jane import SLICES


def _panel(window: MainWindow) -> PriorsPanel:
    found = window.panel(PriorsPanel)
    assert found is not None
    window.to_front("priors", height=260)
    return found


def test_it_says_why_there_is_no_list(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, tmp_path: Path
) -> None:
    panel = _panel(real)
    assert panel.sentence.text() == "No study of a named patient is open."
    open_now(qtbot, real, tmp_path)
    assert panel.sentence.text() == "There is no archive yet: File › Open from PACS… adds one."
    assert not panel.ask_button.isVisible()
    wish(real, archive.node())
    assert panel.sentence.text() == "No archive was asked. Settings › Archives has the switch."
    assert panel.ask_button.isVisible()


def test_a_click_asks_and_a_click_opens(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node())
    open_now(qtbot, real, tmp_path)
    panel = _panel(real)
    panel.ask_button.click()
    qtbot.waitUntil(lambda: len(panel.rows) == 3 and panel.rows[2].isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: not panel.sentence.isVisible())  # it may still say that archives are asked
    assert not panel.ask_button.isVisible()
    assert [row.head.text() for row in panel.rows] == ["2024-03-01  CT", "2022-03-01  CT", "2025-03-01  CT"]
    assert panel.rows[0].about.text().endswith(f"{SLICES} images · orthanc")
    said = [[label.text() for label in row.findChildren(QLabel)] for row in panel.rows]
    assert "The name is another one." in said[2]
    assert not any("The name" in text for text in (*said[0], *said[1]))
    assert "ROE" not in str(said)  # whose name it is stays with the archive
    panel.rows[0].open_button.click()
    assert panel.rows[0].stop_button.isVisible()
    assert not panel.rows[1].open_button.isEnabled()
    qtbot.waitUntil(lambda: panel.rows[0].open_button.isVisible(), timeout=30_000)
    assert panel.rows[0].coming.text() == f"Retrieved: {SLICES} objects."
    assert len(real.session.series) == 2


def test_a_study_of_a_doubtful_person_stands_beside_and_is_not_linked_to_it(
    qtbot: Any, real: MainWindow, archive: peers.Orthanc, tmp_path: Path
) -> None:
    wish(real, archive.node())
    open_now(qtbot, real, tmp_path)
    panel = _panel(real)
    panel.ask_button.click()
    qtbot.waitUntil(lambda: len(panel.rows) == 3 and panel.rows[2].isVisible(), timeout=20_000)
    panel.rows[2].open_button.click()
    qtbot.waitUntil(lambda: panel.rows[2].open_button.isVisible(), timeout=30_000)
    shown = [real.session.stack_of(each).series for each in real.session.viewports[:2]]
    assert [each.study.date for each in shown if each] == ["20260301", "20250301"]
    real.session.activate(real.session.viewports[0])
    real.session.stack.go(3)
    assert "another patient" in real.session.viewports[1].apart
