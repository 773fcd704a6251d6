"""What the table of a batch shows."""

from __future__ import annotations

from lungview.ui.batch.panel import BatchPanel
from lungview.ui.batch.table import FILE


def names(panel: BatchPanel) -> list[str]:
    return [panel.filter.index(i, FILE).data() for i in range(panel.filter.rowCount())]
