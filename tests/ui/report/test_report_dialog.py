from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog

from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.image.slice import Instance, Study
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.report.content import PatientBlock
from lungview.report.formats import SERIES_KIND as SERIES
from lungview.settings import Settings
from lungview.study.key import picture_id
from lungview.ui.report import reports
from lungview.ui.report.dialog import ReportDialog, documents
from lungview.ui.report.form import FORMATS
from lungview.ui.report.printing import AHEAD, PagePrinter
from lungview.ui.report.reports import draft_of
from lungview.ui.second_reader.panels.series_curve import SeriesCurvePanel
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.report_draft import Wanted, layout_of
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader import series_run
from tests.report.conftest import make_prediction
from tests.ui.conftest import MemorySeries, make_slice


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
    dialog.form.impression.setPlainText("A nodule of 12 mm.")
    dialog.form.page.setCurrentIndex(dialog.form.page.findData("Letter"))
    qtbot.waitUntil(lambda: dialog.pages[0].shape != before.shape, timeout=20_000)
    assert dialog.pages[0].shape == (880, 680, 3)


def test_what_is_saved_is_what_was_chosen_and_is_kept(
    qtbot, dialog: ReportDialog, window: MainWindow, tmp_path: Path
) -> None:
    dialog.form.institution.setPlainText("St. Elsewhere\nRadiology")
    dialog.form.impression.setPlainText("A nodule of 12 mm.")
    dialog.form.reader.setText("Dr. Reader")
    dialog.form.patient.setCurrentIndex(dialog.form.patient.findData("initials"))
    dialog.save_to(tmp_path / "mine")
    qtbot.waitUntil(lambda: "Saved: mine.pdf" in dialog.form.message.text(), timeout=20_000)
    text = text_of(tmp_path / "mine.pdf")
    for said in ("St. Elsewhere", "A nodule of 12 mm.", "Dr. Reader", "N. A."):
        assert said in text, said
    assert "ID-7" not in text
    kept = window.session.settings
    assert (kept.report_institution, kept.report_reader) == ("St. Elsewhere\nRadiology", "Dr. Reader")
    assert kept.report_patient == "initials"


def test_the_file_is_proposed_in_the_documents_without_the_patients_name(
    dialog: ReportDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (asked.append(args[2]), ("", ""))[1])
    dialog._save()
    proposed = Path(asked[0])
    assert proposed.parent == documents()
    assert proposed.name.endswith(" report.pdf")
    assert not {"Nobody", "Ann", "ID-7"} & set(re.split(r"\W+", proposed.stem))


def test_what_was_recorded_first_stands_in_the_report_with_how_sure(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice())
    first = second_reader.of(window.workspace).first
    first.set_on(True)
    first.record(window.session.viewport.state.slice, "other", None, confidence=3)
    window.actions_table["file.report"].trigger()
    dialog = window.findChild(ReportDialog)
    assert dialog is not None
    said = dialog._draft()[0].case.opinion
    assert (said.label, said.read_first, said.confidence) == ("other", True, "fairly sure")
    dialog.form.opinion.setText("another one")
    assert not dialog._draft()[0].case.opinion.read_first


def test_what_cannot_be_written_is_said(qtbot, dialog: ReportDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "none" / "r.pdf")
    qtbot.waitUntil(lambda: "could not be written" in dialog.form.message.text(), timeout=20_000)


@pytest.fixture
def printer(tmp_path: Path) -> QPrinter:
    found = QPrinter()
    found.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    found.setOutputFileName(str(tmp_path / "printed.pdf"))
    return found


def test_the_pages_are_printed_one_a_sheet(
    qtbot, dialog: ReportDialog, printer: QPrinter, tmp_path: Path
) -> None:
    dialog._print_on(printer)
    qtbot.waitUntil(lambda: "Pages printed" in dialog.form.message.text(), timeout=60_000)
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == len(dialog.pages)


def test_of_many_pages_only_a_few_wait_for_the_printer(
    qtbot, window: MainWindow, printer: QPrinter, tmp_path: Path
) -> None:
    paper, ahead = PagePrinter(printer), []

    def pages() -> Iterator[np.ndarray]:
        for made in range(1, 31):
            ahead.append(made - paper.printed)
            yield np.full((100, 70, 3), 255, np.uint8)

    done: list[int] = []
    paper.run(window.session.tasks, pages, done.append, lambda error: done.append(-1))
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    assert done == [30]
    assert max(ahead) <= AHEAD + 2  # and the one in the painter's hand, and the one being made
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == 30


def test_a_page_that_cannot_be_made_is_said(qtbot, dialog: ReportDialog, printer: QPrinter) -> None:
    class Broken:
        def pdf(self, *_: object, **__: object) -> bytes:
            raise ReportError("the font is gone")

    dialog._gather = lambda _: Broken()  # type: ignore[assignment,return-value]
    dialog._print_on(printer)
    qtbot.waitUntil(lambda: dialog.form.message.text() == "the font is gone", timeout=20_000)


