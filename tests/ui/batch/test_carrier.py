"""The field that says what carries a batch: typed, kept with the settings, and what answered beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from lungview.ui.batch.carrier import CarrierField
from lungview.ui.batch.panel import BatchPanel
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.batches import offered
from lungview.viewer.batches.carried import Workers
from tests.ui.waiting import heard

ADDRESS = "tcp://10.0.0.7:8786"


def _type(qtbot, field: CarrierField, text: str) -> None:  # type: ignore[no-untyped-def]
    field.where.setFocus()  # elsewhere Enter asks the second reader
    field.where.lineEdit().selectAll()
    qtbot.keyClicks(field.where, text) if text else qtbot.keyClick(field.where, Qt.Key.Key_Delete)
    qtbot.keyClick(field.where, Qt.Key.Key_Return)


@pytest.fixture
def shown(qtbot, window: MainWindow, panel: BatchPanel) -> BatchPanel:  # type: ignore[no-untyped-def]
    """The panel in front: keys reach what is on the screen."""
    window.show()
    window.docks["batch"].show()
    window.docks["batch"].raise_()
    window.activateWindow()
    qtbot.waitUntil(lambda: panel.carrier.where.isVisible() and window.isActiveWindow(), timeout=20_000)
    return panel


def test_an_address_that_is_typed_is_what_the_next_batch_runs_on(qtbot, shown: BatchPanel) -> None:
    panel = shown
    _type(qtbot, panel.carrier, ADDRESS)
    assert panel.carrier.address == ADDRESS
    assert panel._workspace.settings.batch_scheduler == ADDRESS


@pytest.fixture
def field(qtbot, window: MainWindow) -> CarrierField:  # type: ignore[no-untyped-def]
    """The field of a window whose settings name a scheduler."""
    window.session.change_settings(replace(window.session.settings, batch_scheduler=ADDRESS))
    made = CarrierField(window.workspace)
    qtbot.addWidget(made)
    return made


def test_what_is_kept_is_chosen_when_the_window_opens(field: CarrierField) -> None:
    assert field.address == ADDRESS
    assert field.where.itemText(0) == "This computer"


def test_an_empty_field_is_this_computer(qtbot, shown: BatchPanel) -> None:
    field = shown.carrier
    _type(qtbot, field, ADDRESS)
    _type(qtbot, field, "")
    assert (field.address, field.where.currentText()) == ("", "This computer")
    assert shown._workspace.settings.batch_scheduler == ""


def test_workers_and_the_dashboard_are_said_while_a_batch_runs(
    field: CarrierField, window: MainWindow
) -> None:
    field.tell(Workers(4, "http://10.0.0.7:8787/status"))
    assert field.workers.text() == 'Workers: 4 · <a href="http://10.0.0.7:8787/status">Dashboard</a>'
    assert field.workers.toolTip() == "http://10.0.0.7:8787/status"
    assert field.workers.openExternalLinks()
    offered.of(window.workspace).ended.emit(True)
    assert field.workers.text() == ""


def test_a_scheduler_that_is_none_is_said_in_the_panel(qtbot, shown: BatchPanel, folder, tmp_path) -> None:
    panel = shown
    _type(qtbot, panel.carrier, "local:none")
    with heard(qtbot, offered.of(panel._workspace).failed, timeout=60_000):
        panel.start([folder], tmp_path / "out")
    assert "local:N" in panel.state.text()
    assert not (tmp_path / "out").exists()
    assert panel.folder.isEnabled()
