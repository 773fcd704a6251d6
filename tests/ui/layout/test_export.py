"""What is exported is what is on screen, with the patient only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from lungview.errors import ReportError
from lungview.image.slice import Patient
from lungview.ui.layout import export
from lungview.ui.layout.export_dialog import ExportDialog
from lungview.ui.layout.picture_actions import PictureActions
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.conftest import make_slice


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) uint8 of a 32-bit image."""
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat.reshape(image.height(), -1, 4)[:, : image.width(), 2::-1].copy()


@pytest.fixture
def open_window(show: Callable[..., MainWindow]) -> MainWindow:
    return show(make_slice(0))


def test_the_export_is_as_large_as_the_view_and_a_line_of_notice(open_window: MainWindow) -> None:
    viewport = open_window.session.viewport
    image = export.rendered(viewport, patient=True)
    assert (image.width(), image.height()) == (viewport.width(), viewport.height() + 24)


def test_with_the_patient_the_export_is_the_screen(open_window: MainWindow) -> None:
    viewport = open_window.session.viewport
    screen = pixels(viewport.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
    assert np.array_equal(pixels(export.rendered(viewport, patient=True))[: viewport.height()], screen)


def _of_two_patients(window: MainWindow, patient: bool) -> list[np.ndarray]:
    """The same slice of two people."""
    viewport, images = window.session.viewport, []
    for name in ("Nobody^Ann", "Somebody^Else"):
        shown = make_slice(0, patient=Patient(name, name, "19500102", "F"))
        viewport.change(lambda state, shown=shown: replace(state, slice=shown))
        images.append(pixels(export.rendered(viewport, patient=patient)))
    return images


def test_without_the_patient_another_name_changes_no_pixel(open_window: MainWindow) -> None:
    assert np.array_equal(*_of_two_patients(open_window, patient=False))


def test_with_the_patient_another_name_changes_pixels(open_window: MainWindow) -> None:
    assert not np.array_equal(*_of_two_patients(open_window, patient=True))


def test_annotations_are_exported_without_handles(open_window: MainWindow) -> None:
    viewport = open_window.session.viewport
    plain = pixels(export.rendered(viewport, patient=False))
    open_window.actions_table["tool.ruler"].trigger()
    pointing.drag(viewport, (10, 20), (50, 20))
    drawn = pixels(export.rendered(viewport, patient=False))
    assert not np.array_equal(plain, drawn)
    open_window.actions_table["tool.select"].trigger()
    pointing.click(viewport, (50, 20))  # where the mouse was: the corners name its value
    assert np.array_equal(pixels(export.rendered(viewport, patient=False)), drawn)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_written_file_holds_the_picture(open_window: MainWindow, tmp_path: Path, suffix: str) -> None:
    image = export.rendered(open_window.session.viewport, patient=False)
    path = tmp_path / f"Ünï 中文{suffix}"
    export.write(image, path)
    found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    difference = np.abs(found.astype(int) - pixels(image).astype(int))
    assert difference.mean() <= (0 if suffix == ".png" else 3)


def test_another_suffix_is_refused_by_name(open_window: MainWindow, tmp_path: Path) -> None:
    image = export.rendered(open_window.session.viewport, patient=False)
    with pytest.raises(ReportError, match=r"\.gif"):
        export.write(image, tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_exporting_runs_behind_and_says_when_it_is_done(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path
) -> None:
    actions = open_window.findChild(PictureActions)
    assert actions is not None
    with qtbot.waitSignal(open_window.session.told) as told:
        actions.export(tmp_path / "a.png", False)
    assert told.args == ["Exported: a.png"]
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_cannot_be_written_is_told(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    actions = open_window.findChild(PictureActions)
    assert actions is not None
    with qtbot.waitSignal(open_window.session.told) as told:
        actions.export(tmp_path / "file" / "a.png", False)
    assert "cannot be written" in told.args[0]


def test_the_dialog_begins_without_the_patient_and_warns_of_burned_in_text(
    qtbot: QtBot, show: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = show(make_slice(0, burned_in=True))
    window.actions_table["file.export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    assert not dialog.findChild(QCheckBox).isChecked()
    assert dialog.warning.isVisible()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.save_to(tmp_path / "name")
    assert chosen.args == [tmp_path / "name.png", False]


def test_a_copy_leaves_the_patient_out_unless_set(open_window: MainWindow) -> None:
    viewport, session = open_window.session.viewport, open_window.session
    for wanted in (False, True):
        session.change_settings(replace(session.settings, export_patient_text=wanted))
        open_window.actions_table["edit.copy"].trigger()
        copied = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32)
        assert np.array_equal(pixels(copied), pixels(export.rendered(viewport, patient=wanted)))


def test_without_a_picture_there_is_nothing_to_take(window: MainWindow) -> None:
    names = ("file.export", "edit.copy", "file.tags")
    assert [window.actions_table[name].isEnabled() for name in names] == [False] * 3


def test_the_value_under_the_mouse_is_not_exported(open_window: MainWindow) -> None:
    viewport = open_window.session.viewport
    plain = pixels(export.rendered(viewport, patient=False))
    pointing.move(viewport, 20, 20)
    assert viewport.value_text
    assert np.array_equal(pixels(export.rendered(viewport, patient=False)), plain)
