"""What follows from the answers: recommendation, risks, change; each with what it rests on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from lungview.nodules.growth.change import Trend
from lungview.nodules.guidelines.advice import Recommendation
from lungview.nodules.risk.formula import Estimate
from lungview.nodules.work_up.values import WorkUp
from lungview.nodules.work_up.work_up import FORMULAS
from lungview.report.work_up import words
from lungview.ui.language import speaking
from lungview.ui.work_up.time_curve import TimeCurve
from lungview.viewer.work_up import said
from lungview.viewer.work_up.sizes import sizes


class Results(QWidget):
    """Of the chosen nodule. written: the reader's own recommendation, "" takes it back.

    asked_before: to measure it at its place in the prior scan.
    """

    written = Signal(str)
    asked_before = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.advice, self.text, self.rule, self.change, self.over_time = (_label() for _ in range(5))
        self.curve = TimeCurve()
        for label in (self.advice, self.text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        font = self.advice.font()
        font.setBold(True)
        self.advice.setFont(font)
        self.rule.setProperty("role", "muted")
        self.risks = [_label() for _ in FORMULAS]
        self._own = ""
        self.opinion = _label()
        self.opinion.setProperty("role", "muted")
        self.edit = QPushButton(self.tr("Write another recommendation…"))
        self.edit.clicked.connect(self._on_edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        advice = (self.advice, self.text, self.rule)
        self.before = QPushButton(self.tr("Measure it in the prior scan"))
        self.before.setToolTip(self.tr("At the place where its lung was; for a nodule that was missed there"))
        self.before.clicked.connect(self.asked_before)
        change = (self.change, self.before, self.over_time, self.curve)
        for widget in (*advice, *change, *self.risks, self.opinion, self.edit):
            column.addWidget(widget)

    def show_work_up(self, found: WorkUp) -> None:
        title, text = said.advice(found)
        self.advice.setText(speaking.said(title))
        self.text.setText(text)
        self.rule.setText(self._rule(found.advice) if isinstance(found.advice, Recommendation) else "")
        for label in (self.advice, self.text, self.rule):
            label.setVisible(bool(label.text()))
        notes = [f"{speaking.said(note)}." for note in found.notes]
        self.change.setText(" ".join([speaking.said(said.change(found)), *notes]))
        self.before.setVisible(found.change is not None and found.change.trend is Trend.NEW)
        self.over_time.setText(speaking.said(said.over_time(found)))
        self.over_time.setVisible(bool(self.over_time.text()))
        self.curve.show_sizes(sizes(found.over_time))
        for label, risk in zip(self.risks, found.risks, strict=True):
            label.setText(speaking.said(said.risk(risk)))
            label.setToolTip(speaking.said(said.about_risk(risk)))
            _mute(label, not isinstance(risk, Estimate))
        opinion = speaking.said(words.opinion(found))
        self.opinion.setText(self.tr("Apart from it, the model's opinion: %1").replace("%1", opinion))
        self.opinion.setVisible(bool(opinion))
        self._own = found.advice.edited if isinstance(found.advice, Recommendation) else ""

    def _rule(self, advice: Recommendation) -> str:
        """By which row, from which inputs: the guideline's words, as they are."""
        inputs = ", ".join(f"{label} {value}" for label, value in advice.inputs)
        own = self.tr("The guideline's own text: %1 ").replace("%1", advice.text) if advice.edited else ""
        return own + self.tr("By the row “%1”, from: %2.").replace("%2", inputs).replace("%1", advice.rule)

    def _on_edit(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Recommendation"))
        dialog.setLabelText(self.tr("In the place of the guideline's (empty: the guideline's own):"))
        dialog.setTextValue(self._own)
        dialog.textValueSelected.connect(lambda text: self.written.emit(text.strip()))
        dialog.open()


def _label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _mute(label: QLabel, muted: bool) -> None:
    if (label.property("role") == "muted") != muted:
        label.setProperty("role", "muted" if muted else "")
        label.style().unpolish(label)
        label.style().polish(label)
