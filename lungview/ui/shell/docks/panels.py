"""Panels in their docks: each is made when it is first seen, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QScrollArea, QWidget

from lungview.ui.shell.host import RIGHT

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host, Panel

P = TypeVar("P", bound=QWidget)


class Panels(Mapping[str, QWidget]):
    """The panels of a window by their id. Looking one up makes it, and so does bringing its dock into sight.

    Most panels lie behind others all day. None keeps what the workspace has not, so one that is made late
    says what an older one would.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rows: dict[str, Panel] = {}
        self._made: dict[str, QWidget] = {}
        self._calls: list[Callable[[QWidget], object]] = []
        self._begun = False
        self.docks: dict[str, QDockWidget] = {}

    def add(self, panel: Panel) -> None:
        """Place the dock of a panel; it is empty until the panel is made."""
        window, dock = self._host.widget, QDockWidget(QCoreApplication.translate("Panel", panel.title))
        dock.setObjectName(panel.id)
        window.addDockWidget(panel.area, dock)
        if panel.beside:
            window.tabifyDockWidget(self.docks[panel.beside], dock)
        dock.setVisible(panel.shown)
        dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
        # Queued: Qt says so while it lays out docks; before they are painted the panel is there.
        dock.visibilityChanged.connect(
            lambda seen: self._on_seen(panel.id, seen), Qt.ConnectionType.QueuedConnection
        )
        self._rows[panel.id], self.docks[panel.id] = panel, dock

    def begin(self) -> Iterator[Callable[[], None]]:
        """From now on panels can be made, as all features are there; a step for each that is in sight."""
        self._begun = True
        for panel_id, dock in self.docks.items():
            if _in_sight(dock):
                yield partial(self._make, panel_id)

    def of_class(self, kind: type[P]) -> P | None:
        """The panel of a class; None where there is none, and before panels can be made."""
        for panel_id, row in self._rows.items() if self._begun else ():
            if row.kind == kind.__name__ and isinstance(panel := self[panel_id], kind):
                return panel
        return None

    def each(self, call: Callable[[QWidget], object]) -> None:
        """Call with every panel that is made, now or later."""
        self._calls.append(call)
        self.each_made(call)

    def each_made(self, call: Callable[[QWidget], object]) -> None:
        """Call with every panel that is made by now."""
        for panel in self._made.values():
            call(panel)

    def to_front(self, panel_id: str, *, opened: bool = True, height: int = 0) -> None:
        """As `Host.to_front`."""
        dock = self.docks[panel_id]
        if self._begun and (opened or dock.isVisible()):
            self._make(panel_id)
        if opened and not dock.isVisible():
            dock.show()
            if height:
                self._host.widget.resizeDocks([dock], [height], Qt.Orientation.Vertical)
        dock.raise_()

    def __getitem__(self, panel_id: str) -> QWidget:
        self._make(panel_id)
        return self._made[panel_id]

    def __contains__(self, panel_id: object) -> bool:
        return panel_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _make(self, panel_id: str) -> None:
        if panel_id in self._made:
            return
        row = self._rows[panel_id]
        panel = self._made[panel_id] = row.make(self._host)
        # Lines that wrap need more height where the dock is narrow, which docks do not reckon with.
        scrolls = row.area is RIGHT or panel.hasHeightForWidth()
        self.docks[panel_id].setWidget(_scrolling(panel) if scrolls else panel)
        for call in self._calls:
            call(panel)

    def _on_seen(self, panel_id: str, seen: bool) -> None:
        if seen and self._begun and _in_sight(self.docks[panel_id]):
            self._make(panel_id)


def _in_sight(dock: QDockWidget) -> bool:
    """Whether no other tab lies before it: Qt moves those behind off the window.

    One that floats lies on the desktop, which may begin left of the first screen or above it.
    """
    on_window = dock.geometry().right() >= 0 and dock.geometry().bottom() >= 0
    return dock.isVisible() and (dock.isFloating() or on_window)


def _scrolling(panel: QWidget) -> QScrollArea:
    """The panel as high as it likes to be: two of them in a column never make the window higher."""
    from PySide6.QtWidgets import QStyle  # whose enumerations are a thirtieth of the time to the first window

    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    bar = area.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    area.setMinimumWidth(panel.minimumSizeHint().width() + bar)
    return area
