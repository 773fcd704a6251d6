from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter

from lungview.classify.case import Case
from lungview.image.annotation import Annotation, Kind, Point
from lungview.report.content import PatientBlock
from lungview.settings import Settings
from lungview.ui import reports, second_reader
from lungview.ui.dialogs.report import ReportDialog, paint_pages
from lungview.ui.main_window import MainWindow
from lungview.ui.reports import content_of, layout_of, measurements
from tests.report.conftest import make_prediction
from tests.ui.conftest import make_slice


@pytest.fixture
def dialog(qtbot, show: Callable[..., MainWindow]) -> ReportDialog:
    window = show(make_slice())
    window.actions_table["file.report"].trigger()
    found = window.findChild(ReportDialog)
    assert isinstance(found, ReportDialog)
    qtbot.waitUntil(lambda: bool(found.pages), timeout=20_000)
    return found


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_the_preview_shows_every_page_as_printed(dialog: ReportDialog) -> None:
    first = dialog.pages[0]
    assert first.shape == (936, 662, 3)  # A4 at 80 dpi
    assert (first == 255).mean() > 0.5
    assert (first < 64).any()


def test_a_change_makes_the_preview_anew(qtbot, dialog: ReportDialog) -> None:
    before = dialog.pages[0]
    dialog.impression.setPlainText("A nodule of 12 mm.")
    dialog.page.setCurrentIndex(dialog.page.findData("Letter"))
    qtbot.waitUntil(lambda: dialog.pages[0].shape != before.shape, timeout=20_000)
    assert dialog.pages[0].shape == (880, 680, 3)


def test_what_is_saved_is_what_was_chosen_and_is_kept(
    qtbot, dialog: ReportDialog, window: MainWindow, tmp_path: Path
) -> None:
    dialog.institution.setPlainText("St. Elsewhere\nRadiology")
    dialog.impression.setPlainText("A nodule of 12 mm.")
    dialog.reader.setText("Dr. Reader")
    dialog.patient.setCurrentIndex(dialog.patient.findData("initials"))
    dialog.save_to(tmp_path / "mine")
    qtbot.waitUntil(lambda: "Saved: mine.pdf" in dialog.message.text(), timeout=20_000)
    text = text_of(tmp_path / "mine.pdf")
    for said in ("St. Elsewhere", "A nodule of 12 mm.", "Dr. Reader", "N. A."):
        assert said in text, said
    assert "ID-7" not in text
    kept = window.session.settings
    assert (kept.report_institution, kept.report_reader) == ("St. Elsewhere\nRadiology", "Dr. Reader")
    assert kept.report_patient == "initials"


def test_what_cannot_be_written_is_said(qtbot, dialog: ReportDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "none" / "r.pdf")
    qtbot.waitUntil(lambda: "could not be written" in dialog.message.text(), timeout=20_000)


def test_the_pages_are_printed_one_a_sheet(dialog: ReportDialog, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    paint_pages(printer, [dialog.pages[0], dialog.pages[0]])
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == 2


def test_an_answer_hidden_by_read_first_is_not_in_the_report(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice())
    reader = second_reader.of(window.session)
    slice_ = reader.slice
    assert slice_ is not None
    reader.first.set_on(True)
    if reader.entry is not None:
        reader.add([Case(slice_.instance, make_prediction())])
    content = content_of(window.session, None)
    assert content.case.prediction is None
    assert content.heat is None


def test_measurements_come_with_units_and_place() -> None:
    drawn = [
        Annotation(Kind.RULER, (Point(3, 4), Point(13, 4))),
        Annotation(Kind.ARROW, (Point(1, 1), Point(2, 2))),
    ]
    (row,) = measurements(make_slice(), drawn)
    assert (row.kind, row.value, row.place) == ("Length", "7.0 mm", "image 1, row 4, column 3")


def test_the_layout_is_the_one_of_the_settings(tmp_path: Path) -> None:
    found = layout_of(
        Settings(report_page="Letter", report_patient="none", report_logo=str(tmp_path / "no.png"))
    )
    assert (str(found.page), found.patient, found.institution.logo) == ("Letter", PatientBlock.NONE, None)


def test_pixels_of_a_picture_keep_their_place_and_colour() -> None:
    from PySide6.QtGui import QColor, QImage

    image = QImage(5, 3, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 30))
    image.setPixelColor(4, 2, QColor(200, 100, 50))
    found = reports.pixels(image)
    assert found.shape == (3, 5, 3)
    assert found[2, 4].tolist() == [200, 100, 50]
    assert np.all(found[0] == (10, 20, 30))
