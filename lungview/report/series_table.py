"""The second reader's word on each CT series of a batch as CSV (docs/results.md)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from lungview.batch.series_row import SeriesRow
from lungview.report.files import replacing
from lungview.spreadsheet import ENCODING, Table

COLUMNS = (
    "series_uid", "path", "slices", "model", "suitable", "reason", "conclusion", "findings", "p_suspicious",
    "note",
)  # fmt: skip


def write_csv(rows: Iterable[SeriesRow], path: Path) -> None:
    """Write a row a series. Raises ReportError; `path` is whole or untouched."""
    with replacing(path) as target, target.open("w", newline="", encoding=ENCODING) as file:
        table = Table(file, COLUMNS)
        for row in rows:
            table.named(_cells(row))


def _cells(row: SeriesRow) -> dict[str, object]:
    told = row.suspicion
    return {
        "series_uid": row.series_uid,
        "path": os.fsencode(row.source.label).decode("utf-8", "backslashreplace"),
        "slices": row.slices,
        "model": row.model,
        "suitable": "yes" if told else "no",
        "reason": "; ".join(row.reasons),
        "conclusion": row.conclusion,
        "findings": told.findings if told else "",
        "p_suspicious": f"{told.score:.4f}" if told else "",
        "note": "; ".join(row.notes),
    }
