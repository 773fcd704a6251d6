"""What a report is to say and how it looks: the fields of the report dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from lungview.report import formats
from lungview.report.content import Opinion
from lungview.report.dicom.marked.titles import OF_INTEREST, TITLES
from lungview.report.formats import Format, Subject
from lungview.settings import Settings
from lungview.viewer.report_draft import Wanted

BATCH_FORMATS, FORMATS = formats.of(Subject.BATCH), formats.of(Subject.CASE, Subject.SERIES)


class ReportForm(QWidget):
    """changed: something that the pages show. opinion: recorded before, to begin with.

    formats: what can be saved; those of a batch leave out what is about one case.
    """

    changed = Signal()

    def __init__(
        self,
        settings: Settings,
        opinion: str = "",
        formats: Sequence[Format] = FORMATS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._make_looks(formats)
        self._make_words(opinion)
        form = self._lay_out()
        self._form = form
        if formats is BATCH_FORMATS:
            for widget in (self.reader, self.opinion, self.impression, *self._checks):
                form.setRowVisible(widget, False)
        self._connect()
        self.setFixedWidth(380)

    def _make_looks(self, formats: Sequence[Format]) -> None:
        chosen = self._settings
        self.format = QComboBox()
        for each in formats:
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

    def _make_words(self, opinion: str) -> None:
        self.reader = QLineEdit(self._settings.report_reader)
        self.opinion = QLineEdit(opinion)
        self.impression = QPlainTextEdit()
        self.measured = QCheckBox(self.tr("Measurements"))
        self.on_screen = QCheckBox(self.tr("Picture as on screen, with annotations"))
        self.keys = QCheckBox(self.tr("All key images of the study (K)"))
        self.key_title = _choice(tuple((code, self.tr(said)) for code, said in TITLES.items()), OF_INTEREST)
        self._checks = (self.measured, self.on_screen, self.keys)
        for box in self._checks:
            box.setChecked(True)
        self.message = QLabel("", wordWrap=True)

    def _lay_out(self) -> QFormLayout:
        form = QFormLayout(self)
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
            (self.tr("Title of key images"), self.key_title),
        ):
            form.addRow(text, widget)
        for box in (*self._checks, self.message):
            form.addRow(box)
        return form

    def _connect(self) -> None:
        for box in (self.format, self.page, self.patient):
            box.currentIndexChanged.connect(self.changed)
        self.format.currentIndexChanged.connect(self._show_title)
        self._show_title()
        for text in (self.institution, self.impression):
            text.textChanged.connect(self.changed)
        for line in (self.reader, self.opinion):
            line.textChanged.connect(self.changed)
        for check in self._checks:
            check.toggled.connect(self.changed)
        self.logo.clicked.connect(self._choose_logo)
        self.no_logo.clicked.connect(lambda: self.use_logo(""))

    @property
    def settings(self) -> Settings:
        """The settings with what was chosen here."""
        return replace(
            self._settings,
            report_page=self.page.currentData(),
            report_patient=self.patient.currentData(),
            report_institution=self.institution.toPlainText(),
            report_reader=self.reader.text(),
        )

    @property
    def wanted(self) -> Wanted:
        """What goes in."""
        return Wanted(
            Opinion(self.opinion.text(), self.impression.toPlainText(), self.reader.text()),
            self.measured.isChecked(),
            self.on_screen.isChecked(),
            self.keys.isChecked(),
            self.key_title.currentData(),
        )

    def _show_title(self) -> None:
        """Only a selection of key images has a title."""
        self._form.setRowVisible(self.key_title, self.chosen_format.kind == "ko")

    @property
    def chosen_format(self) -> Format:
        found: Format = self.format.currentData()
        return found

    def _choose_logo(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Logo"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
        if name:
            self.use_logo(name)

    def use_logo(self, name: str) -> None:
        """Head the pages with a picture file; "" with none."""
        self._settings = replace(self._settings, report_logo=name)
        self.logo.setText(Path(name).name or self.tr("Choose…"))
        self.changed.emit()


def _choice(options: tuple[tuple[str, str], ...], value: str) -> QComboBox:
    box = QComboBox()
    for data, text in options:
        box.addItem(text, data)
    box.setCurrentIndex(max(box.findData(value), 0))
    return box
