"""The exam's part of the panel: its category, and how the work-up leaves the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.work_up.conftest import panel_of, say


def test_the_work_up_is_copied_as_text_without_the_patients_name(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    qtbot.mouseClick(panel.exam.copy, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert copied.startswith("Technique: CT")
    assert "1. M" in copied
    assert "SYNTHETIC" not in copied


@pytest.mark.parametrize(
    ("name", "begins"), [("w.pdf", b"%PDF"), ("w.csv", b"\xef\xbb\xbflabel"), ("w.txt", b"Techn")]
)
def test_the_work_up_is_saved_in_the_format_of_its_name(qtbot, chosen, window, tmp_path, name, begins):
    chosen()
    panel = panel_of(window)
    panel.exam.write(tmp_path / name)
    qtbot.waitUntil(lambda: panel.sentence.text() == f"Written: {name}", timeout=20_000)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_folder_that_is_not_there_is_told(qtbot, chosen, window, tmp_path):
    chosen()
    panel = panel_of(window)
    panel.exam.write(tmp_path / "no" / "w.csv")
    qtbot.waitUntil(lambda: "could not be written" in panel.sentence.text(), timeout=20_000)


def test_an_exam_is_negative_only_once_the_reader_says_so_and_its_age_is_known(qtbot, window, go, thorax):
    go(window, thorax)  # its files tell no age
    panel = panel_of(window)
    assert panel.exam.overall.text().startswith("Exam not classed")
    assert not panel.exam.negative.isHidden()
    panel.exam.negative.click()
    qtbot.waitUntil(lambda: panel.exam.overall.text() == "Exam not classed: Lung-RADS v2022 asks: age")
    assert not panel.exam.age.isHidden()
    field = panel.exam.age.fields["risk.age_years"]
    field.setText("62")
    field.editingFinished.emit()
    qtbot.waitUntil(lambda: panel.exam.overall.text().startswith("Exam: Lung-RADS v2022, category 1"))
    assert not panel.exam.age.isHidden()


def test_modifiers_and_impression_go_into_the_text(qtbot, chosen, window):
    chosen()
    panel = panel_of(window)
    say(qtbot, panel, "risk.age_years", "62")
    say(qtbot, panel, "screening.seen", "baseline")
    panel.exam.suspicious.click()
    panel.exam.other.click()
    panel.exam.impression.setPlainText("See above.")
    panel.exam.copy_text()
    copied = QApplication.clipboard().text()
    assert "category 4XS" in copied
    assert "Impression: See above." in copied
