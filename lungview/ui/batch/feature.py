"""Batches in a window: what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.batch.actions import BatchActions
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import RIGHT, Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    BatchActions(host)


def _batch(host: Host) -> QWidget:
    from lungview.ui.batch.panel import BatchPanel

    return BatchPanel(host.workspace)


PANELS = (
    Panel(
        "batch",
        "BatchPanel",
        QT_TRANSLATE_NOOP("Panel", "Batch"),
        RIGHT,
        _batch,
        shown=False,
        beside="prediction",
    ),
)
