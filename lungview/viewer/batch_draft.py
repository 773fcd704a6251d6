"""A batch's report as the window knows it: rows, labels' comparison, when and what of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lungview.classify.acceptance import Acceptance
from lungview.classify.case import Case
from lungview.model.card import ModelCard
from lungview.report.content import Layout


@dataclass(frozen=True, slots=True, eq=False)
class BatchDraft:
    """facts: rows of the first page. acceptance: the comparison with the user's labels, for the PDF."""

    cases: Sequence[Case]
    card: ModelCard
    facts: Sequence[tuple[str, str]] = ()
    acceptance: Acceptance | None = None

    def pdf(self, layout: Layout, _kind: str = "", *, excerpt: bool = False) -> bytes:
        """The PDF in memory; excerpt: with the first rows and flagged cases only. Raises ReportError."""
        from lungview.report.pdf.batch import BatchContent, batch_pdf

        content = BatchContent(lambda: self.cases, self.card, self.facts, self.acceptance, excerpt=excerpt)
        return batch_pdf(content, layout)

    def write(self, path: Path, layout: Layout, _kind: str = "") -> tuple[str, ...]:
        """Write PDF, CSV or JSON, by the suffix. Raises ReportError."""
        from lungview.report import table
        from lungview.report.pdf.batch import BatchContent, write_batch

        if path.suffix.lower() == ".csv":
            table.write_csv(self.cases, path, self.card.keys)
        elif path.suffix.lower() == ".json":
            table.write_json(self.cases, path, self.card)
        else:
            write_batch(
                BatchContent(lambda: self.cases, self.card, self.facts, self.acceptance), path, layout
            )
        return ()
