"""The entries of the feature rooms."""

from __future__ import annotations

import inspect

from lungview.ui.start.features import FEATURES, PANELS


def test_the_entry_of_a_feature_room_is_given_the_host_and_nothing_else():
    of_rooms = [each for each in FEATURES if each.__module__.endswith(".feature")]

    assert of_rooms
    assert {str(inspect.signature(each)) for each in of_rooms} == {"(host: 'Host') -> 'None'"}


def test_a_panel_is_brought_by_the_room_that_it_is_of(window):
    for panel in PANELS:
        room = panel.make.__module__.removesuffix(".feature")
        assert room.startswith("lungview.ui.")
        assert type(window.panels[panel.id]).__module__.startswith(f"{room}.")


def test_of_the_tabs_in_one_place_the_one_that_is_there_to_be_read_first_is_the_first(window):
    assert [panel.id for panel in PANELS if panel.shown] == [
        "series", "prediction", "heat_map", "opinion", "findings", "lungs", "work_up",
    ]  # fmt: skip
    docks = window.docks
    assert window.tabifiedDockWidgets(docks["prediction"]) == [docks["findings"]]
    behind = [docks[each] for each in ("opinion", "lungs", "work_up")]
    assert window.tabifiedDockWidgets(docks["heat_map"]) == behind
