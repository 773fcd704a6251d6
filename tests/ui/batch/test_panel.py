"""A folder dropped on the panel, through real worker processes, to a table and back to the slice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QTableWidget

from lungview.batch import series
from lungview.batch.carriers.executors import process_pool
from lungview.batch.inputs import Input
from lungview.batch.series_row import SeriesRow
from lungview.batch.store import NAME, Store
from lungview.classify.outcome import Status
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.model.registry import Entry
from lungview.nodules.suspicion import Suspicion
from lungview.report.content import Layout
from lungview.study.series import Series
from lungview.ui.batch.acceptance import AcceptanceDialog, Curve
from lungview.ui.batch.panel import BatchPanel
from lungview.ui.batch.table import FILE, MALIGNANCY, PATIENT, BatchTable
from lungview.ui.report.dialog import ReportDialog
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.batches import batches, offered
from lungview.viewer.second_reader import reader as second_reader
from tests.batch.conftest import picture
from tests.batch.test_store import make_row
from tests.report.conftest import make_card
from tests.ui.batch.rows import names
from tests.ui.conftest import MemoryCache
from tests.ui.waiting import heard


def test_a_folder_becomes_rows_and_results_on_disk(done: BatchPanel, tmp_path: Path) -> None:
    assert sorted(names(done)) == ["cut.png", "p0.png", "p1.png", "p2.png", "p3.png"]
    assert "5 files: 4 classified, 0 not suitable, 0 skipped, 1 failed" in done.state.text()
    assert (tmp_path / "out" / "results.sqlite").is_file()


def test_rows_are_filtered_by_kind_and_text_and_sorted(done: BatchPanel) -> None:
    done.filter.choose(kind=str(Status.FAILED))
    assert names(done) == ["cut.png"]
    done.filter.choose(kind="flagged")
    assert sorted(names(done)) == ["p0.png", "p1.png", "p3.png"]
    done.filter.choose(kind="all")
    done.search.setText("P2")
    assert names(done) == ["p2.png"]
    done.search.setText("")
    done.view.rows.sortByColumn(MALIGNANCY, Qt.SortOrder.AscendingOrder)
    assert names(done)[:2] == ["cut.png", "p2.png"]


def test_a_double_click_opens_the_slice_with_its_answer(
    qtbot, done: BatchPanel, folder: Path, window: MainWindow
) -> None:
    cache: MemoryCache = window.session.cache  # type: ignore[assignment]
    for header in (readers.read_header(path) for path in folder.glob("p*.png")):
        cache.slices.update({each: readers.read_instance(each) for each in header.instances})
    row = names(done).index("p1.png")
    done.view.rows.activated.emit(done.filter.index(row, FILE))
    reader = second_reader.of(done._workspace)
    qtbot.waitUntil(lambda: reader.slice is not None and reader.case() is not None, timeout=20_000)
    assert reader.slice is not None
    assert reader.slice.instance.path.name == "p1.png"
    prediction = reader.case().prediction  # type: ignore[union-attr]
    assert prediction is not None
    assert prediction.seen.size > 0


def test_the_failed_are_tried_again(qtbot, done: BatchPanel, folder: Path) -> None:
    (folder / "cut.png").write_bytes((folder / "p0.png").read_bytes())
    assert done.retry.isEnabled()
    with heard(qtbot, offered.of(done._workspace).ended, timeout=60_000):
        done.retry.click()
    assert "5 files: 5 classified" in done.state.text()
    assert not done.retry.isEnabled()


def test_the_results_of_an_earlier_batch_are_shown_again(qtbot, done: BatchPanel, tmp_path: Path) -> None:
    found = offered.of(done._workspace)
    with heard(qtbot, found.ended, timeout=20_000):
        found.load(tmp_path / "out")
    assert len(names(done)) == 5
    assert found.card is not None


def test_stop_can_be_pressed_from_the_moment_a_batch_begins(
    qtbot, panel: BatchPanel, folder: Path, tmp_path: Path
) -> None:
    found = offered.of(panel._workspace)
    with heard(qtbot, found.ended, timeout=60_000):
        panel.start([folder], tmp_path / "out")
        assert panel.stop.isEnabled()
        assert not panel.folder.isEnabled()
    assert not panel.stop.isEnabled()


@pytest.fixture
def unfinished(qtbot, done: BatchPanel) -> BatchPanel:
    """Three of five files judged, as a program that was ended in the middle leaves them."""
    found = offered.of(done._workspace)
    assert found.out is not None
    with Store(found.out / NAME) as store:
        store.note("complete", "no")
        store._connection.execute("DELETE FROM results WHERE CAST(file AS TEXT) GLOB '*p[12].png'")
    with heard(qtbot, found.ended, timeout=20_000):
        found.load(found.out)
    return done


def test_an_unfinished_batch_says_so_on_screen_and_in_its_report(unfinished: BatchPanel) -> None:
    assert unfinished.state.text().startswith("Stopped: 3 of 5 files, unfinished.")
    assert ("State", "3 of 5 files, unfinished") in unfinished.draft().facts


def test_an_unfinished_batch_goes_on_with_what_is_left(qtbot, unfinished: BatchPanel) -> None:
    assert not unfinished.go_on.isHidden()
    with heard(qtbot, offered.of(unfinished._workspace).ended, timeout=60_000):
        unfinished.go_on.click()
    assert unfinished.state.text().startswith("5 files: 4 classified")
    assert unfinished.go_on.isHidden()


def test_the_last_batch_is_offered_again_when_it_was_not_finished(
    qtbot, unfinished: BatchPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = offered.of(unfinished._workspace)
    out = found.out
    assert out is not None
    monkeypatch.setattr(batches, "results_folder", lambda: out.parent)
    found.out = None
    found.rows.clear()
    with heard(qtbot, found.ended, timeout=20_000):
        found.look_for_unfinished()
    assert found.can_go_on


def test_a_folder_without_results_is_said_so(qtbot, panel: BatchPanel, tmp_path: Path) -> None:
    with heard(qtbot, offered.of(panel._workspace).failed, timeout=20_000):
        offered.of(panel._workspace).load(tmp_path)
    assert "there are no results of a batch in this folder" in panel.state.text()


def test_a_report_is_written_from_the_panel(qtbot, done: BatchPanel, tmp_path: Path) -> None:
    found = offered.of(done._workspace)
    found.report(done.draft(), tmp_path / "r.pdf", Layout())
    qtbot.waitUntil(lambda: "Report written" in done.state.text(), timeout=30_000)
    assert len(PdfReader(tmp_path / "r.pdf").pages) == 1 + 2  # three cases: below the table, and two
    found.report(done.draft(), tmp_path / "r.csv", Layout())
    qtbot.waitUntil(lambda: "r.csv" in done.state.text() and (tmp_path / "r.csv").exists(), timeout=30_000)


def test_a_batchs_report_is_looked_at_before_it_is_saved(qtbot, done: BatchPanel, tmp_path: Path) -> None:
    done.report.click()
    dialog = done.findChild(ReportDialog)
    assert dialog is not None
    assert not dialog.form.impression.isVisibleTo(dialog)
    assert [dialog.form.format.itemText(i) for i in range(dialog.form.format.count())] == [
        "PDF",
        "CSV",
        "JSON",
    ]
    qtbot.waitUntil(lambda: len(dialog.pages) == 1 + 2, timeout=30_000)
    assert "the first rows and the first flagged cases" in dialog.form.message.text()
    dialog.form.institution.setPlainText("St. Elsewhere")
    dialog.save_to(tmp_path / "mine")
    qtbot.waitUntil(lambda: "Report written: mine.pdf" in done.state.text(), timeout=30_000)
    text = PdfReader(tmp_path / "mine.pdf").pages[0].extract_text()
    assert "St. Elsewhere" in text
    assert "Input\nin" in text


def test_labels_are_compared(qtbot, done: BatchPanel, tmp_path: Path) -> None:
    lines = ("p0.png,bright", "p1.png,dark", "p2.png,plain", "p3.png,plain")
    (tmp_path / "l.csv").write_text("path,label\n" + "\n".join(lines))
    offered.of(done._workspace).compare(tmp_path / "l.csv", done._on_compared)
    qtbot.waitUntil(lambda: "sensitivity 1.000" in done.state.text(), timeout=20_000)
    assert "specificity 0.500" in done.state.text()
    dialog = done.findChild(AcceptanceDialog)
    assert dialog is not None
    titles = [curve.title for curve in dialog.findChildren(Curve)]
    assert titles[0].startswith("ROC, AUC ")
    assert titles[1] == "Calibration"
    (confusion,) = dialog.findChildren(QTableWidget)
    counts = [[int(confusion.item(r, c).text()) for c in range(4)] for r in range(3)]
    assert sum(map(sum, counts)) == 4
    assert [confusion.horizontalHeaderItem(c).text() for c in range(4)][-1] == "no call"


def test_stop_keeps_what_is_done(qtbot, panel: BatchPanel, folder: Path, tmp_path: Path) -> None:
    for i in range(4, 200):
        picture(folder / f"p{i}.png", i)
    found = offered.of(panel._workspace)
    found.rows_added.connect(lambda rows: found.stop() if rows else None)
    with heard(qtbot, found.ended, timeout=60_000) as ended:
        panel.start([folder], tmp_path / "out")
    assert ended == [(False,)]
    assert 0 < len(names(panel)) < 201
    assert panel.state.text().startswith("Stopped: ")


def test_a_drop_begins_a_batch_in_worker_processes(qtbot, panel: BatchPanel, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    offered.of(panel._workspace).pool = process_pool
    button, key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, key)
    with heard(qtbot, offered.of(panel._workspace).ended, timeout=60_000):
        panel.dropEvent(event)
    assert len(names(panel)) == 5


def test_hiding_the_patient_hides_the_column(
    show: Callable[..., MainWindow], panel: BatchPanel, window: MainWindow
) -> None:
    from tests.ui.conftest import make_slice

    show(make_slice())
    window.actions_table["view.patient"].trigger()
    assert panel.view.rows.isColumnHidden(PATIENT)


def test_a_file_judged_again_replaces_its_row() -> None:
    table = BatchTable()
    table.card = make_card()
    table.add([make_row("/a"), make_row("/b")])
    table.add([make_row("/a", label="normal"), make_row("/c")])
    assert [r.source.path.name for r in table.rows] == ["a", "b", "c"]
    assert table.index(0, 2).data() == "Normal"


def test_a_ct_series_in_a_batch_is_looked_through_and_its_slices_and_report_say_so(
    qtbot, panel: BatchPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(found: Series, model: Entry) -> SeriesRow:
        of = [(Input(i.path, i.member), i.frame, Suspicion(1, 0.5)) for i in found.instances]
        row = series.failed(found, model)
        return replace(row, suspicion=Suspicion(2, 0.75), by_slice=tuple(of), conclusion="Two.")

    run = series.run
    monkeypatch.setattr(series, "run", lambda *a, **k: run(*a, **k, looking=look))
    write_series(tmp_path / "ct", Thorax(slices=3, matrix=64))
    with heard(qtbot, offered.of(panel._workspace).ended, timeout=60_000):
        panel.start([tmp_path / "ct"], tmp_path / "out")
    found = offered.of(panel._workspace)
    assert [case.suspicion for case in found.cases()] == [Suspicion(1, 0.5)] * 3
    assert [row.suspicion for row in found.series] == [Suspicion(2, 0.75)]
    panel.draft().write(tmp_path / "r.pdf", Layout())
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages)
    assert "CT series" in text
    assert "Two." in text
