"""A batch's report, by the suffix of its file; written in the background, knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lungview.classify.acceptance import Acceptance
from lungview.classify.case import Case
from lungview.model.card import ModelCard
from lungview.report.content import Layout


@dataclass(frozen=True, slots=True)
class BatchWriter:
    """acceptance: the comparison with the user's labels, for the PDF."""

    layout: Layout
    acceptance: Acceptance | None = None

    def __call__(self, cases: Sequence[Case], card: ModelCard, path: Path) -> None:
        """Write PDF, CSV or JSON. Raises ReportError."""
        from lungview.report import table
        from lungview.report.batch_pdf import BatchContent, write_batch

        if path.suffix.lower() == ".csv":
            table.write_csv(cases, path, card.keys)
        elif path.suffix.lower() == ".json":
            table.write_json(cases, path, card)
        else:
            write_batch(BatchContent(lambda: cases, card, (), self.acceptance), path, self.layout)
