"""Where and how to export the picture on screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)


class ExportDialog(QDialog):
    """Asks for the format and whether the patient is in it. chosen(Path, bool) follows the file dialog.

    burned_in: the file says that text is burned into its pixels, which hiding the patient cannot remove.
    """

    chosen = Signal(object, bool)

    def __init__(self, name: str, *, patient: bool, burned_in: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export picture"))
        self._name = name
        self.format = QComboBox()
        self.format.addItem(self.tr("PNG, exact"), ".png")
        self.format.addItem(self.tr("JPEG, small"), ".jpg")
        self.format.setAccessibleName(self.tr("Format"))
        self.patient = QCheckBox(self.tr("Patient's name and data in the picture"))
        self.patient.setChecked(patient)
        self.warning = QLabel(
            self.tr("The file says that text is burned into its pixels. It may name the patient; look."),
            wordWrap=True,
        )
        self.warning.setProperty("role", "warning")
        self.warning.setVisible(burned_in)
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Save | kind.Cancel)
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.format, self.patient, self.warning, buttons):
            layout.addWidget(widget)

    def save_to(self, path: Path) -> None:
        """Go ahead with a file; a name without a suffix gets the format's."""
        self.chosen.emit(
            path if path.suffix else path.with_suffix(self.format.currentData()), self.patient.isChecked()
        )
        self.accept()

    def _on_save(self) -> None:
        suffix = self.format.currentData()
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self._name + suffix, f"*{suffix}")
        if name:
            self.save_to(Path(name))
