"""The action that shows and hides overlays, their layer in every view, and the panel coming to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.language import speaking
from lungview.ui.overlays.layer import OverlayLayer
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP, SHOWN, VIEW, Row
from lungview.viewer.overlays import shown as overlays

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.viewer.panes.pane import Pane

_T = QT_TRANSLATE_NOOP
ROW = Row(
    "view.overlays",
    _T("Actions", "Show segments, contours and measurements of others"),
    ("Shift+O",),
    VIEW,
    "",
    SHOWN,
    checkable=True,
)


class OverlayActions(QObject):
    """Slots of the action, and the layers."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session = host, host.session
        self._overlays = overlays.of(host.workspace)
        host.actions_table.add_rows(ROW)
        self._action = host.actions_table.handle(ROW.id, self._overlays.show)
        self._overlays.changed.connect(self._reflect)
        self._overlays.arrived.connect(self._on_arrived)
        self._overlays.planes.come.connect(self._on_planes)
        host.each_view(self._on_viewport)
        host.when_equipped(self._come_forward)
        self._reflect()

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.layers.insert(0, OverlayLayer(self._overlays))
        self._overlays.follow(viewport.pane)

    def _on_planes(self, pane: Pane) -> None:
        """What is laid over a plane, and a line on each overlay that it cannot show."""
        viewport, said = self._session.viewport_of(pane), self.tr("%1 is not shown here: %2")
        lines = [
            said.replace("%1", bound.overlay.name).replace("%2", speaking.said(why))
            for bound, why in self._overlays.planes.lacking(pane)
        ]
        viewport.set_apart("\n".join(lines), "overlays")
        viewport.update()

    def _on_arrived(self, count: int) -> None:
        self._come_forward()
        said = self.tr("Overlays of others read: %1; panel “Overlays” lists them")
        if count:
            self._session.told.emit(said.replace("%1", str(count)))

    def _come_forward(self) -> None:
        if self._overlays.now.bounds:
            self._host.to_front("overlays")

    def _reflect(self) -> None:
        self._action.setEnabled(bool(self._overlays.now.bounds))
        self._action.setChecked(self._overlays.now.chosen.on)
        for viewport in self._session.viewports:
            viewport.update()
