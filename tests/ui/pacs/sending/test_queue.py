"""The table of the queue follows it: behind a busy line, after an error, with what was selected."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lungview.errors import ReportError
from lungview.sources.source import Cancel
from lungview.ui.pacs.sending import queue
from lungview.ui.pacs.sending.queue import QueuePanel
from lungview.ui.pacs.sending.sender import Sender
from lungview.viewer.archives.outbox import Outbox, Row


class _Outbox(Outbox):
    """faults: how many readings fail from now on. looked: set when a round has found nothing to do."""

    faults = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.looked, self.go_on = threading.Event(), threading.Event()
        self.rounds = 0

    def rows(self) -> tuple[Row, ...]:
        if self.faults:
            self.faults -= 1
            raise ReportError("the queue could not be read")
        return super().rows()

    def work(self, tell: Callable[[Any], None], cancelled: Cancel) -> bool:
        self.rounds += 1
        self.looked.set()
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
    made = Sender(outbox=outbox)
    yield made
    outbox.go_on.set()
    made.end()


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
        sender.tasks.run(outbox.go_on.wait, 20, on_result=lambda _: None, on_error=lambda _: None)
    panel.table.selectRow(0)
    panel.remove_button.click()
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)


def test_a_queue_that_could_not_be_read_is_read_again_and_the_error_is_said_once(
    qtbot: Any, sender: Sender, panel: QueuePanel, outbox: _Outbox
) -> None:
    said: list[str] = []
    sender.told.connect(said.append)
    outbox.faults = 3
    outbox.remove(outbox.items()[:1])
    sender.changed.emit()
    sender.changed.emit()  # one that comes while it is being read
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)
    assert len(said) == 1
    assert "the queue could not be read" in said[0]


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


def test_a_wish_that_comes_while_a_round_ends_is_not_forgotten(
    qtbot: Any, sender: Sender, outbox: _Outbox
) -> None:
    sender.begin()
    assert outbox.looked.wait(20)  # and it has seen nothing that waits
    sender.begin()
    outbox.go_on.set()
    qtbot.waitUntil(lambda: outbox.rounds == 2, timeout=20_000)
    qtbot.waitUntil(lambda: not sender.working, timeout=20_000)
