"""One earlier study in the list: when, what, where, what is in doubt, and the button that opens it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from lungview.image.values import dates
from lungview.ui.language import speaking
from lungview.ui.pacs import words
from lungview.viewer.archives.priors import AGAINST, Prior
from lungview.viewer.archives.work import Broken, Came


class PriorRow(QFrame):
    """on_open: asked with the study; on_stop: while it comes."""

    def __init__(
        self, prior: Prior, on_open: Callable[[Prior], None], on_stop: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.prior = prior
        self.head, self.about = _label(_head(prior), "value"), _label(_about(prior), "muted")
        self.coming = _label("", "muted")
        self.coming.hide()
        self.open_button = QPushButton(self.tr("Open beside"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.open_button.setAccessibleName(f"{self.open_button.text()}: {self.head.text()}")
        self.stop_button.setAccessibleName(f"{self.stop_button.text()}: {self.head.text()}")
        self.open_button.clicked.connect(lambda: on_open(prior))
        self.stop_button.clicked.connect(lambda: on_stop())
        self.stop_button.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.open_button)
        top.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.about)
        for doubt in self.prior.doubts:
            role = "error" if doubt in AGAINST else "warning"
            column.addWidget(_label(speaking.said(str(doubt)), role))
        column.addWidget(self.coming)

    def reflect(self, told: Came | Broken | None, *, opening: bool, free: bool) -> None:
        """told: how far it is. opening: it comes to be opened. free: another may be opened now."""
        self.open_button.setVisible(not opening)
        self.open_button.setEnabled(free)
        self.stop_button.setVisible(opening)
        self.coming.setVisible(told is not None)
        here = told is not None and not opening and told.count == told.total
        self.coming.setText(
            "" if told is None else words.retrieved(told.count) if here else words.arriving(told)
        )


def _label(text: str, role: str) -> QLabel:
    made = QLabel(text, wordWrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def _head(prior: Prior) -> str:
    study = prior.study
    unknown = QCoreApplication.translate("PriorRow", "no date")
    day = dates.date_text(study.study_date) or unknown
    return "  ".join(filter(None, (day, ", ".join(study.modalities))))


def _about(prior: Prior) -> str:
    study = prior.study
    images = QCoreApplication.translate("PriorRow", "%1 images").replace("%1", str(study.instances))
    return " · ".join(filter(None, (study.description, images if study.instances else "", prior.node)))
