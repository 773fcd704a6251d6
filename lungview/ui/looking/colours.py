"""The actions that give grey pictures colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, VIEW, Row
from lungview.viewer.palettes import Palette
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
_GROUP = _T("Actions", "Colours")
ROWS = (
    Row("view.colours", _T("Actions", "Next colours"), ("Shift+H",), VIEW, "", _GROUP),
    Row("view.colours_grey", _T("Actions", "Grey"), (), VIEW, "", _GROUP, checkable=True),
    Row("view.colours_hot_iron", _T("Actions", "Hot iron"), (), VIEW, "", _GROUP, checkable=True),
    Row("view.colours_pet", _T("Actions", "PET"), (), VIEW, "", _GROUP, checkable=True),
    Row(
        "view.colours_cividis", _T("Actions", "Cividis (colour-blind)"), (), VIEW, "", _GROUP, checkable=True
    ),
)


class Colours(QObject):
    """Slots of the actions; they act on the active view."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._session, self._actions = host.session, host.actions_table
        self._actions.add_rows(*ROWS)
        self._actions.handle("view.colours", self._next)
        for palette in Palette:
            self._actions.handle(f"view.colours_{palette}", lambda _on, palette=palette: self._use(palette))
        self._session.view_changed.connect(lambda _before, after: self._reflect(after))
        self._session.active_changed.connect(lambda viewport: self._reflect(viewport.state))

    def _use(self, palette: Palette) -> None:
        self._session.change(lambda s: s.coloured(palette), self.tr("Colours"))
        self._reflect(self._session.viewport.state)

    def _next(self) -> None:
        kinds = list(Palette)
        self._use(kinds[(kinds.index(self._session.viewport.state.presentation.palette) + 1) % len(kinds)])

    def _reflect(self, state: ViewState) -> None:
        for palette in Palette:
            self._actions[f"view.colours_{palette}"].setChecked(state.presentation.palette is palette)
