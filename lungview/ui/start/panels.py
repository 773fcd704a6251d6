"""Docked panels: one a file, known to the window by this tuple alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lungview.ui.studies.session import Session

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


@dataclass(frozen=True, slots=True)
class Panel:
    """A dock. id: for saving the layout; make: imports and makes the panel, after the window is up.

    beside: id of an earlier panel, to be a tab in its place; without, the panel stands under those before.
    The panel is a QWidget with TITLE, given the Session; it knows the session's signals and no other panel.
    """

    id: str
    area: Qt.DockWidgetArea
    make: Callable[[Session], QWidget]
    shown: bool = True
    beside: str = ""


def _series(session: Session) -> QWidget:
    from lungview.ui.browser.series import SeriesPanel

    return SeriesPanel(session)


def _prediction(session: Session) -> QWidget:
    from lungview.ui.second_reader.panels.prediction import PredictionPanel

    return PredictionPanel(session)


def _findings(session: Session) -> QWidget:
    from lungview.ui.nodules.panel import FindingsPanel

    return FindingsPanel(session)


def _marks(session: Session) -> QWidget:
    from lungview.ui.marks_list.panel import MarksPanel

    return MarksPanel(session)


def _lungs(session: Session) -> QWidget:
    from lungview.ui.nodules.lungs_panel import LungsPanel

    return LungsPanel(session)


def _work_up(session: Session) -> QWidget:
    from lungview.ui.work_up.panel import WorkUpPanel

    return WorkUpPanel(session)


def _heat_map(session: Session) -> QWidget:
    from lungview.ui.second_reader.panels.heatmap import HeatMapPanel

    return HeatMapPanel(session)


def _opinion(session: Session) -> QWidget:
    from lungview.ui.second_reader.panels.opinion import OpinionPanel

    return OpinionPanel(session)


def _overlays(session: Session) -> QWidget:
    from lungview.ui.overlays.panel import OverlaysPanel

    return OverlaysPanel(session)


def _series_curve(session: Session) -> QWidget:
    from lungview.ui.second_reader.panels.series_curve import SeriesCurvePanel

    return SeriesCurvePanel(session)


def _compare(session: Session) -> QWidget:
    from lungview.ui.second_reader.panels.compare import ComparePanel

    return ComparePanel(session)


def _batch(session: Session) -> QWidget:
    from lungview.ui.batch.panel import BatchPanel

    return BatchPanel(session)


PANELS: tuple[Panel, ...] = (
    Panel("series", LEFT, _series),
    Panel("marks", LEFT, _marks, shown=False),
    Panel("prediction", RIGHT, _prediction),
    Panel("findings", RIGHT, _findings, beside="prediction"),
    Panel("heat_map", RIGHT, _heat_map),
    Panel("opinion", RIGHT, _opinion, beside="heat_map"),
    Panel("lungs", RIGHT, _lungs, beside="heat_map"),
    Panel("work_up", RIGHT, _work_up, beside="heat_map"),
    Panel("overlays", RIGHT, _overlays, shown=False, beside="heat_map"),
    Panel("series_curve", RIGHT, _series_curve, shown=False, beside="prediction"),
    Panel("compare", RIGHT, _compare, shown=False, beside="prediction"),
    Panel("batch", RIGHT, _batch, shown=False, beside="prediction"),
)
