"""Anonymised copies in the window: what is asked for, stopped in the middle, refused, and accounted for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pydicom import dcmread
from pytestqt.qtbot import QtBot

from lungview.image import phantom
from lungview.report.anonymise.profile import option_names
from lungview.sources.files.scan import scan
from lungview.ui.anonymise.dialog import AnonymiseDialog
from lungview.ui.anonymise.feature import AnonymiseActions
from lungview.ui.anonymise.form import DICOMDIR, ZIP
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.anonymised import copies


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    phantom.write_series(tmp_path / "in", phantom.Thorax(slices=4, matrix=32))
    for path in (tmp_path / "in").rglob("*.dcm"):
        dataset = dcmread(path)
        dataset.PatientName = "Kowalska^Jadwiga"
        dataset.save_as(path)
    return tmp_path / "in"


@pytest.fixture
def dialog(qtbot: QtBot, folder: Path) -> AnonymiseDialog:
    made = AnonymiseDialog([])
    qtbot.addWidget(made)
    made.form.choose_folder(folder)
    made.show()
    return made


def finish(qtbot: QtBot, dialog: AnonymiseDialog) -> str:
    dialog.start_button.click()
    qtbot.waitUntil(lambda: not dialog.running)
    return dialog.status.text()


def test_every_retain_option_of_the_profile_can_be_chosen(dialog: AnonymiseDialog) -> None:
    assert set(dialog.form.keep) == set(option_names())


def test_without_a_place_nothing_can_be_started(dialog: AnonymiseDialog, tmp_path: Path) -> None:
    assert not dialog.start_button.isEnabled()
    dialog.form.out.setText(str(tmp_path / "out"))
    assert dialog.start_button.isEnabled()


def test_the_copies_are_written_and_what_was_found_is_said(
    qtbot: QtBot, dialog: AnonymiseDialog, folder: Path, tmp_path: Path
) -> None:
    (folder / "notes.txt").write_text("no picture")
    dialog.form.out.setText(str(tmp_path / "out"))
    dialog.form.keep["dates"].setChecked(True)
    said = finish(qtbot, dialog)
    written = [dcmread(path) for path in (tmp_path / "out").rglob("IM*")]
    assert len(written) == 4
    assert [item.CodeValue for item in written[0].DeidentificationMethodCodeSequence] == ["113100", "113106"]
    assert "4 files written" in said
    assert "1 were left out." in said
    assert dialog.outcomes.rowCount() == 1
    assert dialog.outcomes.item(0, 0).text() == "notes.txt"


def test_a_picture_that_may_show_a_name_is_listed_first(
    qtbot: QtBot, dialog: AnonymiseDialog, folder: Path, tmp_path: Path
) -> None:
    (folder / "a-notes.txt").write_text("no picture")
    risky = sorted(folder.rglob("*.dcm"))[1]
    dataset = dcmread(risky)
    dataset.BurnedInAnnotation = "YES"
    dataset.save_as(risky)
    dialog.form.out.setText(str(tmp_path / "out"))
    assert "1 may show a name" in finish(qtbot, dialog)
    texts = [dialog.outcomes.item(0, column).text() for column in range(3)]
    assert texts == [risky.name, "Not written: may show a name", "it says that text is burned in"]


def test_onto_the_originals_is_one_sentence_and_changes_nothing(
    qtbot: QtBot, dialog: AnonymiseDialog, folder: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.dcm")}
    dialog.form.out.setText(str(folder))
    assert "among the originals" in finish(qtbot, dialog)
    assert {path: path.read_bytes() for path in folder.rglob("*")} == before


@pytest.mark.parametrize("kind", [DICOMDIR, ZIP])
def test_stopped_in_the_middle_nothing_is_left(
    qtbot: QtBot, dialog: AnonymiseDialog, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = copies.make

    def slow(emit, cancelled, wanted):  # the first file is written; the reader presses Stop
        def step(done):
            emit(done)
            while not cancelled():
                pressed.wait(0.01)

        return real(step, cancelled, wanted)

    pressed = threading.Event()  # never set: it is waited for between two questions

    monkeypatch.setattr(copies, "make", slow)
    dialog.form.kind.setCurrentIndex(dialog.form.kind.findData(kind))
    dialog.form.out.setText(str(tmp_path / "out"))
    dialog.start_button.click()
    qtbot.waitUntil(lambda: "1 of 4" in dialog.status.text())
    dialog.stop_button.click()
    assert "Nothing was written" in dialog.status.text()
    qtbot.waitUntil(lambda: sorted(path.name for path in tmp_path.iterdir()) == ["in"])


def test_a_zip_gets_its_ending_and_a_folder_loses_it(dialog: AnonymiseDialog, tmp_path: Path) -> None:
    form = dialog.form
    form.kind.setCurrentIndex(form.kind.findData(ZIP))
    form.out.setText(str(tmp_path / "out"))
    assert form.wanted is not None
    assert form.wanted.out.name == "out.zip"
    form.out.setText(str(tmp_path / "out.zip"))
    form.kind.setCurrentIndex(0)
    form.kind.activated.emit(0)
    assert form.out.text() == str(tmp_path / "out")


def test_into_a_folder_that_holds_something_a_new_one_is_made(
    dialog: AnonymiseDialog, tmp_path: Path
) -> None:
    dialog.form.choose_out(tmp_path)
    assert dialog.form.out.text() == str(tmp_path / "anonymised")
    (tmp_path / "anonymised").mkdir()
    dialog.form.choose_out(tmp_path)
    assert dialog.form.out.text() == str(tmp_path / "anonymised-2")


def test_the_study_on_screen_is_offered_with_its_own_files(window: MainWindow, folder: Path) -> None:
    (series,) = scan([folder]).series
    window.session.series = [series]
    window.session.stack.series = window.session.stack.origin = series
    (actions,) = window.findChildren(AnonymiseActions)
    (offered,) = actions.sources()
    assert offered[0] == "This study (files: 4)"
    assert {each.path for each in offered[1].files} == set(folder.rglob("*.dcm"))
    window.actions_table["file.anonymise"].trigger()
    assert actions.dialog is not None
    assert actions.dialog.form.source.itemText(0) == offered[0]
    actions.dialog.close()
    assert actions.dialog is None
