"""Corrections of outlines in a window: what they bring."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from lungview.ui.outline_edit.brush import BrushTool
from lungview.ui.outline_edit.threshold_dialog import ThresholdDialog
from lungview.ui.shell.actions import ANALYSE, QT_TRANSLATE_NOOP, TOOLS, Row
from lungview.viewer.nodules import findings
from lungview.viewer.outline_edit import edits as corrections

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.viewer.outline_edit.edits import Edits

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row(
        "tool.outline_brush",
        _T("Actions", "Correct outline by brush, Shift rubs out"),
        ("Shift+K",),
        TOOLS,
        "brush",
        checkable=True,
    ),
    Row("findings.larger_brush", _T("Actions", "Larger brush"), ("Ctrl+Shift+Up",), ANALYSE),
    Row("findings.smaller_brush", _T("Actions", "Smaller brush"), ("Ctrl+Shift+Down",), ANALYSE),
    Row("findings.threshold", _T("Actions", "Keep of the outline by HU…"), (), ANALYSE),
)


def install(host: Host) -> None:
    edits, actions, session = corrections.of(host.workspace), host.actions_table, host.session
    actions.add_rows(*ROWS)
    actions.handle("findings.larger_brush", lambda: edits.resize(1))
    actions.handle("findings.smaller_brush", lambda: edits.resize(-1))
    actions.handle("findings.threshold", lambda: _ask(host, edits))
    host.tools.add(BrushTool, partial(BrushTool, edits=edits))
    edits.refused.connect(session.told.emit)
    edits.radius_changed.connect(lambda mm: session.told.emit(_brush(mm)))
    found = findings.of(host.workspace)

    def reflect() -> None:
        actions["findings.threshold"].setEnabled(edits.target(host.workspace.active) is not None)

    for signal in (found.changed, found.chosen_changed):
        signal.connect(reflect)
    session.active_changed.connect(lambda _: reflect())
    reflect()


def _brush(mm: float) -> str:
    said = QCoreApplication.translate("Nodules", "Brush of {0} mm")
    return said.format(f"{2 * mm:g}")


def _ask(host: Host, edits: Edits) -> None:
    dialog = ThresholdDialog(edits, host.widget)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
