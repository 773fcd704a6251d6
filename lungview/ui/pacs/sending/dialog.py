"""Send to…: which objects of the report go to which archive. Nothing goes before Send is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lungview.errors import LungViewError
from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.ui.pacs.node_box import NodeBox
from lungview.ui.pacs.sending.queue import QueuePanel
from lungview.ui.shell import screens
from lungview.ui.studies.listening import listen
from lungview.viewer.archives.outbox import Submitted, Write
from lungview.viewer.archives.sender import Sender

if TYPE_CHECKING:
    from lungview.ui.studies.session import Session


class SendDialog(QDialog):
    """offers: kind and text of each object. chosen: the kind that is ticked to begin with.

    gather: takes what is on screen, and gives what writes an object of it in the background. about: whose.
    """

    def __init__(
        self,
        session: Session,
        sender: Sender,
        offers: Sequence[tuple[str, str]],
        gather: Callable[[], Write],
        parent: QWidget | None = None,
        *,
        chosen: str = "",
        about: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Send to an archive"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screens.resize_within(self, 820, 620)
        self._sender, self._gather = sender, gather
        self._texts = dict(offers)
        self._writing = False
        self.archive = NodeBox(session, sender.background)
        self.boxes = {kind: QCheckBox(text) for kind, text in offers}
        self.queue = QueuePanel(sender, lambda: session.settings.hide_patient)
        self.status = QLabel(wordWrap=True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.send_button = QPushButton(self.tr("Send"))
        self._lay_out(about)
        self._connect()
        if chosen in self.boxes:
            self.boxes[chosen].setChecked(True)
        self._enable()

    def _lay_out(self, about: str) -> None:
        form, objects, bottom = QFormLayout(), QGroupBox(self.tr("Objects")), QHBoxLayout()
        whose = QLabel(about)
        whose.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow(self.tr("Archive"), self.archive)
        form.addRow(self.tr("Patient"), whose)
        ticks = QVBoxLayout(objects)
        for box in self.boxes.values():
            ticks.addWidget(box)
        close = QPushButton(self.tr("Close"), autoDefault=False)
        close.clicked.connect(self.reject)
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self.send_button)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(objects)
        column.addLayout(bottom)
        column.addWidget(QLabel(self.tr("Sent and waiting")))
        column.addWidget(self.queue, 1)

    def _connect(self) -> None:
        self.archive.said.connect(self.status.setText)
        self.archive.chosen.connect(self._enable)
        listen(self, self._sender.failed, self._on_queue_failed)
        self.send_button.clicked.connect(self.send)
        for box in self.boxes.values():
            box.toggled.connect(self._enable)
        self.archive.say_if_empty()

    @property
    def kinds(self) -> list[str]:
        """What is ticked."""
        return [kind for kind, box in self.boxes.items() if box.isChecked()]

    def send(self) -> None:
        """Make the ticked objects of what is on screen now, and put them into the queue."""
        node, kinds = self.archive.node(), self.kinds
        if node is None or not kinds or self._writing:
            return
        try:
            write = self._gather()
        except LungViewError as error:
            self.status.setText(words.failure(error))
            return
        self._writing = True
        self.status.setText(self.tr("The objects are being made…"))
        self._sender.submit(node.name, kinds, write, self._submitted, self._failed)
        self._enable()

    def _submitted(self, result: Submitted) -> None:
        if not result.faults:
            self._end("\n".join((self.tr("They are in the queue."), *map(speaking.said, result.notes))))
            return
        why = (f"{self._texts[kind]}: {words.failure(error)}" for kind, error in result.faults)
        self._end("\n".join((self.tr("Nothing was sent."), *why)))

    def _failed(self, error: BaseException) -> None:
        self._end(self.tr("Nothing was sent.") + " " + words.failure(error))

    def _on_queue_failed(self, error: BaseException) -> None:
        self.status.setText(words.failure(error))

    def _end(self, said: str) -> None:
        if shiboken6.isValid(self):  # closed meanwhile: what was said to be sent is sent
            self._writing = False
            self.status.setText(said)
            self._enable()

    def _enable(self) -> None:
        ready = self.archive.node() is not None and bool(self.kinds)
        self.send_button.setEnabled(ready and not self._writing)
