"""Another language without a restart: all that is on screen, and nothing that is open is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QLabel, QTabBar, QTreeWidget, QTreeWidgetItem, QWidget

from lungview import languages
from lungview.errors import SettingsError
from lungview.marks.annotation import Annotation, Kind, Point
from lungview.ui.annotate.editing import Editing
from lungview.ui.language import retranslate, speaking
from lungview.ui.settings.preferences import Preferences
from lungview.ui.shell import screens
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session
from tests.ui.conftest import MemoryCache, MemorySeries, make_slice, whole
from tests.ui.language.said import texts

SMALL = QSize(1280, 720)
CODES = [code for code in languages.NAMES if code != "en"]


@pytest.fixture
def window(qtbot) -> Iterator[MainWindow]:
    made = _window(qtbot)
    yield made
    made.close()


def _window(qtbot) -> MainWindow:
    """A window with a series of two slices in it."""
    slices = [make_slice(index) for index in range(2)]
    cache = MemoryCache({each.instance: each for each in slices})
    made = new_window(Session(cache=cache))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitUntil(lambda: made.finished)
    series = MemorySeries(tuple(each.instance for each in slices), description="Axial")
    made.session.series = [series]  # type: ignore[list-item]
    made.session.series_found.emit(series)
    made.session.show(series)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: made.session.viewport.state.slice is not None)
    qtbot.wait(50)  # what the panels say of it
    return whole(made)


def _choose(window: MainWindow, code: str) -> None:
    """As the settings dialog does."""
    preferences = window.findChild(Preferences)
    assert preferences is not None
    preferences.change(replace(window.session.settings, language=code))


@pytest.mark.parametrize("code", CODES)
def test_switching_gives_what_starting_gives(qtbot, code: str) -> None:
    switched = _window(qtbot)
    _choose(switched, code)
    qtbot.wait(50)  # Qt's own LanguageChange
    found = Counter(texts(switched))
    switched.close()
    started = _window(qtbot)
    anew = Counter(texts(started))
    started.close()
    assert (found - anew, anew - found) == (Counter(), Counter())


@pytest.mark.parametrize("code", CODES)
def test_there_and_back_is_what_it_was(qtbot, window: MainWindow, code: str) -> None:
    before = Counter(texts(window))
    _choose(window, code)
    qtbot.wait(50)
    assert Counter(texts(window)) != before
    _choose(window, "en")
    qtbot.wait(50)
    after = Counter(texts(window))
    assert (after - before, before - after) == (Counter(), Counter())


def test_from_one_language_to_another(qtbot, window: MainWindow) -> None:
    _choose(window, "ja")
    _choose(window, "fr")
    qtbot.wait(50)
    assert window.actions_table["file.quit"].text() == "Quitter"
    assert window.docks["findings"].windowTitle() == "Anomalies"


@pytest.mark.parametrize("code", ["de", "fr", "zh", "ja"])
def test_the_tabs_of_a_dock_are_named_in_full_on_a_small_screen(qtbot, window: MainWindow, code: str) -> None:
    window.resize(SMALL - screens.FRAME)
    window.panels.to_front("overlays")
    _choose(window, code)
    qtbot.wait(50)
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() == 5)
    names = [bar.tabText(at) for at in range(bar.count())]
    padding = 5 * 2 * (4 + 1)  # px: padding and border of style.qss
    assert sum(map(bar.fontMetrics().horizontalAdvance, names)) + padding <= bar.width(), names


def test_nothing_open_is_lost(qtbot, window: MainWindow) -> None:
    shown, viewport = window.session.viewport.state.slice, window.session.viewport
    viewport.change(lambda state: state.seen_by(state.camera.zoomed(3.0)))
    zoom, view = viewport.zoom, viewport.state.window
    _choose(window, "de")
    qtbot.wait(50)
    assert window.session.viewport is viewport
    assert (viewport.state.slice, viewport.zoom, viewport.state.window) == (shown, zoom, view)
    assert [each.key for each in window.session.series] == ["1"]


def test_marks_and_their_undo_outlive_a_switch(qtbot, window: MainWindow) -> None:
    editing = window.findChild(Editing)
    assert editing is not None
    annotations = editing.annotations
    shown = window.session.viewport.state.slice
    assert shown is not None
    ruler = Annotation(Kind.RULER, (Point(1, 2), Point(3, 4)), text="left")
    annotations.add(annotations.picture(shown), ruler, "Ruler")
    _choose(window, "de")
    qtbot.wait(50)
    assert [each.text for each in annotations.on(shown)] == ["left"]
    window.actions_table["edit.undo"].trigger()
    assert list(annotations.on(shown)) == []


def test_the_words_of_a_file_are_not_translated(qtbot, window: MainWindow) -> None:
    """The series is called “Axial”, which is a word of the program, too."""
    _choose(window, "zh")
    qtbot.wait(50)
    cells = [text for where, text in texts(window) if where == "SeriesTree.cell"]
    assert any(text.startswith("Axial\n") for text in cells)


def test_options_and_cells_and_tooltips_follow(qtbot) -> None:
    top = QWidget()
    qtbot.addWidget(top)
    box, tree, label = QComboBox(top), QTreeWidget(top), QLabel("Slice 3 / 9", top)
    box.addItems(["Dark", "Model X"])
    tree.setHeaderLabels(["Action"])
    QTreeWidgetItem(tree, ["Mouse"])
    label.setToolTip("Nothing leaves this computer.")
    german = languages.load("de")
    retranslate.say_anew(top, german.said)
    assert [box.itemText(at) for at in range(2)] == ["Dunkel", "Model X"]
    assert (tree.headerItem().text(0), tree.topLevelItem(0).text(0)) == ("Aktion", "Maus")
    assert (label.text(), label.toolTip()) == ("Schicht 3 / 9", "Nichts verlässt diesen Rechner.")


def test_what_the_status_bar_says_follows(window: MainWindow) -> None:
    window.session.told.emit("Series: 1, slices: 69")
    _choose(window, "de")
    assert window.statusBar().currentMessage() == "Serien: 1, Schichten: 69"


def test_a_language_that_cannot_be_read_changes_nothing(monkeypatch) -> None:
    def fail(_: str) -> languages.Catalogue:
        raise SettingsError("the language de cannot be read")

    monkeypatch.setattr(languages, "load", fail)
    with pytest.raises(SettingsError):
        retranslate.switch("de")
    assert speaking.in_force().code == "en"
