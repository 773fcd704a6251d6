"""The second reader in a window: its actions, keys, layers and the nodule box."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from lungview.ui.pane.viewport import Viewport
from lungview.ui.second_reader.heat_map_layer import HeatMapLayer
from lungview.ui.second_reader.nodule_box import NoduleBoxTool
from lungview.ui.second_reader.panels.compare import ComparePanel
from lungview.ui.second_reader.panels.opinion import OpinionPanel
from lungview.ui.second_reader.panels.series_curve import SeriesCurvePanel
from lungview.ui.shell.actions import ANALYSE, QT_TRANSLATE_NOOP, TOOLS, Row
from lungview.viewer.second_reader import comparison, series_run
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.state import ViewState

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP
ROWS = (
    Row("analyse.run", _T("Actions", "Classify this slice"), ("Return", "Enter"), ANALYSE, "classify"),
    Row("analyse.series", _T("Actions", "Classify the series"), ("Shift+Return",), ANALYSE),
    Row("analyse.compare", _T("Actions", "Compare all models"), ("Ctrl+Return",), ANALYSE),
    Row("analyse.previous_class", _T("Actions", "Heat map of the previous class"), ("[",), ANALYSE),
    Row("analyse.next_class", _T("Actions", "Heat map of the next class"), ("]",), ANALYSE),
    Row("analyse.models", _T("Actions", "Look for models again"), (), ANALYSE),
    Row("tool.nodule_box", _T("Actions", "Nodule box"), ("B",), TOOLS, "nodule-box", checkable=True),
)
ROOM = 340  # px of a panel at the bottom: a heat map with its answer, a curve with its rule
HOLD = 0.35  # seconds; a key held longer is let go of, not tapped


class ReaderActions(QObject):
    """Connects the second reader to keys and views. G tapped turns the heat map off or on; held, only
    while it is held."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.widget)
        self._host = host
        self._session, self._reader = host.session, second_reader.of(host.workspace)
        self._series, self._comparison = series_run.of(host.workspace), comparison.of(host.workspace)
        self._actions, reader = host.actions_table, self._reader
        self._actions.add_rows(*ROWS)
        self._actions.handle("analyse.run", self._run)
        self._actions.handle("analyse.series", lambda: self._run_in("series_curve", SeriesCurvePanel))
        self._actions.handle("analyse.compare", lambda: self._run_in("compare", ComparePanel))
        self._actions.handle("analyse.previous_class", lambda: reader.step_class(-1))
        self._actions.handle("analyse.next_class", lambda: reader.step_class(1))
        self._actions.handle("analyse.models", reader.list_models)
        self._heat_map = self._actions.handle("view.heat_map", self._on_heat_map)
        self._heat_map.setAutoRepeat(False)
        self._heat_map.setChecked(True)
        self._pressed = 0.0
        self._actions["edit.cancel"].triggered.connect(self._cancel)
        host.tools.add(NoduleBoxTool, partial(NoduleBoxTool, reader=reader))
        reader.opinion_wanted.connect(self._ask_opinion)
        reader.first.recorded_now.connect(self._show_answer)
        self._add_layers()

    def _run(self) -> None:
        """Classify, with the answer in sight where its panel is behind another."""
        self._host.to_front("prediction", opened=False)
        self._reader.run()

    def _run_in(self, panel_id: str, kind: type[SeriesCurvePanel | ComparePanel]) -> None:
        """Show a panel and have it do what it is there for."""
        self._host.to_front(panel_id, height=ROOM)
        panel = self._host.panel(kind)
        if panel is not None:
            panel.run()

    def _ask_opinion(self) -> None:
        """Bring the opinion to the front, where digits and Enter give it."""
        self._host.to_front("opinion")
        panel = self._host.panel(OpinionPanel)
        if panel is not None:
            panel.rating.setFocus()

    def _show_answer(self) -> None:
        """The opinion is given: the answer comes to the front, and the keys go back to the picture."""
        if self._reader.first.on:
            self._host.to_front("prediction", opened=False)
        self._session.viewport.setFocus()

    def _cancel(self) -> None:
        for running in (self._reader, self._series, self._comparison):
            running.cancel()

    def _add_layers(self) -> None:
        self._host.each_view(self._add_layer)
        self._session.view_changed.connect(lambda _before, after: self._reflect(after))
        reader = self._reader
        for signal in (
            reader.answer_changed,
            reader.class_changed,
            reader.look_changed,
            reader.box_changed,
            reader.model_changed,
        ):
            signal.connect(self._repaint)

    def _add_layer(self, viewport: Viewport) -> None:
        viewport.layers.insert(0, HeatMapLayer(self._reader))  # below annotations

    def _repaint(self) -> None:
        for viewport in self._session.viewports:
            viewport.update()

    def _on_heat_map(self, on: bool) -> None:
        self._pressed = time.monotonic()
        _application().installEventFilter(self)  # until it is let go: a filter costs at every event there is
        for viewport in self._session.viewports:
            viewport.change(lambda s: s.over(replace(s.overlays, heat_map=on)))

    def _reflect(self, state: ViewState) -> None:
        self._heat_map.setChecked(state.overlays.heat_map)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Letting go of a heat map key that was held undoes what pressing it did."""
        if event.type() is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._on_release(event)
        return False

    def _on_release(self, event: QKeyEvent) -> None:
        name = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
        ours = name in self._actions.keys("view.heat_map")
        if event.isAutoRepeat() or not self._pressed or not ours:
            return
        if time.monotonic() - self._pressed >= HOLD:
            self._heat_map.trigger()
        self._pressed = 0.0
        _application().removeEventFilter(self)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
