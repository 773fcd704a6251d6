"""The tool of the left button: one of the window's, chosen by its action."""

from __future__ import annotations

from lungview.ui.pane.tools.pan import PanTool
from lungview.ui.pane.tools.window import WindowTool


def test_one_tool_is_chosen_at_a_time(window):
    actions, mouse = window.actions_table, window.session.viewport.mouse
    assert isinstance(mouse.tool, WindowTool)
    assert actions["tool.window"].isChecked()

    actions["tool.pan"].trigger()

    assert isinstance(mouse.tool, PanTool)
    assert not actions["tool.window"].isChecked()


def test_a_view_to_come_has_the_tool_that_is_chosen(window):
    window.actions_table["tool.pan"].trigger()

    window.grid.show_grid(1, 2)

    assert isinstance(window.session.viewports[1].mouse.tool, PanTool)
