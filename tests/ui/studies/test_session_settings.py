"""What the settings say of how a series is listed and first shown."""

from dataclasses import replace

import pytest

from lungview.image.window import MEDIASTINUM
from tests.ui.studies.test_session import arrived, folder, opened, session  # noqa: F401


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_series_opens_at_the_slice_of_the_settings(qtbot, session, folder, where):  # noqa: F811
    session.change_settings(replace(session.settings, first_slice=where))
    with qtbot.waitSignal(session.scan_ended, timeout=20_000):
        session.open([folder])
    count = session.stack.count
    assert session.stack.index == {"first": 0, "middle": (count - 1) // 2, "last": count - 1}[where]


@pytest.mark.parametrize("order", ["head", "feet"])
def test_the_window_lists_axial_slices_from_the_end_of_the_settings(qtbot, session, folder, order):  # noqa: F811
    session.change_settings(replace(session.settings, slice_order=order))
    with qtbot.waitSignal(session.scan_ended, timeout=20_000):
        session.open([folder])
    z = [each.geometry.position[2] for each in session.stack.instances]
    assert z == sorted(z, reverse=order == "head")
    assert len(set(z)) > 1


def test_a_series_opens_through_the_first_window_of_the_settings(qtbot, session, folder):  # noqa: F811
    session.change_settings(replace(session.settings, first_window={"CT": "mediastinum"}))
    opened(qtbot, session, folder)
    assert session.viewport.state.window == MEDIASTINUM


def test_scrolling_brings_no_first_window_back(qtbot, session, folder):  # noqa: F811
    session.change_settings(replace(session.settings, first_window={"CT": "mediastinum"}))
    opened(qtbot, session, folder)
    session.change(lambda state: state.windowed(None))
    session.stack.go(3)
    arrived(qtbot, session)
    assert session.viewport.state.presentation.window is None
