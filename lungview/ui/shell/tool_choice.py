"""Which tool the left mouse button is: an action each, exactly one of them chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from lungview.ui.pane.tools.base import Tool
from lungview.ui.shell.actions import Actions
from lungview.ui.studies.session import Session

if TYPE_CHECKING:
    from lungview.ui.pane.viewport import Viewport


class ToolChoice:
    """The tools of a window."""

    def __init__(self, session: Session, actions: Actions, parent: QObject) -> None:
        self._session, self._actions = session, actions
        self._group = QActionGroup(parent)

    def add(self, tool: type[Tool], make: Callable[[Viewport], Tool] | None = None) -> None:
        """Let the action `tool.id` give the left button of every viewport this tool.

        make: makes one for a viewport, where the class alone does not suffice.
        """
        made = make or tool

        def choose(on: bool) -> None:
            if on:
                self._session.choose_tool(made)

        action = self._actions.handle(tool.id, choose)
        self._group.addAction(action)
        action.setChecked(self._session.tool is made)
