"""A range of HU that an outline is to keep."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QWidget

from lungview.viewer.outline_edit.edits import Edits

LOW_HU, HIGH_HU = -400, 3071
_LEAST_HU = -1024


class ThresholdDialog(QDialog):
    """Asks for both ends and has the chosen outline cut to them."""

    def __init__(self, edits: Edits, parent: QWidget) -> None:
        super().__init__(parent)
        self._edits = edits
        self.setWindowTitle(self.tr("Keep of the outline by HU"))
        self.low, self.high = self._field(LOW_HU), self._field(HIGH_HU)
        said = QLabel(self.tr("The largest piece within the range stays. Undo brings the rest back."))
        said.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(said)
        form.addRow(self.tr("From"), self.low)
        form.addRow(self.tr("To"), self.high)
        form.addRow(buttons)

    def _field(self, value: int) -> QSpinBox:
        field = QSpinBox(self)
        field.setRange(_LEAST_HU, HIGH_HU)
        field.setSingleStep(50)
        field.setValue(value)
        field.setSuffix(" HU")
        return field

    def accept(self) -> None:
        self._edits.threshold(self.low.value(), self.high.value())
        super().accept()
