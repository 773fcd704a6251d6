"""Findings in a window: actions, keys, the measuring tool, layers, the context menu."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lungview.nodules.finding import Status
from lungview.ui.language import speaking
from lungview.ui.nodules.layers.layer import FindingsLayer
from lungview.ui.nodules.layers.planes import FindingsInPlanes
from lungview.ui.nodules.naming import ask_name
from lungview.ui.nodules.panel import FindingsPanel
from lungview.ui.nodules.tool import NoduleTool, measure_at
from lungview.ui.pane.viewport import Viewport
from lungview.ui.shell.actions import ANALYSE, QT_TRANSLATE_NOOP, SHOWN, TOOLS, VIEW, Row
from lungview.viewer.nodules import findings as all_findings
from lungview.viewer.nodules import search as searching

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host
    from lungview.viewer.nodules.listed import Listed

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("findings.look", _T("Actions", "Look for findings"), ("Ctrl+F",), ANALYSE, "findings"),
    Row("findings.next", _T("Actions", "Next finding"), ("F",), ANALYSE),
    Row("findings.previous", _T("Actions", "Previous finding"), ("Shift+F",), ANALYSE),
    Row("findings.accept", _T("Actions", "Accept finding"), ("Y",), ANALYSE),
    Row("findings.reject", _T("Actions", "Reject finding"), ("X",), ANALYSE),
    Row("findings.rename", _T("Actions", "Name finding…"), ("F2",), ANALYSE),
    Row("findings.delete", _T("Actions", "Delete own finding"), ("Shift+Del",), ANALYSE),
    Row(
        "view.outlines",
        _T("Actions", "Show outlines of findings"),
        ("U",),
        VIEW,
        "",
        SHOWN,
        checkable=True,
    ),
    Row(
        "view.scores", _T("Actions", "Show the detector's map"), ("Shift+G",), VIEW, "", SHOWN, checkable=True
    ),
    Row(
        "view.emphysema",
        _T("Actions", "Show lung below −950 HU"),
        ("Shift+U",),
        VIEW,
        "",
        SHOWN,
        checkable=True,
    ),
    Row("tool.nodule", _T("Actions", "Measure nodule"), ("M",), TOOLS, "nodule", checkable=True),
)
_SAID_MS = 6000  # a refusal stays on the picture


class FindingsActions(QObject):
    """Slots of the actions of findings, and what of them is on the picture."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host, self._session, self._actions = host, host.session, host.actions_table
        self._findings = all_findings.of(host.workspace)
        self._search = searching.of(host.workspace)
        self._planes = FindingsInPlanes(self._session, self._findings)
        self._asked_at: Viewport | None = None
        self._equipped = self._offered = False
        self._said = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._said.timeout.connect(self._say_nothing)
        host.when_equipped(self._on_equipped)
        host.with_panel(FindingsPanel, self._name_keys)
        self._handle()
        self._connect()

    def _handle(self) -> None:
        actions, findings = self._actions, self._findings
        actions.add_rows(*ROWS)
        actions.handle("findings.look", self._look)
        actions.handle("findings.next", partial(self._step, 1))
        actions.handle("findings.previous", partial(self._step, -1))
        actions.handle("findings.accept", lambda: findings.decide(Status.ACCEPTED))
        actions.handle("findings.reject", lambda: findings.decide(Status.REJECTED))
        actions.handle("findings.rename", lambda: ask_name(findings, self._host.widget))
        actions.handle("findings.delete", findings.remove)
        for name in ("outlines", "scores", "emphysema"):
            # Not a partial: PySide cannot see how many values it takes, and gives it none.
            actions.handle(f"view.{name}", lambda on, name=name: self._show(name, on))
        self._host.tools.add(NoduleTool, partial(NoduleTool, search=self._search))
        actions["tool.nodule"].toggled.connect(lambda on: self._search.hold() if on else None)
        actions["edit.cancel"].triggered.connect(self._search.cancel)

    def _on_equipped(self) -> None:
        """Now the docks stand where they stood the last time; what was opened before is offered, too."""
        self._equipped = True
        self._offer()

    def _name_keys(self, panel: FindingsPanel) -> None:
        """The panel's buttons name the keys that do the same, also after these were changed."""
        for name, button in panel.buttons().items():
            action = self._actions[name]
            button.setToolTip(action.toolTip())
            action.changed.connect(lambda button=button, action=action: button.setToolTip(action.toolTip()))

    def _connect(self) -> None:
        findings, session = self._findings, self._session
        self._host.each_view(self._on_viewport)
        session.menu_opening.connect(self._on_menu)
        for signal in (findings.changed, findings.chosen_changed, findings.look_changed):
            signal.connect(self._reflect)
        session.series_shown.connect(lambda _: self._reflect())
        session.active_changed.connect(lambda _: self._reflect())
        session.scan_ended.connect(lambda _: self._offer())
        findings.chosen_changed.connect(self._say_nothing)
        self._search.refused.connect(self._on_refused)
        self._search.measured.connect(self._on_measured)
        self._reflect()

    def _offer(self) -> None:
        """On a CT the findings are what a reader is offered first; which tab is in front is theirs after."""
        opened = self._findings.opened()
        if self._equipped and not self._offered and opened is not None and not opened.why:
            self._offered = True
            self._host.to_front("findings", opened=False)

    def _look(self) -> None:
        self._host.to_front("findings")
        self._search.run()

    def _step(self, step: int) -> None:
        """Choose the next finding of those that the panel shows."""
        panel = self._host.panel(FindingsPanel)
        ids = panel.tree.ids() if panel is not None else ()
        if not ids:
            self._session.told.emit(self.tr("There is no finding in the list, or its group is closed"))
            return
        chosen = self._findings.chosen
        at = ids.index(chosen) + step if chosen in ids else (0 if step > 0 else len(ids) - 1)
        self._findings.choose(ids[at % len(ids)])

    def _show(self, name: str, on: bool) -> None:
        self._findings.look(replace(self._findings.shown, **{name: on}))

    def _on_viewport(self, viewport: Viewport) -> None:
        viewport.layers.insert(0, FindingsLayer(self._findings, self._planes))
        self._planes.follow(viewport)

    def _on_menu(self, viewport: Viewport, menu: QMenu, position: QPointF) -> None:
        """The nodule under the mouse can be measured without choosing the tool."""
        opened = self._findings.opened(viewport.pane)
        if opened is None or opened.why or viewport.state.slice is None:
            return
        presets = next(each for each in menu.actions() if each.menu() is not None)
        measure = QAction(self.tr("Measure the nodule here"), menu)
        at = viewport.widget_to_image(position)
        measure.triggered.connect(lambda: measure_at(self._search, viewport, at))
        menu.insertAction(presets, measure)
        menu.insertSeparator(presets)

    def _on_refused(self, why: str) -> None:
        self._session.told.emit(why)
        self._asked_at = self._session.viewport
        self._asked_at.set_notice(speaking.said(why))
        self._said.start()

    def _on_measured(self, listed: Listed) -> None:
        self._say_nothing()
        self._findings.choose(listed.id, go=False)
        self._host.to_front("findings", opened=False)

    def _say_nothing(self) -> None:
        if self._asked_at is not None:
            self._asked_at.set_notice("")
            self._asked_at = None

    def _reflect(self) -> None:
        findings, opened = self._findings, self._findings.opened(planes=True)
        listed = None if opened is None else findings.list_of(opened).find(findings.chosen)
        for name in ("accept", "reject", "rename"):
            self._actions[f"findings.{name}"].setEnabled(listed is not None)
        self._actions["findings.delete"].setEnabled(listed is not None and listed.own)
        self._actions["findings.look"].setEnabled(opened is not None and not opened.why)
        for name in ("outlines", "scores", "emphysema"):
            self._actions[f"view.{name}"].setChecked(getattr(findings.shown, name))
        for viewport in self._session.viewports:
            viewport.update()
