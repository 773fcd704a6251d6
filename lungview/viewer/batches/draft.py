"""A batch's report as the window knows it: rows, labels' comparison, when and what of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lungview.batch.series_row import SeriesRow
from lungview.classify.acceptance import Acceptance
from lungview.classify.case import Case
from lungview.model.card import ModelCard
from lungview.report import formats
from lungview.report.content import Layout
from lungview.report.formats import Subject

if TYPE_CHECKING:
    from lungview.report.pdf.batch import BatchContent


@dataclass(frozen=True, slots=True, eq=False)
class BatchDraft:
    """facts: rows of the first page. series: what the second reader says of CT series, for the PDF.

    acceptance: the comparison with the user's labels, for the PDF.
    """

    cases: Sequence[Case]
    card: ModelCard
    facts: Sequence[tuple[str, str]] = ()
    acceptance: Acceptance | None = None
    series: Sequence[SeriesRow] = ()

    def pdf(self, layout: Layout, _kind: str = "", *, excerpt: bool = False) -> bytes:
        """The PDF in memory; excerpt: with the first rows and flagged cases only. Raises ReportError."""
        from lungview.report.pdf.batch import batch_pdf

        return batch_pdf(replace(self._content(), excerpt=excerpt), layout)

    def write(self, path: Path, layout: Layout, _kind: str = "") -> tuple[str, ...]:
        """Write PDF, CSV or JSON, by the suffix. Raises ReportError."""
        return formats.chosen(path, subject=Subject.BATCH).write(self._content(), path, layout)

    def _content(self) -> BatchContent:
        from lungview.report.pdf.batch import BatchContent

        return BatchContent(lambda: self.cases, self.card, self.facts, self.acceptance, series=self.series)
