"""Key images of others in the window: said on their pictures, off by their tick, gone to by their row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from lungview.overlays.values import KeyImage
from lungview.ui.overlays.key_labels import key_labels
from lungview.ui.shell.main_window import MainWindow
from tests.overlays.made import SLICES, kos
from tests.ui.overlays.test_in_window import Open, opened, panel, window

__all__ = ["opened", "window"]  # fixtures


def painted(window: MainWindow) -> np.ndarray:
    image = window.session.viewport.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def test_a_row_goes_to_its_picture_which_says_what_it_was_chosen_for(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    kos(images, tmp_path / "ko.dcm", (2, 7))
    opened(tmp_path / "ct", tmp_path / "ko.dcm", count=1)
    top = panel(window).tree.topLevelItem(0)
    assert top.text(0) == "For Referring Provider"
    row = top.child(1)
    panel(window).tree.setCurrentItem(row)
    stack = window.session.stack
    qtbot.waitUntil(lambda: not stack.pending)
    assert stack.index == SLICES - 1 - 7  # head first
    with_ = painted(window)
    row.setCheckState(0, Qt.CheckState.Unchecked)
    change = np.abs(with_ - painted(window)).sum(axis=2) > 60
    rows, columns = np.nonzero(change)
    view = window.session.viewport
    assert len(rows) > 50
    assert abs(columns.mean() - view.width() / 2) < 20
    assert view.height() - 160 < rows.mean() < view.height() - 110


def test_of_a_picture_that_nobody_chose_nothing_is_said(
    qtbot, window: MainWindow, opened: Open, images: list[Dataset], tmp_path: Path
) -> None:
    kos(images, tmp_path / "ko.dcm", (2,))
    found = opened(tmp_path / "ct", tmp_path / "ko.dcm", count=1)
    window.session.stack.go(0)
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    with_ = painted(window)
    found.show(False)
    assert np.array_equal(with_, painted(window))


def test_labels_of_several_selections_stand_above_each_other_within_the_view(window: MainWindow) -> None:
    view = window.session.viewport
    keys = [KeyImage(0, (), ("For Surgery", "a word " * 100)), KeyImage(1, (), ("For Teaching",))]
    first, second = key_labels(keys, view, QFontMetricsF(view.font()))
    assert first.lines[0] == "Key image of others: For Surgery"
    assert second.area.bottom() < first.area.top()
    assert all(each.area.left() > 0 and each.area.right() < view.width() for each in (first, second))
