"""Panels in their docks: made when first seen or asked for, and then as if they had been there all along."""

from __future__ import annotations

import pytest

from lungview.settings import Settings
from lungview.ui.batch.panel import BatchPanel
from lungview.ui.batch.table import PATIENT
from lungview.ui.browser.series import SeriesPanel
from lungview.ui.nodules.lungs_panel import LungsPanel
from lungview.ui.nodules.panel import FindingsPanel
from lungview.ui.second_reader.panels.compare import ComparePanel
from lungview.ui.start.features import PANELS
from lungview.ui.studies.session import Session
from lungview.viewer.nodules import search as searching
from tests.in_memory import make_slice
from tests.ui.window.odd_headers import write

IN_SIGHT = {"series", "prediction", "heat_map"}


def made(window) -> set[str]:
    """Ids of the panels that are there by now."""
    return {name for name, dock in window.docks.items() if dock.widget() is not None}


def test_a_new_window_has_the_panels_in_sight_and_no_others(window):
    assert made(window) == IN_SIGHT


def test_every_dock_says_what_it_holds_before_it_holds_it(window):
    assert window.docks["batch"].windowTitle() == "Batch"
    assert all(dock.windowTitle() for dock in window.docks.values())


def test_a_panel_has_the_class_that_its_row_names(window):
    assert {panel.id: panel.kind for panel in PANELS} == {
        name: type(panel).__name__ for name, panel in window.panels.items()
    }


def test_a_tab_that_is_clicked_brings_its_panel(qtbot, window):
    window.docks["findings"].raise_()

    qtbot.waitUntil(lambda: window.docks["findings"].widget() is not None)
    assert made(window) == IN_SIGHT | {"findings"}


def test_a_closed_panel_is_there_once_the_menu_opens_it(qtbot, window):
    window.docks["marks"].toggleViewAction().trigger()

    qtbot.waitUntil(lambda: window.docks["marks"].widget() is not None)
    assert window.panels["marks"].isVisible()


def test_a_panel_that_floats_on_a_screen_left_of_the_first_is_made(qtbot, window):
    dock = window.docks["marks"]
    dock.setFloating(True)
    dock.move(-900, 40)
    dock.show()

    dock.visibilityChanged.emit(True)  # Qt says so where the desktop begins there

    qtbot.waitUntil(lambda: dock.widget() is not None)
    assert dock.geometry().right() < 0


def test_a_key_finds_the_panel_it_needs(window):
    window.actions_table["analyse.compare"].trigger()

    assert window.docks["compare"].widget() is not None
    assert isinstance(window.panel(ComparePanel), ComparePanel)
    assert window.panels["compare"].isVisible()


def test_a_panel_that_stays_closed_is_not_made_to_come_to_the_front(window):
    window.to_front("batch", opened=False)

    assert made(window) == IN_SIGHT


def test_who_waits_for_a_panel_is_called_when_it_is_made_and_once(window):
    called: list[object] = []
    window.with_panel(LungsPanel, called.append)
    window.with_panel(SeriesPanel, called.append)
    assert called == [window.panels["series"]]

    panel = window.panel(LungsPanel)
    assert window.panel(LungsPanel) is panel
    assert called == [window.panels["series"], panel]


def test_a_panel_made_late_names_the_keys_of_its_buttons(window):
    panel = window.panel(FindingsPanel)

    assert panel.accept.toolTip() == window.actions_table["findings.accept"].toolTip()


def test_a_panel_made_late_does_not_show_the_patient_that_was_hidden_before(show):
    window = show(make_slice())
    window.actions_table["view.patient"].trigger()

    panel = window.panel(BatchPanel)

    assert panel.view.rows.isColumnHidden(PATIENT)


def test_findings_say_what_was_said_before_anybody_looked(show):
    window = show(make_slice())
    window.docks["findings"].close()
    searching.of(window.workspace).said.emit("No lungs were found")

    assert window.panel(FindingsPanel).sentence.text() == "No lungs were found"


@pytest.fixture
def again(make_window):
    """Makes another window, as the next start does."""
    return lambda: make_window(Session(Settings()))


def test_a_tab_left_in_front_is_in_front_and_made_at_the_next_start(qtbot, window, again):
    window.docks["opinion"].raise_()
    qtbot.waitUntil(lambda: window.docks["opinion"].widget() is not None)
    window.close()

    assert made(again()) == IN_SIGHT - {"heat_map"} | {"opinion"}


def test_the_list_of_series_made_late_hides_the_patient_as_the_picture_does(qtbot, window, again, tmp_path):
    write(tmp_path, PatientName="Able^Adam")
    window.docks["series"].close()
    window.close()
    after = again()
    after.session.open([tmp_path])
    qtbot.waitUntil(lambda: not after.session.scanning and after.session.stack.series is not None)
    after.actions_table["view.patient"].trigger()
    assert "series" not in made(after)

    tree = after.panels["series"].tree

    assert tree.topLevelItem(0).text(0) == "Patient 1"
