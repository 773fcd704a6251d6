"""Everything can be used on a screen of 1280 × 720: all buttons of all dialogs, every panel, the notice."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QProgressBar,
    QSplitter,
    QTabBar,
    QWidget,
)

from lungview import ui
from lungview.classify.acceptance import compare
from lungview.classify.case import Case
from lungview.errors import DamagedFile
from lungview.image.slice import Instance
from lungview.lung.quantify import quantify
from lungview.nodules.growth.chest import Chest
from lungview.report import formats
from lungview.report.formats import Subject
from lungview.settings import Settings
from lungview.sources.files.scan import Skipped
from lungview.ui.batch.acceptance import AcceptanceDialog
from lungview.ui.batch.table import CALL, FILE
from lungview.ui.batch.view import BatchView
from lungview.ui.browser.skipped import SkippedDialog
from lungview.ui.browser.tags import TagsDialog
from lungview.ui.film.dialog import FilmDialog
from lungview.ui.language import retranslate
from lungview.ui.layout.export_dialog import ExportDialog
from lungview.ui.outline_edit.threshold_dialog import ThresholdDialog
from lungview.ui.pacs.dialog import PacsDialog
from lungview.ui.pacs.node_form import NodeForm
from lungview.ui.pacs.sending.dialog import SendDialog
from lungview.ui.quantification.dialog import QuantificationDialog
from lungview.ui.second_reader.model_card import ModelCardDialog
from lungview.ui.second_reader.panels.curve import Curve
from lungview.ui.shell import screens
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.shell.message_bar import MessageBar
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
from lungview.viewer.archives.sender import Sender
from lungview.viewer.nodules.opened import opened_of
from lungview.viewer.outline_edit import edits
from lungview.viewer.quantification.measuring import Measuring
from lungview.viewer.work_up import desks
from tests.report.conftest import make_card, make_prediction
from tests.report.lungs.conftest import thorax
from tests.ui.conftest import MemoryCache, make_slice

SCREEN = QSize(1280, 720)


@pytest.fixture(autouse=True)
def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "room", lambda window: SCREEN - screens.FRAME)


def _acceptance(window: MainWindow) -> QDialog:
    found = make_prediction(label="adenocarcinoma", probabilities=(0.9, 0.0, 0.0, 0.1))
    cases = [Case(Instance(Path(f"{n}.png")), found) for n in range(4)]
    labels = {f"{n}.png": ("adenocarcinoma", "normal")[n % 2] for n in range(4)}
    return AcceptanceDialog(compare(cases, labels, make_card()), make_card(), window)


def _skipped(window: MainWindow) -> QDialog:
    return SkippedDialog([Skipped(Path(f"{n}.dcm"), DamagedFile("too short")) for n in range(99)], window)


def _send(window: MainWindow) -> QDialog:
    sender = window.workspace.services.find(Sender)
    assert sender is not None
    offers = [(each.kind, each.text) for each in formats.of(Subject.CASE) if each.suffix == ".dcm"]
    return SendDialog(window.session, sender, offers, lambda: lambda _: (), window)


def _lungs(window: MainWindow) -> QDialog:
    series = window.session.stack.series
    assert series is not None
    volume, mask = thorax(0.1)
    desk = desks.of(window.workspace).desk(opened_of(series))
    desk.chest = Chest(volume, mask, quantify(volume, mask))
    return QuantificationDialog(Measuring(window.workspace, series), window.session.told.emit, window)


MADE: dict[str, Callable[[MainWindow], QDialog]] = {
    "AcceptanceDialog": _acceptance,
    "ExportDialog": lambda window: ExportDialog("p", patient=False, burned_in=True, parent=window),
    "FilmDialog": lambda window: FilmDialog("p", 99, 12.0, patient=False, burned_in=True, parent=window),
    "ModelCardDialog": lambda window: ModelCardDialog(make_card(), window),
    "NodeForm": NodeForm,
    "PacsDialog": lambda window: PacsDialog(window.session, window),
    "QuantificationDialog": _lungs,
    "SendDialog": _send,
    "SkippedDialog": _skipped,
    "TagsDialog": lambda window: TagsDialog(
        Path("none.dcm"), "", window.session.tasks, hide_personal=False, parent=window
    ),
    "ThresholdDialog": lambda window: ThresholdDialog(edits.of(window.workspace), window),
}
BY_ACTION = {
    "AboutDialog": "help.about",
    "AnonymiseDialog": "file.anonymise",
    "HangingDialog": "view.hanging",
    "NoticeDialog": "help.notice",
    "QueueDialog": "file.sent",
    "ReportDialog": "file.report",
    "SettingsDialog": "file.settings",
    "ShortcutsDialog": "help.shortcuts",
    "ManualDialog": "help.manual",
    "StudyListDialog": "studies.list",
}


def _all_dialogs() -> set[str]:
    rooms = [importlib.import_module(m.name) for m in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}.")]
    classes = {cls for room in rooms for _, cls in inspect.getmembers(room, inspect.isclass)}
    return {c.__name__ for c in classes if issubclass(c, QDialog) and c.__module__.startswith(ui.__name__)}


def _opened(name: str, window: MainWindow) -> QDialog:
    if name in MADE:
        dialog = MADE[name](window)
        dialog.show()
        return dialog
    window.actions_table[BY_ACTION[name]].trigger()
    found = [each for each in window.findChildren(QDialog) if type(each).__name__ == name]
    return found[-1]


@pytest.mark.parametrize("name", sorted(_all_dialogs()))
def test_every_button_of_every_dialog_lies_on_the_screen(
    qtbot, show: Callable[..., MainWindow], name: str
) -> None:
    dialog = _opened(name, show(make_slice()))
    QApplication.processEvents()
    room = QRect(dialog.rect().topLeft(), screens.room(dialog))
    assert room.contains(dialog.rect()), dialog.size()
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible() and each.text()]
    for button in buttons:
        place = QRect(button.mapTo(dialog, button.rect().topLeft()), button.size())
        assert dialog.rect().contains(place), button.text()
    dialog.reject()


@pytest.mark.parametrize("views", [1, 2, 4])
@pytest.mark.parametrize(
    "panel", ["", "prediction", "opinion", "heat_map", "series_curve", "compare", "batch"]
)
def test_the_window_is_never_larger_than_the_screen_whatever_is_shown(
    show: Callable[..., MainWindow], views: int, panel: str
) -> None:
    window = show(make_slice())
    window.actions_table[f"view.layout_{views}"].trigger()
    if panel:
        window.docks[panel].show()
        window.docks[panel].raise_()
    window.resize(SCREEN - screens.FRAME)
    QApplication.processEvents()
    assert window.size() == SCREEN - screens.FRAME
    assert window.banner.isVisible()
    assert window.rect().contains(
        QRect(window.banner.mapTo(window, window.banner.rect().topLeft()), window.banner.size())
    )


@pytest.mark.parametrize(
    "panel", ["prediction", "findings", "opinion", "heat_map", "series_curve", "compare"]
)
def test_nothing_in_a_panel_ends_beside_its_dock(show: Callable[..., MainWindow], panel: str) -> None:
    window = show(make_slice())
    window.resize(SCREEN - screens.FRAME)
    for bar in window.panels[panel].findChildren(QProgressBar):
        bar.show()  # as while it is busy
    window.docks[panel].show()
    window.docks[panel].raise_()
    QApplication.processEvents()
    dock = window.docks[panel]
    for each in window.panels[panel].findChildren(QWidget):
        if each.isVisible() and isinstance(each, QAbstractButton | QProgressBar | QComboBox | Curve):
            assert each.mapTo(dock, each.rect().topRight()).x() <= dock.width(), each


def test_a_long_refusal_takes_more_lines_and_leaves_the_window_as_wide_as_it_was(
    qtbot, show: Callable[..., MainWindow]
) -> None:
    window = show(make_slice())
    window.resize(SCREEN - screens.FRAME)
    bar = MessageBar(
        window, "Not opened: " + "a reason that goes on and on, " * 20, [("Close", lambda: None)]
    )
    QApplication.processEvents()
    assert window.width() == (SCREEN - screens.FRAME).width()
    qtbot.waitUntil(lambda: bar.label.width() > 0.8 * window.width())
    needed = bar.label.heightForWidth(bar.label.width())
    assert needed > bar.buttons[0].height()
    qtbot.waitUntil(lambda: needed <= bar.label.height() < 1.5 * needed)
    place = QRect(bar.buttons[0].mapTo(window, bar.buttons[0].rect().topLeft()), bar.buttons[0].size())
    assert window.rect().contains(place)


def test_the_first_window_fits_the_screen(qtbot) -> None:
    made = new_window()
    qtbot.addWidget(made)
    assert made.size() == SCREEN - screens.FRAME


def test_a_picture_keeps_half_the_width_beside_the_open_batch(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice())
    window.resize(SCREEN)
    window.docks["batch"].show()
    window.docks["batch"].raise_()
    QApplication.processEvents()
    assert window.grid.width() >= SCREEN.width() * 0.45
    assert window.grid.height() >= SCREEN.height() * 0.75


@pytest.mark.parametrize("code", ["en", "de"])
def test_nothing_in_a_panel_lies_on_another_where_three_share_a_column(
    show: Callable[..., MainWindow], code: str
) -> None:
    window = show(make_slice())
    retranslate.switch(code)
    window.resize(SCREEN - screens.FRAME)
    for panel in ("priors", "marks"):
        window.docks[panel].show()
    QApplication.processEvents()
    marks = window.panels["marks"]
    retranslate.switch("en")
    assert marks.tree.geometry().bottom() < marks.rename.geometry().top()
    assert marks.hint.geometry().bottom() < marks.tree.geometry().top()


@pytest.mark.parametrize("width", [1280, 1366])
def test_what_a_file_of_a_batch_came_to_is_in_sight(show: Callable[..., MainWindow], width: int) -> None:
    window = show(make_slice())
    window.resize(width, 720)
    window.docks["batch"].show()
    window.docks["batch"].raise_()
    QApplication.processEvents()
    rows = window.findChild(BatchView, "batch_view").rows
    assert rows.columnViewportPosition(CALL) + rows.columnWidth(CALL) <= rows.viewport().width()
    rows.setColumnWidth(FILE, 300)  # as a reader drags it
    window.resize(width + 10, 730)
    QApplication.processEvents()
    assert rows.columnWidth(FILE) == 300


def test_the_position_of_the_batch_splitter_is_kept(qtbot, window: MainWindow) -> None:
    splitter = window.panels["batch"].findChild(QSplitter, "batch_view")
    window.docks["batch"].show()
    window.docks["batch"].raise_()
    splitter.widget(0).show()
    QApplication.processEvents()
    splitter.setSizes([150, 90])
    kept = splitter.saveState()
    window.close()

    again = new_window(Session(Settings(), cache=MemoryCache({})))  # type: ignore[arg-type]
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.finished)
    assert again.panels["batch"].findChild(QSplitter, "batch_view").saveState() == kept
    again.close()


def test_the_tabs_of_a_narrow_dock_are_named_in_full(show: Callable[..., MainWindow]) -> None:
    window = show(make_slice())
    window.resize(SCREEN - screens.FRAME)
    for panel in ("series_curve", "compare", "batch"):
        window.docks[panel].show()
    QApplication.processEvents()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() == 5]
    assert len(bars) == 1
    wanted = sum(bars[0].fontMetrics().horizontalAdvance(bars[0].tabText(n)) for n in range(5))
    padding = 5 * 2 * (4 + 1)  # px: padding and border of style.qss
    assert wanted + padding <= bars[0].width()
