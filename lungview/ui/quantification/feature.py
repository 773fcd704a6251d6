"""Lungs in numbers in a window: the action, the button of the lungs panel, the dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lungview.ui.language import speaking
from lungview.ui.nodules.lungs_panel import LungsPanel
from lungview.ui.shell.actions import ANALYSE, QT_TRANSLATE_NOOP, Row
from lungview.viewer.nodules import findings as model

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

ROW = Row("lungs.numbers", QT_TRANSLATE_NOOP("Actions", "Lungs in numbers…"), ("Ctrl+Shift+U",), ANALYSE)


def install(host: Host) -> None:
    QuantificationActions(host)


class QuantificationActions(QObject):
    """Opens the dialog of the series in the active view, or says why there is none."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        host.actions_table.add_rows(ROW)
        host.actions_table.handle(ROW.id, self._open)
        host.with_panel(LungsPanel, lambda panel: panel.more.clicked.connect(self._open))

    def _open(self) -> None:
        from lungview.ui.quantification.dialog import QuantificationDialog
        from lungview.viewer.quantification.measuring import Measuring

        opened = model.of(self._host.workspace).opened(planes=True)
        if opened is None or opened.why:
            why = speaking.said(opened.why) if opened is not None else self.tr("Open a CT series first.")
            self._host.session.told.emit(why)
            return
        measuring = Measuring(self._host.workspace, opened.series)
        QuantificationDialog(measuring, self._host.session.told.emit, self._host.widget).show()
