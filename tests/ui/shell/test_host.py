"""The window as a feature sees it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from lungview.ui.browser.series import SeriesPanel
from lungview.ui.shell.host import Host


def test_the_window_has_all_that_a_host_promises(window):
    promised = {name for name in vars(Host) if not name.startswith("_")}

    assert {name for name in promised if not hasattr(window, name)} == set()


def test_a_panel_is_found_by_its_class(window):
    assert window.panel(SeriesPanel) is window.panels["series"]
    assert window.panel(QLabel) is None


def test_each_view_is_equipped_once_those_to_come_included(window):
    seen = []
    window.each_view(seen.append)

    window.grid.show_grid(1, 2)

    assert seen == window.session.viewports
    assert len(seen) == 2


def test_a_panel_behind_another_comes_to_the_front(qtbot, window):
    window.to_front("lungs")
    qtbot.waitUntil(lambda: not window.docks["lungs"].visibleRegion().isEmpty())

    window.to_front("heat_map")

    qtbot.waitUntil(lambda: not window.docks["heat_map"].visibleRegion().isEmpty())
    assert window.docks["lungs"].visibleRegion().isEmpty()


def test_a_closed_panel_is_opened_unless_it_is_to_stay_closed(window):
    window.docks["prediction"].close()

    window.to_front("prediction", opened=False)
    assert not window.docks["prediction"].isVisible()

    window.to_front("prediction")
    assert window.docks["prediction"].isVisible()


def test_what_is_asked_stands_above_the_picture_until_it_is_answered(qtbot, window):
    answers = []
    bar = window.ask("Really?", [("Yes", lambda: answers.append("yes")), ("No", lambda: None)])
    qtbot.waitUntil(bar.isVisible)

    bar.buttons[0].click()

    assert answers == ["yes"]
    assert not bar.isVisible()


def test_fields_of_features_stand_left_of_the_banner(window):
    field = QLabel("12 of 20")
    window.status(field)

    assert field.x() < window.banner.x()


def test_who_waits_for_all_panels_is_called_at_once_where_they_are_there(window):
    called = []
    window.when_equipped(lambda: called.append(sorted(window.panels)))

    assert called == [sorted(window.docks)]
