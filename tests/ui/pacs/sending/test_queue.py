"""The table of the queue follows it: behind a busy line, after an error, with what was selected."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import shiboken6

from lungview.errors import ReportError
from lungview.sources.source import Cancel
from lungview.ui.pacs.sending import queue
from lungview.ui.pacs.sending.queue import QueuePanel
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.archives.outbox import Outbox, Row
from lungview.viewer.archives.sender import Sender


class _Outbox(Outbox):
    """faults: how many readings fail from now on. go_on: set when archives are waited for no more."""

    faults = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.go_on = threading.Event()

    def rows(self) -> tuple[Row, ...]:
        if self.faults:
            self.faults -= 1
            raise ReportError("the queue could not be read")
        return super().rows()

    def work(self, tell: Callable[[Any], None], cancelled: Cancel) -> bool:
        self.go_on.wait(20)
        return False


@pytest.fixture
def outbox(tmp_path: Path) -> _Outbox:
    """Three objects wait for a node."""
    made = _Outbox(tmp_path / "outbox")

    def write(_kind: str, path: Path) -> tuple[str, ...]:
        path.write_bytes(b"")
        return ()

    made.submit("ward", ["sr", "ko", "pdf"], write)
    return made


@pytest.fixture
def sender(qapp: Any, outbox: _Outbox) -> Iterator[Sender]:
    archives, desk = Tasks(), Tasks(lambda: ThreadPoolExecutor(1))
    yield Sender(archives, desk, outbox)
    outbox.go_on.set()
    for each in (archives, desk):
        each.close()


@pytest.fixture
def panel(qtbot: Any, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> QueuePanel:
    monkeypatch.setattr(queue, "_AFTER_ERROR_MS", 50)
    made = QueuePanel(sender, lambda: False)
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: made.table.rowCount() == 3)
    return made


def test_an_object_is_taken_out_at_once_while_archives_are_waited_for(
    qtbot: Any, sender: Sender, panel: QueuePanel, outbox: _Outbox
) -> None:
    for _ in range(2):  # a commitment that is long in coming, and a test of a node that is away
        sender.background.run(outbox.go_on.wait, 20, on_result=lambda _: None, on_error=lambda _: None)
    panel.table.selectRow(0)
    panel.remove_button.click()
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)


def test_a_queue_that_could_not_be_read_is_read_again_and_the_error_is_said_once(
    qtbot: Any, sender: Sender, panel: QueuePanel, outbox: _Outbox
) -> None:
    said: list[BaseException] = []
    sender.failed.connect(said.append)
    outbox.faults = 3
    outbox.remove(outbox.items()[:1])
    sender.changed.emit()
    sender.changed.emit()  # one that comes while it is being read
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    assert len(said) == 1
    assert "the queue could not be read" in str(said[0])


def test_what_is_selected_stays_so_when_the_queue_changes(
    qtbot: Any, sender: Sender, panel: QueuePanel, outbox: _Outbox
) -> None:
    oldest = outbox.items()[0]
    panel.table.selectRow(2)
    assert panel.chosen() == [oldest]
    sender.remove(outbox.items()[1:])
    qtbot.waitUntil(lambda: panel.table.rowCount() == 1)
    assert panel.chosen() == [oldest]
    assert panel.remove_button.isEnabled()


def test_a_panel_that_is_gone_hears_of_the_queue_no_more(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(QueuePanel, "refresh", lambda _: heard.append("panel"))
    panel = QueuePanel(sender, lambda: False)
    sender.changed.emit()
    assert heard == ["panel", "panel"]  # as it is made, and now
    shiboken6.delete(panel)
    sender.changed.emit()
    assert heard == ["panel", "panel"]
