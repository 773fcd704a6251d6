"""The lungs panel: volumes and densities of the series on screen, and emphysema on the picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from lungview.report.lungs.words import limits
from lungview.ui.language import speaking
from lungview.viewer.nodules import findings as model
from lungview.viewer.nodules import words
from lungview.viewer.workspace import Workspace


class LungsPanel(QWidget):
    """What was measured of the lungs while findings were looked for."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings = model.of(workspace)
        self.sentence = QLabel(wordWrap=True)
        self.emphysema = QCheckBox(self.tr("Show lung below −950 HU"))
        self.values = QFormLayout()
        self.how = QLabel(self.tr("Vessels and nodules count for volumes, not for densities."), wordWrap=True)
        self.how.setProperty("role", "muted")
        self.more = QPushButton(self.tr("Thirds, map, over time…"))
        column = QVBoxLayout(self)
        column.addWidget(self.sentence)
        column.addLayout(self.values)
        column.addWidget(self.emphysema)
        column.addWidget(self.how)
        column.addWidget(self.more)
        column.addStretch()
        self.emphysema.toggled.connect(self._on_emphysema)
        for signal in (self._findings.changed, self._findings.look_changed):
            signal.connect(self._show)
        workspace.series_shown.connect(lambda _: self._show())
        workspace.active_changed.connect(lambda _: self._show())
        self._show()

    def _on_emphysema(self, on: bool) -> None:
        self._findings.look(replace(self._findings.shown, emphysema=on))

    def _show(self) -> None:
        opened = self._findings.opened(planes=True)
        self.more.setEnabled(opened is not None and not opened.why)
        answer = None if opened is None else self._findings.answer_of(opened)
        lungs = None if answer is None else answer.lungs
        while self.values.rowCount():
            self.values.removeRow(0)
        for name, value in words.lungs(lungs) if lungs is not None else ():
            self.values.addRow(speaking.said(name), QLabel(value))
        for widget in (self.emphysema, self.how):
            widget.setVisible(lungs is not None)
        said = " ".join(speaking.said(each) for each in limits(lungs)) if lungs is not None else ""
        unmeasured = self.tr("Measured when findings are looked for in a CT series.")
        self.sentence.setText(unmeasured if lungs is None else said)
        self.sentence.setVisible(lungs is None or bool(said))
        self.emphysema.blockSignals(True)
        self.emphysema.setChecked(self._findings.shown.emphysema)
        self.emphysema.blockSignals(False)
