"""The second reader in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.second_reader.actions import ReaderActions
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    ReaderActions(host)


def _prediction(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.prediction import PredictionPanel

    return PredictionPanel(host.session)


def _heat_map(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.heatmap import HeatMapPanel

    return HeatMapPanel(host.session)


def _opinion(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.opinion import OpinionPanel

    return OpinionPanel(host.session)


def _series_curve(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.series_curve import SeriesCurvePanel

    return SeriesCurvePanel(host.session)


def _compare(host: Host) -> QWidget:
    from lungview.ui.second_reader.panels.compare import ComparePanel

    return ComparePanel(host.session)


PANELS = (
    Panel("prediction", RIGHT, _prediction),
    Panel("heat_map", RIGHT, _heat_map),
    Panel("opinion", RIGHT, _opinion, beside="heat_map"),
    Panel("series_curve", RIGHT, _series_curve, shown=False, beside="prediction"),
    Panel("compare", RIGHT, _compare, shown=False, beside="prediction"),
)
