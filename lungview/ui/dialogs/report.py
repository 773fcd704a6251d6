"""The report dialog: what goes in, a preview of every page, then save or print."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lungview.report.content import CaseContent, Layout, Opinion
from lungview.settings import Settings
from lungview.ui import pdf_pages, qimage
from lungview.ui.reports import layout_of
from lungview.ui.tasks import Task, Tasks

PREVIEW_DPI, PRINT_DPI = 80, 300
WAIT = 400  # ms after the last change before the preview is made anew
Gather = Callable[[Opinion, bool, bool], CaseContent]


@dataclass(frozen=True, slots=True)
class Format:
    """What can be saved. kind: of a DICOM object."""

    text: str
    suffix: str
    kind: str = ""


FORMATS = (
    Format("PDF", ".pdf"),
    Format("DICOM Structured Report", ".dcm", "sr"),
    Format("DICOM picture of the heat map", ".dcm", "sc"),
    Format("DICOM with the PDF inside", ".dcm", "pdf"),
    Format("CSV", ".csv"),
    Format("JSON", ".json"),
)


class ReportDialog(QDialog):
    """gather: makes the content from the reader's words. opinion: recorded before, to begin with.

    settings_chosen: page, patient, head, reader.
    """

    settings_chosen = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        gather: Gather,
        settings: Settings,
        tasks: Tasks,
        parent: QWidget | None = None,
        *,
        opinion: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report"))
        self._gather, self._settings, self._tasks = gather, settings, tasks
        self._task: Task | None = None
        self._saved = ""
        self.pages: list[np.ndarray] = []
        self._folder = tempfile.TemporaryDirectory(prefix="lungview-")
        self._make()
        self.opinion.setText(opinion)
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=WAIT)
        self._timer.timeout.connect(self.preview)
        self._connect()
        self.resize(1120, 820)
        self.preview()

    def _make(self) -> None:
        chosen = self._settings
        self.format = QComboBox()
        for each in FORMATS:
            self.format.addItem(self.tr(each.text), each)
        self.page = _choice((("A4", "A4"), ("Letter", "Letter")), chosen.report_page)
        self.patient = _choice(
            (
                ("full", self.tr("in full")),
                ("initials", self.tr("initials only")),
                ("none", self.tr("not at all")),
            ),
            chosen.report_patient,
        )
        self.institution = QPlainTextEdit(chosen.report_institution)
        self.institution.setPlaceholderText(self.tr("Name, then address, a line each"))
        self.institution.setMaximumHeight(76)
        self.logo = QPushButton(Path(chosen.report_logo).name or self.tr("Choose…"))
        self.no_logo = QPushButton(self.tr("None"))
        self.reader = QLineEdit(chosen.report_reader)
        self.opinion = QLineEdit()
        self.impression = QPlainTextEdit()
        self.measured = QCheckBox(self.tr("Measurements"))
        self.keys = QCheckBox(self.tr("Picture as on screen, with annotations"))
        for box in (self.measured, self.keys):
            box.setChecked(True)
        self.message = QLabel("", wordWrap=True)
        self.print = QPushButton(self.tr("Print…"))
        kind = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kind.Save | kind.Close)
        self.buttons.addButton(self.print, QDialogButtonBox.ButtonRole.ActionRole)

    def _lay_out(self) -> None:
        form = QFormLayout()
        logo = QHBoxLayout()
        logo.addWidget(self.logo, 1)
        logo.addWidget(self.no_logo)
        for text, widget in (
            (self.tr("Format"), self.format),
            (self.tr("Page"), self.page),
            (self.tr("Patient"), self.patient),
            (self.tr("Institution"), self.institution),
            (self.tr("Logo"), logo),
            (self.tr("Reader"), self.reader),
            (self.tr("Opinion"), self.opinion),
            (self.tr("Impression"), self.impression),
        ):
            form.addRow(text, widget)
        form.addRow(self.measured)
        form.addRow(self.keys)
        form.addRow(self.message)
        left = QWidget()
        left.setLayout(form)
        left.setFixedWidth(380)
        self.sheets = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(self.sheets)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(self.tr("Preview"))
        row = QHBoxLayout()
        row.addWidget(left)
        row.addWidget(self.area, 1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        for box in (self.page, self.patient):
            box.currentIndexChanged.connect(self._timer.start)
        for text in (self.institution, self.impression):
            text.textChanged.connect(self._timer.start)
        for line in (self.reader, self.opinion):
            line.textChanged.connect(self._timer.start)
        for check in (self.measured, self.keys):
            check.toggled.connect(self._timer.start)
        self.logo.clicked.connect(self._choose_logo)
        self.no_logo.clicked.connect(lambda: self._use_logo(""))
        self.print.clicked.connect(self._print)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)

    @property
    def chosen(self) -> Settings:
        """The settings with what was chosen here."""
        return replace(
            self._settings,
            report_page=self.page.currentData(),
            report_patient=self.patient.currentData(),
            report_institution=self.institution.toPlainText(),
            report_reader=self.reader.text(),
        )

    def content(self) -> CaseContent:
        """What the report is about, with the reader's words."""
        said = Opinion(self.opinion.text(), self.impression.toPlainText(), self.reader.text())
        return self._gather(said, self.measured.isChecked(), self.keys.isChecked())

    def preview(self) -> None:
        """Make the pages anew in the background."""
        if self._task is not None:
            self._task.cancel()
        path = Path(self._folder.name) / "preview.pdf"
        self._task = self._tasks.run(
            _written_pages,
            self.content(),
            path,
            layout_of(self.chosen),
            on_result=self._show_pages,
            on_error=self._on_error,
        )

    def save_to(self, path: Path) -> None:
        """Write the report in the chosen format; a name without a suffix gets the format's."""
        wanted: Format = self.format.currentData()
        target = path if path.suffix.lower() == wanted.suffix else path.with_name(path.name + wanted.suffix)
        self.settings_chosen.emit(self.chosen)
        self._tasks.run(
            _write,
            self.content(),
            target,
            layout_of(self.chosen),
            wanted.kind,
            on_result=lambda _: self._on_saved(target),
            on_error=self._on_error,
        )

    def _save(self) -> None:
        wanted: Format = self.format.currentData()
        # No name, no path: nothing of the patient in the proposal.
        name, _ = QFileDialog.getSaveFileName(
            self, self.windowTitle(), f"lungview-report{wanted.suffix}", f"*{wanted.suffix}"
        )
        if name:
            self.save_to(Path(name))

    def _on_saved(self, path: Path) -> None:
        self._saved = self.tr("Saved: %1").replace("%1", path.name)
        self.message.setText(self._saved)
        self.told.emit(self.message.text())

    def _show_pages(self, found: list[np.ndarray]) -> None:
        self.pages = found
        while (item := self.sheets.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for number, picture in enumerate(found, 1):
            sheet = QLabel()
            sheet.setPixmap(QPixmap.fromImage(qimage.from_array(picture)))
            sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            sheet.setAccessibleName(self.tr("Page %1").replace("%1", str(number)))
            self.sheets.addWidget(sheet)
        self.sheets.addStretch()
        self.message.setText(self._saved)  # an error that is mended goes, what was saved stays said

    def _on_error(self, error: BaseException) -> None:
        self.message.setText(str(error))

    def _choose_logo(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Logo"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
        if name:
            self._use_logo(name)

    def _use_logo(self, name: str) -> None:
        self._settings = replace(self._settings, report_logo=name)
        self.logo.setText(Path(name).name or self.tr("Choose…"))
        self._timer.start()

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print_on(printer))
        dialog.show()

    def _print_on(self, printer: QPrinter) -> None:
        path = Path(self._folder.name) / "print.pdf"
        self._tasks.run(
            _written_pages,
            self.content(),
            path,
            layout_of(self.chosen),
            PRINT_DPI,
            on_result=lambda found: paint_pages(printer, found),
            on_error=self._on_error,
        )

    def done(self, result: int) -> None:
        """Qt's end of a dialog: the preview and its file go with it."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
        self._folder.cleanup()
        super().done(result)


def paint_pages(printer: QPrinter, found: list[np.ndarray]) -> None:
    """Print pictures of pages, a sheet each, as large as the paper lets them."""
    painter = QPainter(printer)
    for number, picture in enumerate(found):
        if number:
            printer.newPage()
        image = qimage.from_array(picture)
        area = painter.viewport()
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setViewport(area.x(), area.y(), size.width(), size.height())
        painter.setWindow(image.rect())
        painter.drawImage(0, 0, image)
        painter.setViewport(area)
    painter.end()


def _choice(options: tuple[tuple[str, str], ...], value: str) -> QComboBox:
    box = QComboBox()
    for data, text in options:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findData(value), 0))
    return box


def _written_pages(
    content: CaseContent, path: Path, layout: Layout, dpi: float = PREVIEW_DPI
) -> list[np.ndarray]:
    from lungview.report.pdf import write_case

    write_case(content, path, layout)
    return list(pdf_pages.pages(path, dpi))


def _write(content: CaseContent, path: Path, layout: Layout, kind: str) -> None:
    from lungview.report.writers import write

    write(content, path, replace(layout, metadata_patient=False), kind)
