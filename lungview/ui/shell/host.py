"""What a feature of the window may touch. The window is one; a feature knows this and no window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget

if TYPE_CHECKING:
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.actions import Actions
    from lungview.ui.shell.message_bar import MessageBar
    from lungview.ui.shell.tool_choice import ToolChoice
    from lungview.ui.shell.views.view_grid import ViewGrid
    from lungview.ui.studies.session import Session
    from lungview.viewer.workspace import Workspace

P = TypeVar("P", bound=QWidget)
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


@dataclass(frozen=True, slots=True)
class Panel:
    """A dock that a feature brings: `PANELS` in the `feature.py` of its room.

    id: for saving the layout; kind, title: name of its class, and what its dock says. make: imports and makes
    the panel, when it is first seen or asked for. beside: id of another panel, to be a tab in its place;
    without, it stands under those before. A panel knows no other panel, and shows from the first what is so.
    """

    id: str
    kind: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[Host], QWidget]
    shown: bool = True
    beside: str = ""


class Host(Protocol):
    """A feature's `install(host)` is given one; what features have for others is in `workspace.services`."""

    @property
    def session(self) -> Session:
        """The workspace in a window: its events as signals, viewports, background work, services."""
        ...

    @property
    def workspace(self) -> Workspace:
        """What is open and drawn and how it is looked at, without Qt."""
        ...

    @property
    def actions_table(self) -> Actions:
        """To bring rows, to handle them, and to find actions by id."""
        ...

    @property
    def tools(self) -> ToolChoice:
        """What the left mouse button does: one of these."""
        ...

    @property
    def grid(self) -> ViewGrid:
        """The views in rows and columns."""
        ...

    @property
    def widget(self) -> QMainWindow:
        """The parent of dialogs, menus, and of objects that live as long as the window."""
        ...

    def each_view(self, equip: Callable[[Viewport], object]) -> None:
        """Call `equip` for every view, those to come included: its layers, its mouse, its signals."""
        ...

    def panel(self, kind: type[P]) -> P | None:
        """The panel of a class, made now if nobody has seen it; None before the window is equipped."""
        ...

    def with_panel(self, kind: type[P], call: Callable[[P], object]) -> None:
        """Call with the panel of a class when it is made; at once where it is."""
        ...

    def to_front(self, panel_id: str, *, opened: bool = True, height: int = 0) -> None:
        """Put a panel before its neighbours. opened: show it where it was closed, then `height` px high."""
        ...

    def status(self, *widgets: QWidget) -> None:
        """Put widgets at the left end of the status bar's permanent ones."""
        ...

    def beside_tools(self, widget: QWidget) -> None:
        """Put a field at the end of the toolbar."""
        ...

    def ask(self, text: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> MessageBar:
        """A sentence above the picture, and a button for each answer; the first answer ends it."""
        ...

    def take_drops(self, start: Callable[[list[str]], None], refusal: Callable[[], str]) -> None:
        """Have what is dropped on the second zone. refusal: why nothing can be now, "" when it can."""
        ...

    def when_equipped(self, call: Callable[[], None]) -> None:
        """Call once all panels and actions are there; at once where they are."""
        ...

    def when_closing(self, call: Callable[[], object]) -> None:
        """Call before the session ends."""
        ...
