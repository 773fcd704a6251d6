"""The second reader in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.second_reader.actions import ReaderActions
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host

_T = QT_TRANSLATE_NOOP


def install(host: Host) -> None:
    ReaderActions(host)


def _prediction(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.prediction import PredictionPanel

    return PredictionPanel(host.workspace)


def _heat_map(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.heatmap import HeatMapPanel

    return HeatMapPanel(host.workspace)


def _opinion(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.opinion import OpinionPanel

    panel = OpinionPanel(host.workspace)
    panel.rating.left.connect(lambda: host.session.viewport.setFocus())
    return panel


def _series_curve(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.series_curve import SeriesCurvePanel

    return SeriesCurvePanel(host.workspace)


def _compare(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.compare import ComparePanel

    return ComparePanel(host.workspace)


PANELS = (
    Panel("prediction", "PredictionPanel", _T("Panel", "Second reader"), RIGHT, _prediction),
    Panel("heat_map", "HeatMapPanel", _T("Panel", "Heat map"), RIGHT, _heat_map),
    Panel("opinion", "OpinionPanel", _T("Panel", "Opinion"), RIGHT, _opinion, beside="heat_map"),
    Panel(
        "series_curve",
        "SeriesCurvePanel",
        _T("Panel", "Curve"),
        RIGHT,
        _series_curve,
        shown=False,
        beside="prediction",
    ),
    Panel(
        "compare", "ComparePanel", _T("Panel", "Compare"), RIGHT, _compare, shown=False, beside="prediction"
    ),
)
