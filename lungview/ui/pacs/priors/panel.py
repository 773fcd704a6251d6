"""The panel of earlier studies: what archives have of the patient on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.ui.pacs.priors.row import PriorRow
from lungview.viewer.archives import asking
from lungview.viewer.archives.prior_desk import PriorDesk
from lungview.viewer.archives.priors import Offer, Prior

if TYPE_CHECKING:
    from lungview.viewer.workspace import Workspace


class PriorsPanel(QWidget):
    """A short list; one click opens a study beside the one that is read."""

    def __init__(self, workspace: Workspace, desk: PriorDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._desk = workspace, desk
        self._listed: tuple[Prior, ...] = ()
        self.rows: list[PriorRow] = []
        self.sentence, self.remarks = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.remarks.setProperty("role", "warning")
        for each in (self.sentence, self.remarks):
            each.setTextFormat(Qt.TextFormat.PlainText)
        self.ask_button = QPushButton(self.tr("Ask the archives now"))
        self.ask_button.clicked.connect(self._desk.ask)
        self._lay_out()
        self._desk.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        within = QWidget()
        self._column = QVBoxLayout(within)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.ask_button)
        self._column.addWidget(self.remarks)
        self._column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(within)
        QVBoxLayout(self).addWidget(area)

    def changeEvent(self, event: QEvent) -> None:
        """Say the rows anew in another language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._list(())
            self._show()
        super().changeEvent(event)

    def _show(self) -> None:
        desk = self._desk
        offer = desk.offer or Offer()
        if offer.priors != self._listed:
            self._list(offer.priors)
        for row in self.rows:
            opening = desk.beside is not None and desk.beside.prior is row.prior
            told = desk.coming.get(row.prior.study.study_uid)
            row.reflect(told, opening=opening, free=desk.beside is None)
        self.sentence.setText(self._sentence())
        self.sentence.setVisible(bool(self.sentence.text()))
        self.ask_button.setVisible(self._may_ask())
        self.remarks.setText("\n".join(self._remarks(offer)))
        self.remarks.setVisible(bool(self.remarks.text()))

    def _list(self, priors: tuple[Prior, ...]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._listed = priors
        self.rows = [PriorRow(each, self._desk.open, self._desk.stop, self) for each in priors]
        for at, row in enumerate(self.rows, start=2):
            self._column.insertWidget(at, row)

    def _may_ask(self) -> bool:
        now = self._desk.now
        asked = self._desk.offer is not None or self._desk.asking
        there = bool(self._workspace.settings.nodes)
        return now is not None and there and not asked and asking.may_be_asked_for(now)

    def _sentence(self) -> str:
        """What is so where there is no list, or not yet."""
        desk, chosen = self._desk, self._workspace.settings
        if desk.now is None:
            return self.tr("No study of a named patient is open.")
        if not asking.may_be_asked_for(desk.now):
            return self.tr("Without a Patient ID no archive is asked.")
        if not chosen.nodes:
            return self.tr("There is no archive yet: File › Open from PACS… adds one.")
        if desk.asking:
            return self.tr("Asking…")
        if desk.offer is None:
            return self.tr("No archive was asked. Settings › Archives has the switch.")
        return "" if desk.offer.priors else self.tr("The archives know no earlier study.")

    def _remarks(self, offer: Offer) -> list[str]:
        """What the reader must know beside the list."""
        told = [speaking.said(sentence) for _, sentence in offer.faults]
        if offer.strange:
            said = self.tr("Left out, because another issuer gave the Patient ID: %1")
            told.append(said.replace("%1", str(offer.strange)))
        if offer.more:
            told.append(self.tr("Further ones, not listed here: %1").replace("%1", str(offer.more)))
        return [*told, words.told(self._desk.said)] if self._desk.said else told
