"""Which archive: a list of those in the settings, to be tested, added, changed and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from lungview.errors import LungViewError
from lungview.remote_nodes import RemoteNode, WebNode
from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.ui.pacs.node_form import NodeForm
from lungview.viewer.archives import asking, work
from lungview.viewer.study_list.origins import Origins

if TYPE_CHECKING:
    from lungview.ui.studies.session import Session
    from lungview.viewer.common.background import Background


class NodeBox(QWidget):
    """tasks: where archives and the system's key store are asked."""

    chosen = Signal()  # another archive, or none
    said = Signal(str)

    def __init__(self, session: Session, tasks: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._tasks = session, tasks
        self._testing = False
        self._picked = False  # by the reader, whom nothing overrules
        self.nodes = QComboBox()
        self.nodes.setMinimumWidth(220)
        self.nodes.setAccessibleName(self.tr("Archive"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.nodes)

        def button(text: str, slot: Callable[[], None]) -> QPushButton:
            made = QPushButton(text, autoDefault=False)
            made.clicked.connect(lambda: slot())
            row.addWidget(made)
            return made

        self.test_button = button(self.tr("Test"), self.test)
        self.add_button = button(self.tr("Add…"), self._add)
        self.change_button = button(self.tr("Change…"), self._change)
        self.remove_button = button(self.tr("Remove"), self._remove)
        row.addStretch()
        self._fill()
        self.nodes.activated.connect(lambda _: self._on_picked())
        self.nodes.currentIndexChanged.connect(lambda _: self._on_chosen())

    def node(self) -> RemoteNode | None:
        """The chosen archive."""
        return self._session.settings.nodes.get(self.nodes.currentText())

    def prefer(self, name: str) -> None:
        """Choose the archive that a study came from, unless the reader has chosen one.

        Where it is no longer in the settings this is said, and none is chosen in its place.
        """
        if self._picked or not name:
            return
        self.nodes.setCurrentIndex(self.nodes.findText(name))
        if name not in self._nodes():
            self.said.emit(speaking.said(asking.gone(name)))

    def _on_picked(self) -> None:
        self._picked = True

    def test(self) -> None:
        """C-ECHO, or DICOMweb's nearest to it."""
        if (node := self.node()) is not None:
            self._testing = True
            self._enable()
            self.said.emit(self.tr("Waiting for %1…").replace("%1", node.name))
            self._tasks.run(work.test, node, on_result=self._tested, on_error=self._failed)

    def say_if_empty(self) -> None:
        """Say what to do where no archive is known."""
        if not self.nodes.count():
            self.said.emit(self.tr("No archive is known yet: add one."))

    def _tested(self, seconds: float) -> None:
        self._testing = False
        self._enable()
        self.said.emit(self.tr("It answers, in %1 ms.").replace("%1", f"{1000 * seconds:.0f}"))

    def _failed(self, error: BaseException) -> None:
        self._testing = False
        self._enable()
        self.said.emit(words.failure(error))

    def _fill(self, chosen: str = "") -> None:
        self.nodes.blockSignals(True)
        self.nodes.clear()
        self.nodes.addItems(list(self._session.settings.nodes))
        self.nodes.setCurrentText(chosen)
        self.nodes.blockSignals(False)
        self._on_chosen()
        self.say_if_empty()

    def _on_chosen(self) -> None:
        self._enable()
        self.chosen.emit()

    def _enable(self) -> None:
        there = self.node() is not None
        self.test_button.setEnabled(there and not self._testing)
        self.change_button.setEnabled(there)
        self.remove_button.setEnabled(there)

    def _add(self) -> None:
        self._ask(NodeForm(self, taken=self._nodes()))

    def _change(self) -> None:
        if (node := self.node()) is not None:
            self._ask(NodeForm(self, node, self._nodes()))

    def _ask(self, form: NodeForm) -> None:
        form.accepted.connect(lambda: self.take(form))
        form.open()

    def take(self, form: NodeForm) -> None:
        """Keep what a form was accepted with: the archive in the settings, its secret in the key store."""
        node = form.node
        if node is None:
            return
        left = {name: each for name, each in self._nodes().items() if name != form.before}
        kept = self._keep({**left, node.name: node}, node.name)
        if kept and form.before not in ("", node.name):
            self._session.workspace.services.one(Origins, Origins).rename(form.before, node.name)
        if isinstance(node, WebNode) and form.secret:
            self._keep_secret(node, form.secret)

    def _remove(self) -> None:
        node = self.node()
        if node is None:
            return
        self._keep({name: each for name, each in self._nodes().items() if name != node.name})
        if isinstance(node, WebNode) and node.authentication != "none":
            self._keep_secret(node, "")

    def _nodes(self) -> Mapping[str, RemoteNode]:
        return self._session.settings.nodes

    def _keep_secret(self, node: WebNode, secret: str) -> None:
        self._tasks.run(work.keep_secret, node, secret, on_result=lambda _: None, on_error=self._failed)

    def _keep(self, nodes: dict[str, RemoteNode], chosen: str = "") -> bool:
        """Whether the settings could be written; what is wrong is said."""
        kept = True
        try:
            self._session.change_settings(replace(self._session.settings, nodes=nodes))
        except LungViewError as error:
            kept = False
            self.said.emit(speaking.said(error.message))
        self._fill(chosen)
        return kept
