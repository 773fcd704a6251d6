"""How views stand beside each other: one, thorax, planes of a volume, now and prior, or rows and columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from lungview.image.window import LUNG, MEDIASTINUM, Window
from lungview.ui.mpr.mpr import Mpr
from lungview.ui.shell.actions import LAYOUT, QT_TRANSLATE_NOOP, VIEW, Row
from lungview.viewer.links import Linked
from lungview.viewer.state import ViewState
from lungview.viewer.studies.beside import beside
from lungview.viewer.studies.prior import prior_of

if TYPE_CHECKING:
    from lungview.study.series import Series
    from lungview.ui.pane.viewport import Viewport
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("view.layout", _T("Actions", "Next layout"), ("Ctrl+L",), VIEW, "grid", LAYOUT),
    Row("view.thorax", _T("Actions", "Thorax: lung | mediastinum"), ("Ctrl+1",), VIEW, "columns", LAYOUT),
    Row("view.mpr", _T("Actions", "Planes: axial, coronal, sagittal, slab"), ("Ctrl+2",), VIEW, "", LAYOUT),
    Row("view.compare", _T("Actions", "Compare: now | prior"), ("Ctrl+3",), VIEW, "", LAYOUT),
    Row("view.upright", _T("Actions", "Planes upright again"), ("Shift+Space",), VIEW, "", LAYOUT),
    Row("view.grid_2x1", _T("Actions", "Two views, one above the other"), (), VIEW, "", LAYOUT),
    Row("view.grid_1x3", _T("Actions", "Three views"), ("Ctrl+Shift+3",), VIEW, "", LAYOUT),
    Row("view.grid_3x1", _T("Actions", "Three views, one above the other"), (), VIEW, "", LAYOUT),
    Row("view.grid_2x3", _T("Actions", "Six views"), ("Ctrl+Shift+6",), VIEW, "", LAYOUT),
    Row("view.grid_3x2", _T("Actions", "Six views, in three rows"), (), VIEW, "", LAYOUT),
    Row("view.grid_3x3", _T("Actions", "Nine views"), ("Ctrl+Shift+9",), VIEW, "", LAYOUT),
)
GRIDS = {
    "view.layout_1": (1, 1), "view.layout_2": (1, 2), "view.grid_2x1": (2, 1), "view.grid_1x3": (1, 3),
    "view.grid_3x1": (3, 1), "view.layout_4": (2, 2), "view.grid_2x3": (2, 3), "view.grid_3x2": (3, 2),
    "view.grid_3x3": (3, 3),
}  # fmt: skip
THORAX = Linked.SLICE | Linked.CAMERA | Linked.CURSOR
ROUND = ("view.layout_1", "view.thorax", "view.mpr", "view.compare")  # what one key goes through


class Layouts(QObject):
    """Slots of the layouts. What a layout needs decides whether it can be chosen."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._grid, self._session = host.grid, host.session
        host.workspace.services.put(self)
        self._actions = host.actions_table
        self.mpr = Mpr(host)
        self.mpr.refused.connect(self._on_refused)
        self._now = ROUND[0]
        self._actions.add_rows(*ROWS)
        for name, shape in GRIDS.items():
            self._handle(name, partial(self._grid.show_grid, *shape))
        self._handle("view.thorax", self._thorax)
        self._actions.handle("view.mpr", self._mpr)
        self._handle("view.compare", self._compare)
        self._actions.handle("view.upright", self.mpr.upright)
        menu = QMenu(host.widget)
        menu.addActions([self._actions[name] for name in (*ROUND[1:], *GRIDS)])
        self._actions.handle("view.layout", self._next).setMenu(menu)
        session = self._session
        for signal in (session.series_shown, session.active_changed, session.scan_ended):
            signal.connect(lambda _: self._reflect())
        session.relisted.connect(self._reflect)
        self._reflect()

    def _handle(self, name: str, show: Callable[[], object]) -> None:
        def choose() -> None:
            self._leave()
            self._now = name
            show()
            self._reflect()

        self._actions.handle(name, choose)

    def _leave(self) -> None:
        """Planes give their views back; the two halves of a thorax are no longer one."""
        self.mpr.leave()
        if self._now == "view.thorax":
            for viewport, linked in self._session.links.items():
                if linked == THORAX:
                    self._session.link_view(viewport, Linked.NONE)

    def _next(self) -> None:
        """The next layout that can be shown."""
        at = ROUND.index(self._now) if self._now in ROUND else 0
        order = (*ROUND[at + 1 :], *ROUND[: at + 1])
        self._actions[next(name for name in order if self._actions[name].isEnabled())].trigger()

    def _reflect(self) -> None:
        shown = self._session.stack.origin
        self._actions["view.thorax"].setEnabled(shown is not None and shown.modality == "CT")
        self._actions["view.mpr"].setEnabled(shown is not None)
        self._actions["view.compare"].setEnabled(shown is not None)
        self._actions["view.upright"].setEnabled(self.mpr.crosshair is not None)

    def _two(self, left: Series, right: Series | None) -> None:
        """Two series side by side, the left one active and where it was."""
        session = self._session
        index = session.stack.index if session.stack.series is not None else None
        self._grid.show_grid(1, 2)
        first, second = session.viewports[:2]
        session.link(False)
        session.activate(first)
        session.show(left, index)
        if right is None:
            session.stack_of(second).empty()
        else:
            known = index is not None and index < len(left.instances)
            session.show(right, beside(left, index or 0, right) if known else None, second)

    def _thorax(self) -> None:
        """One series through two windows, scrolled and zoomed as one."""
        shown = self._session.stack.origin
        if shown is None:
            return
        self._two(shown, shown)
        for viewport, window in zip(self._session.viewports, (LUNG, MEDIASTINUM), strict=False):
            viewport.change(partial(_through, window))
            self._session.link_view(viewport, THORAX)

    def _compare(self) -> None:
        """The series in view beside the same person's prior; without one there is room to drop it."""
        shown = self._session.stack.origin
        if shown is None:
            return
        prior = prior_of(shown, self._session.series)
        self._now_and(shown, prior)
        if prior is None:
            self._session.told.emit(self.tr("No other study of this patient is open: drop it on the window"))

    def compare(self, now: Series, prior: Series | None) -> None:
        """A series beside another one, linked, the left one active; None leaves room for what is to come."""
        left = next((v for v in self._session.viewports if self._shows(v, now)), None)
        if left is not None:
            self._session.activate(left)  # it stays at its slice
        self._leave()
        self._now = "view.compare"
        self._now_and(now, prior)
        self._reflect()

    def _shows(self, viewport: Viewport, series: Series) -> bool:
        shown = self._session.stack_of(viewport).origin
        return shown is not None and shown.key == series.key

    def _now_and(self, now: Series, prior: Series | None) -> None:
        self._two(now, prior)
        for viewport in self._session.viewports[:2]:
            self._session.link_view(viewport, Linked.ALL)

    def _mpr(self) -> None:
        shown, stack = self._session.stack.origin, self._session.stack
        if shown is None or self.mpr.series is shown:
            return
        index = stack.index if stack.series is not None else None
        self._leave()
        self._now = "view.mpr"
        self._session.activate(self._session.viewports[0])
        self._session.show(shown, index)
        self.mpr.enter(shown)
        self._reflect()

    def _on_refused(self) -> None:
        self._now = ROUND[0]
        self._grid.show_grid(1, 1)
        self._reflect()


def _through(window: Window, state: ViewState) -> ViewState:
    return state.windowed(window)
