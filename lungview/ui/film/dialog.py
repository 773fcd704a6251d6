"""Which slices, as what, and whether the patient is in the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lungview.report.film.film import KINDS, FilmKind


@dataclass(frozen=True, slots=True)
class Plan:
    """indices: of slices, 0-based, in the order of the film. rate: slices a second."""

    kind: FilmKind
    path: Path
    indices: range
    rate: float
    patient: bool


class FilmDialog(QDialog):
    """chosen(Plan) follows the file dialog. name: proposed, without a suffix. burned_in: see ExportDialog."""

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        count: int,
        rate: float,
        *,
        patient: bool,
        burned_in: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export slices"))
        self._name, self._count = name, count
        self._make(patient, burned_in, rate)
        self._lay_out()
        self._reflect()

    def _make(self, patient: bool, burned_in: bool, rate: float) -> None:
        self.kind = QComboBox()
        words = (
            self.tr("GIF, plays anywhere"),
            self.tr("AVI (Motion JPEG), for slides"),
            self.tr("PNG pictures in a folder, exact"),
            self.tr("JPEG pictures in a folder, small"),
        )
        for word, kind in zip(words, KINDS, strict=True):
            self.kind.addItem(word, kind)
        self.first, self.last, self.each = (
            _field(1, self._count),
            _field(self._count, self._count),
            _field(1, 50),
        )
        self.rate = _field(round(rate), 60)
        self.rate.setSuffix(self.tr(" /s"))
        self.patient = QCheckBox(self.tr("Patient's name and data in the pictures"))
        self.patient.setChecked(patient)
        self.said, self.warning = QLabel(), QLabel(wordWrap=True)
        self.said.setProperty("role", "muted")
        self.warning.setText(
            self.tr("The file says that text is burned into its pixels. It may name the patient; look.")
        )
        self.warning.setProperty("role", "warning")
        self.warning.setVisible(burned_in)
        for field in (self.first, self.last, self.each):
            field.valueChanged.connect(lambda _: self._reflect())
        self.kind.currentIndexChanged.connect(lambda _: self._reflect())

    def _lay_out(self) -> None:
        form, column = QFormLayout(), QVBoxLayout(self)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("As"), self.kind), (self.tr("From slice"), self.first), (self.tr("To slice"), self.last),
            (self.tr("Step"), self.each), (self.tr("Speed"), self.rate),
        )  # fmt: skip
        for text, widget in rows:
            form.addRow(text, widget)
            widget.setAccessibleName(text)
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Save | kind.Cancel)
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        column.addLayout(form)
        for widget in (self.said, self.patient, self.warning, buttons):
            column.addWidget(widget)

    @property
    def indices(self) -> range:
        """From the first to the last, backwards where the last comes first."""
        first, last, step = self.first.value() - 1, self.last.value() - 1, self.each.value()
        return range(first, last + 1, step) if first <= last else range(first, last - 1, -step)

    def _reflect(self) -> None:
        self.rate.setEnabled(bool(self._kind.suffix))
        self.said.setText(
            self.tr("%1 pictures, as this view shows them").replace("%1", str(len(self.indices)))
        )

    @property
    def _kind(self) -> FilmKind:
        kind: FilmKind = self.kind.currentData()
        return kind

    def save_to(self, path: Path) -> None:
        """Go ahead with a file, or with a folder for pictures; a name without a suffix gets the kind's."""
        kind = self._kind
        path = path if path.suffix or not kind.suffix else path.with_suffix(kind.suffix)
        self.chosen.emit(Plan(kind, path, self.indices, float(self.rate.value()), self.patient.isChecked()))
        self.accept()

    def _on_save(self) -> None:
        suffix = self._kind.suffix
        if suffix:
            name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self._name + suffix, f"*{suffix}")
        else:
            folder = QFileDialog.getExistingDirectory(
                self, self.tr("Folder to put the pictures' folder into")
            )
            name = str(Path(folder) / self._name) if folder else ""
        if name:
            self.save_to(Path(name))


def _field(value: int, most: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(1, most)
    field.setValue(value)
    return field
