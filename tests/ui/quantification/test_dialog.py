"""The dialog of lungs in numbers in the window, from the action to the clipboard."""

from __future__ import annotations

import csv
import io

from PySide6.QtWidgets import QApplication, QTableWidget

from lungview.errors import InputError
from lungview.image.readers import read_instance
from lungview.lung.lungs import lungs
from lungview.lung.quantify import quantify
from lungview.report.lungs import words
from lungview.study.volume import volume
from lungview.ui.language import retranslate
from lungview.ui.nodules.lungs_panel import LungsPanel
from lungview.ui.quantification.dialog import QuantificationDialog

WAIT = 60_000


def open_dialog(qtbot, window) -> QuantificationDialog:
    window.actions_table["lungs.numbers"].trigger()
    dialog = window.findChild(QuantificationDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog._measuring.left == 0, timeout=WAIT)
    return dialog


def cells(shown: QTableWidget) -> list[list[str]]:
    return [
        [shown.item(row, column).text() for column in range(shown.columnCount())]
        for row in range(shown.rowCount())
    ]


def test_the_table_has_what_the_core_measures(qtbot, window, go, now):
    go(window, now)
    dialog = open_dialog(qtbot, window)
    series = window.session.stack.series
    scan = volume(series, read_instance)
    found = quantify(scan, lungs(scan))
    expected = [
        ["" if part else lung, part, *words.cells(each)]
        for lung, part, each in words.parts(found, found.detail)
    ]
    assert cells(dialog.values) == expected
    assert dialog.about.text() == (
        "2024-01-31: slices of 2.5 mm, reconstruction kernel B31f, 120 kV, no contrast agent told"
    )
    assert dialog.coronal.found is not None
    assert dialog.histogram.bars is not None
    assert not dialog.time.isVisibleTo(dialog)


def test_no_heading_is_cut_in_a_language_of_longer_words(qtbot, window, go, now):
    retranslate.switch("es")
    try:
        go(window, now)
        shown = open_dialog(qtbot, window).values
        header = shown.horizontalHeader()
        qtbot.waitUntil(lambda: shown.isVisible() and header.sectionSize(2) > 0)
        seen = [at for at in range(header.count()) if not header.isSectionHidden(at)]
        assert shown.horizontalHeaderItem(2).text() == "Volumen"
        shown.horizontalHeaderItem(2).setText("Volumen en la exploración")
        needed = [header.sectionSizeFromContents(at).width() for at in seen]
        qtbot.waitUntil(
            lambda: all(header.sectionSize(at) >= px for at, px in zip(seen, needed, strict=True))
        )
    finally:
        retranslate.switch("en")


def test_two_scans_of_a_patient_stand_in_a_table_over_time_and_a_stranger_does_not(
    qtbot, window, go, now, before, stranger
):
    go(window, before, stranger, now)
    series = next(each for each in window.session.series if each.study.date == "20240131")
    window.session.show(series)
    qtbot.waitUntil(lambda: window.session.stack.series is series)
    dialog = open_dialog(qtbot, window)
    rows = cells(dialog.time)
    assert [row[0] for row in rows] == ["2023-01-31", "2024-01-31", "Change"]
    assert dialog.unsure.text() == "2024-01-31, unsure: reconstruction kernel B70f before, B31f now."
    dialog.copy_text()
    copied = QApplication.clipboard().text()
    assert "Over time:" in copied
    assert "SYNTHETIC" not in copied
    assert "2024-02-01" not in copied


def test_the_table_is_written_and_read_again(qtbot, window, go, now, tmp_path):
    go(window, now)
    dialog = open_dialog(qtbot, window)
    dialog.save_to(tmp_path / "lungs")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "lungs.csv").read_text("utf-8-sig"))))
    assert len(rows) == 12
    assert dialog.sentence.text() == "Exported: lungs.csv"
    dialog.save_to(tmp_path / "lungs.csv" / "inside.csv")
    assert dialog.sentence.text().startswith("The list cannot be written to inside.csv")


def test_thick_slices_give_marked_numbers_and_no_thirds(qtbot, window, go, thick):
    go(window, thick)
    dialog = open_dialog(qtbot, window)
    assert dialog.sentence.text() == (
        "Densities are of thick slices, not comparable with thin ones. "
        "Reason: slices 5 mm thick or apart: at most 3 mm are expected. " + words.NOT_TOLD
    )
    assert [row[:2] for row in cells(dialog.values)] == [
        ["Both lungs", ""],
        ["Right lung", ""],
        ["Left lung", ""],
    ]
    assert dialog.coronal.isVisibleTo(dialog)


def test_where_nothing_can_be_measured_the_dialog_is_a_small_message(qtbot, window, go, now, monkeypatch):
    def none(*_, **__):
        raise InputError("no lungs found")

    monkeypatch.setattr("lungview.viewer.quantification.background.chest", none)
    go(window, now)
    dialog = open_dialog(qtbot, window)
    assert dialog.sentence.text() == "Not measured: no lungs found."
    assert not any(
        each.isVisibleTo(dialog) for each in (dialog.values, dialog.time, dialog.copy, dialog.save)
    )
    assert dialog.width() < 600
    assert dialog.height() < 250


def test_the_button_of_the_lungs_panel_opens_it_and_what_was_measured_is_there_at_once(
    qtbot, window, go, now
):
    go(window, now)
    open_dialog(qtbot, window).reject()
    qtbot.waitUntil(lambda: window.findChild(QuantificationDialog) is None)
    panel = window.panel(LungsPanel)
    panel.more.click()
    dialog = window.findChild(QuantificationDialog)
    assert dialog.values.rowCount() == 12


def test_without_a_ct_series_the_reason_is_told(qtbot, window):
    with qtbot.waitSignal(window.session.told) as told:
        window.actions_table["lungs.numbers"].trigger()
    assert told.args == ["Open a CT series first."]
    assert window.findChild(QuantificationDialog) is None


def test_a_closed_dialog_measures_no_more(qtbot, window, go, now):
    go(window, now)
    window.actions_table["lungs.numbers"].trigger()
    dialog = window.findChild(QuantificationDialog)
    measuring = dialog._measuring
    assert measuring.left == 1
    dialog.reject()
    assert measuring.left == 0
