"""The entries of the feature rooms."""

from __future__ import annotations

import inspect

from lungview.ui.start.features import FEATURES


def test_the_entry_of_a_feature_room_is_given_the_host_and_nothing_else():
    of_rooms = [each for each in FEATURES if each.__module__.endswith(".feature")]

    assert of_rooms
    assert {str(inspect.signature(each)) for each in of_rooms} == {"(host: 'Host') -> 'None'"}
