"""What may be dropped for a batch, and where; the real drag is in tests/e2e/test_drop.py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

from lungview.ui.shell.drop_zones import may_be_batch
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.batches import offered
from lungview.viewer.second_reader import reader as second_reader

BUTTON, KEY, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    return tmp_path / "pictures"


def right_of_the_middle(window: MainWindow) -> QPointF:
    area = window.grid.geometry()
    return QPointF(area.left() + area.width() * 0.8, area.center().y())


def enter(window: MainWindow, dragged: Sequence[Path], place: QPointF) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in dragged])
    window.dragEnterEvent(QDragEnterEvent(QPoint(int(place.x()), int(place.y())), COPY, data, BUTTON, KEY))
    return data


def drop(window: MainWindow, dragged: Sequence[Path], place: QPointF) -> tuple[list[str], list[str]]:
    """What was opened, and what was given to the batch, by a drop there."""
    opened: list[str] = []
    given: list[str] = []
    window.session.opening.connect(lambda paths: opened.extend(map(str, paths)))
    window.batch_dropped.disconnect()
    window.batch_dropped.connect(given.extend)
    data = enter(window, dragged, place)
    window.dropEvent(QDropEvent(place, COPY, data, BUTTON, KEY))
    return opened, given


@pytest.mark.parametrize("name", ["pictures", "study.zip", "STUDY.ZIP"])
def test_a_folder_and_a_zip_may_be_a_batch(tmp_path: Path, folder: Path, name: str) -> None:
    (tmp_path / name).touch() if "." in name else None
    assert may_be_batch([str(tmp_path / name)])


def test_several_files_may_be_a_batch_one_may_not() -> None:
    assert may_be_batch(["/a.png", "/b.png"])
    assert not may_be_batch(["/a.dcm"])
    assert not may_be_batch(["/x/DICOMDIR"])


def test_one_file_shows_no_fields_and_is_opened(qtbot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    opened, given = drop(window, [tmp_path / "a.png"], right_of_the_middle(window))
    qtbot.waitUntil(lambda: opened == [str(tmp_path / "a.png")])
    assert given == []


def test_a_folder_shows_the_fields_until_it_leaves(window: MainWindow, folder: Path) -> None:
    enter(window, [folder], QPointF(300, 300))
    assert window.drop_zones.isVisible()
    assert window.drop_zones.geometry() == window.grid.geometry()
    window.dragLeaveEvent(QDragLeaveEvent())
    assert not window.drop_zones.isVisible()


def test_a_folder_on_the_batch_field_is_a_batch(qtbot, window: MainWindow, models, reader, folder) -> None:
    opened, given = drop(window, [folder], right_of_the_middle(window))
    qtbot.waitUntil(lambda: given == [str(folder)])
    assert opened == []
    assert not window.drop_zones.isVisible()


@pytest.mark.parametrize("share", [0.1, 0.4, 0.5])
def test_a_folder_let_go_up_to_the_middle_is_opened(
    qtbot, window: MainWindow, models, reader, folder: Path, share: float
) -> None:
    area = window.grid.geometry()
    place = QPointF(area.left() + area.width() * share, area.center().y())
    opened, given = drop(window, [folder], place)
    qtbot.waitUntil(lambda: opened == [str(folder)])
    assert given == []


def test_a_folder_let_go_on_another_panel_is_opened(
    qtbot, window: MainWindow, models, reader, folder
) -> None:
    opened, given = drop(window, [folder], QPointF(window.width() - 3, window.height() - 3))
    qtbot.waitUntil(lambda: opened == [str(folder)])
    assert given == []


def test_while_a_batch_runs_the_field_says_so_and_a_drop_opens(
    qtbot, window: MainWindow, models, reader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(offered.of(window.workspace)), "running", True)
    opened, given = drop(window, [folder], right_of_the_middle(window))
    assert window.drop_zones.refusal == "a batch is running"
    qtbot.waitUntil(lambda: opened == [str(folder)])
    assert given == []


def test_without_a_model_the_field_says_so(window: MainWindow, folder: Path) -> None:
    second_reader.of(window.workspace).entry = None
    enter(window, [folder], QPointF(300, 300))
    assert window.drop_zones.refusal == "no model is installed"


def test_the_fields_can_be_read(qtbot, window: MainWindow, models, reader, folder: Path) -> None:
    """The chosen field is filled otherwise than the other."""
    place = right_of_the_middle(window)
    enter(window, [folder], place)
    picture = window.drop_zones.grab().toImage()
    at = place.toPoint() - window.drop_zones.pos()
    chosen, other = picture.pixelColor(at.x(), 40), picture.pixelColor(60, 40)
    assert chosen.blue() > other.blue() + 60