def test_an_answer_hidden_by_read_first_is_not_in_the_report(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice())
    reader = second_reader.of(window.workspace)
    slice_ = reader.slice
    assert slice_ is not None
    reader.first.set_on(True)
    if reader.entry is not None:
        reader.add(Case(slice_.instance, make_prediction()), picture_id(slice_))
    content = draft_of(window.session, None).content()
    assert content.case.prediction is None
    assert content.heat is None


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


def _study(show: Callable[..., MainWindow]) -> MainWindow:
    """Three slices; the first and the last are key images, the last with a ruler of 20 pixels of 0.7 mm."""
    window = show(make_slice(0), make_slice(1), make_slice(2))
    for action in ("tool.key_image", "slice.last", "tool.key_image"):
        window.actions_table[action].trigger()
    drawn = window.workspace.annotations
    assert drawn is not None
    last = picture_id(make_slice(2))
    drawn.add(last, Annotation(Kind.RULER, (Point(5, 5), Point(25, 5))), "Ruler")
    window.actions_table["slice.first"].trigger()
    return window


def _saved(qtbot, window: MainWindow, path: Path, kind: str) -> str:
    window.actions_table["file.report"].trigger()
    dialog = window.findChild(ReportDialog)
    assert isinstance(dialog, ReportDialog)
    row = next(i for i, each in enumerate(FORMATS) if (each.suffix, each.kind) == (".pdf", kind))
    dialog.form.format.setCurrentIndex(row)
    dialog.save_to(path)
    qtbot.waitUntil(lambda: bool(dialog.form.message.text()), timeout=20_000)
    return dialog.form.message.text()


def test_all_key_images_are_in_the_report_not_only_the_one_on_screen(
    qtbot, show: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = _study(show)
    assert _saved(qtbot, window, tmp_path / "r.pdf", "") == "Saved: r.pdf"
    text = text_of(tmp_path / "r.pdf").split("Key images")[1]
    assert "Slice 1 of 3, at 0.0 mm" in text
    assert "Slice 3 of 3, at 10.0 mm" in text
    assert "Slice 2" not in text
    assert text.replace("\n", "").count("Window width 1500, center −600 HU (Lung)") == 2
    assert "14.0 mm" in text


def test_key_images_can_be_left_out(qtbot, show: Callable[..., MainWindow]) -> None:
    window = _study(show)
    drawn = window.workspace.annotations
    assert len(draft_of(window.session, drawn).content().key_images) == 2
    assert draft_of(window.session, drawn, Wanted(key_images=False)).content().key_images == []


def test_a_window_set_by_the_reader_is_the_key_images_window(qtbot, show: Callable[..., MainWindow]) -> None:
    window = _study(show)
    window.actions_table["window.mediastinum"].trigger()
    draft = draft_of(window.session, window.workspace.annotations)
    assert [k.words for k in draft.content().key_images] == [
        "Window width 400, center 40 HU (Mediastinum)"
    ] * 2


def test_the_key_images_of_another_patients_study_are_not_in_it(show: Callable[..., MainWindow]) -> None:
    window = _study(show)
    other = Study("7.7", "Thorax", "20240102", "101500")
    theirs = make_slice(instance=Instance(Path("o.dcm"), sop_instance_uid="7.1"), study=other)
    cache = window.session.cache
    cache.slices[theirs.instance] = theirs  # type: ignore[attr-defined]
    stranger = MemorySeries((theirs.instance,), key="7", uid="7", study=other)
    ours = window.session.stack.series
    window.session.series = [ours, stranger]  # type: ignore[list-item]
    window.session.show(stranger)  # type: ignore[arg-type]
    window.actions_table["tool.key_image"].trigger()
    drawn = window.workspace.annotations
    assert len(draft_of(window.session, drawn).content().key_images) == 1
    window.session.show(ours)  # type: ignore[arg-type]
    assert len(draft_of(window.session, drawn).content().key_images) == 2


def test_a_series_that_was_not_classified_says_what_to_do(
    qtbot, show: Callable[..., MainWindow], tmp_path: Path
) -> None:
    said = _saved(qtbot, _study(show), tmp_path / "r.pdf", SERIES)
    assert said == "the series is not classified yet. Panel “Curve” does it."
    assert not (tmp_path / "r.pdf").exists()


def test_the_series_report_has_the_curve_and_the_key_images(
    qtbot, models, reader, show: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = _study(show)
    panel = window.panels["series_curve"]
    assert isinstance(panel, SeriesCurvePanel)
    panel.run()
    series = series_run.of(window.workspace)
    qtbot.waitUntil(lambda: series.answer is not None, timeout=30_000)
    assert _saved(qtbot, window, tmp_path / "r.pdf", SERIES) == "Saved: r.pdf"
    text = text_of(tmp_path / "r.pdf")
    for said in (
        "Lung CT series report",
        "3 of 3 looked at",
        "Slice 3 of 3, at 10.0 mm",
        "Slice 1–3: 3 slices not suitable",
    ):
        assert said in text, said
