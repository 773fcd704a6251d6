"""Send to… of the report, against a real Orthanc: nothing before Send, then each object's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from lungview.image.phantom import Thorax, write_series
from lungview.sources.sending import State
from lungview.ui.pacs.actions import PacsActions
from lungview.ui.pacs.sending.dialog import SendDialog
from lungview.ui.pacs.sending.queue import QueueDialog, QueuePanel
from lungview.ui.report import sending
from lungview.ui.report.dialog import ReportDialog
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.archives.sender import Sender
from tests.sources.archives import peers


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running


@pytest.fixture
def window(qtbot: Any, real: MainWindow, tmp_path: Path) -> MainWindow:
    """A window with a study on screen."""
    write_series(tmp_path / "study", Thorax(slices=3, matrix=64))
    real.session.open([tmp_path / "study"])
    qtbot.waitUntil(lambda: real.session.viewport.state.slice is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not real.session.scanning, timeout=20_000)
    qtbot.waitUntil(lambda: not real.session.stack.pending)  # another slice closes the report
    return real


def _asked(qtbot: Any, window: MainWindow, node: Any) -> SendDialog:
    session = window.session
    session.change_settings(replace(session.settings, nodes={node.name: node}))
    window.actions_table["file.report"].trigger()
    report = window.findChild(ReportDialog)
    assert report is not None
    report.send.click()
    found = report.findChild(SendDialog)
    assert found is not None
    return found


def _tick(dialog: SendDialog, *kinds: str) -> None:
    for kind, box in dialog.boxes.items():
        box.setChecked(kind in kinds)


def _sender(window: MainWindow) -> Sender:
    found = window.workspace.services.find(Sender)
    assert found is not None
    return found


def _states(window: MainWindow) -> set[State]:
    return {item.state for item in _sender(window).outbox.items()}


def _column(panel: QueuePanel, column: int) -> set[str]:
    return {panel.table.item(row, column).text() for row in range(panel.table.rowCount())}


def test_what_is_ticked_arrives_and_is_kept_by_the_archive(
    qtbot: Any, window: MainWindow, archive: peers.Orthanc
) -> None:
    dialog = _asked(qtbot, window, archive.node())
    assert not dialog.send_button.isEnabled()  # nothing is ticked: the report is a PDF file
    _tick(dialog, "pdf", "pr")
    assert _sender(window).outbox.items() == ()
    assert archive.instances() == set()  # nothing without the reader's word
    dialog.send_button.click()
    qtbot.waitUntil(lambda: _states(window) == {State.COMMITTED}, timeout=40_000)
    qtbot.waitUntil(lambda: _column(dialog.queue, 3) == {"sent, and kept by the archive"})
    assert _column(dialog.queue, 0) == {"Encapsulated PDF", "Grayscale Softcopy Presentation State"}
    assert len(archive.instances()) == 2
    (study,) = archive.ask("/studies?expand")
    assert study["PatientMainDicomTags"]["PatientID"] == "SYNTHETIC"
    assert "in the queue" in dialog.status.text()


def test_where_one_object_cannot_be_made_nothing_is_sent_and_it_is_said_which(
    qtbot: Any, window: MainWindow, archive: peers.Orthanc
) -> None:
    dialog = _asked(qtbot, window, archive.node())
    before = archive.instances()
    _tick(dialog, "pdf", "seg")
    dialog.send_button.click()
    qtbot.waitUntil(lambda: "Nothing was sent" in dialog.status.text(), timeout=20_000)
    assert "DICOM Segmentation of the findings: " in dialog.status.text()
    assert _sender(window).outbox.items() == ()
    assert archive.instances() == before


def test_an_archive_that_is_away_gets_it_when_it_is_back(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "orthanc"
    folder.mkdir()
    with peers.orthanc(folder) as archive:
        archive.stop()
        dialog = _asked(qtbot, window, archive.node())
        _tick(dialog, "pr")
        dialog.send_button.click()
        panel = dialog.queue
        qtbot.waitUntil(lambda: any("again at" in told for told in _column(panel, 4)), timeout=20_000)
        assert _column(panel, 3) == {"waiting"}
        archive.start()
        panel.table.selectRow(0)
        panel.again_button.click()
        qtbot.waitUntil(lambda: _states(window) == {State.COMMITTED}, timeout=40_000)
        assert len(archive.instances()) == 1


def test_the_queue_is_shown_without_the_patient_where_that_is_hidden(
    qtbot: Any, window: MainWindow, archive: peers.Orthanc
) -> None:
    dialog = _asked(qtbot, window, archive.node())
    _tick(dialog, "pr")
    dialog.send_button.click()
    qtbot.waitUntil(lambda: _states(window) == {State.COMMITTED}, timeout=40_000)
    session = window.session
    session.change_settings(replace(session.settings, hide_patient=True))
    actions = window.findChild(PacsActions)
    window.actions_table["file.sent"].trigger()
    shown = actions.sent
    assert isinstance(shown, QueueDialog)
    qtbot.waitUntil(lambda: shown.panel.table.rowCount() == 1)
    assert shown.panel.table.isColumnHidden(1)
    shown.panel.table.selectRow(0)
    assert not shown.panel.again_button.isEnabled()  # it has arrived
    assert shown.panel.remove_button.isEnabled()
    shown.panel.remove_button.click()
    qtbot.waitUntil(lambda: shown.panel.table.rowCount() == 0, timeout=40_000)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_dialog_says_whose_objects_they_are_unless_that_is_hidden(
    qtbot: Any, window: MainWindow, archive: peers.Orthanc, hidden: bool
) -> None:
    session = window.session
    session.change_settings(replace(session.settings, hide_patient=hidden))
    shown = session.viewport.state.slice
    window.actions_table["file.report"].trigger()
    report = window.findChild(ReportDialog)
    assert report is not None
    assert shown is not None
    sending.ask(report, session, shown)
    dialog = report.findChild(SendDialog)
    assert dialog is not None
    named = any("SYNTHETIC, THORAX · SYNTHETIC" in label.text() for label in dialog.findChildren(QLabel))
    assert named is not hidden
