"""The batch of a workspace: one at a time, by its workers; what is done is kept whatever happens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from lungview import paths
from lungview.batch.carriers.executors import Pool, process_pool
from lungview.batch.extent import Extent, latest_unfinished
from lungview.batch.row import Row
from lungview.batch.series_row import SeriesRow
from lungview.classify.acceptance import Acceptance
from lungview.classify.case import Case
from lungview.classify.outcome import Status, is_flagged
from lungview.errors import LungViewError
from lungview.model.card import ModelCard
from lungview.model.registry import Entry
from lungview.report.content import Layout
from lungview.viewer.batches.carried import Workers
from lungview.viewer.batches.run import Job, Progress, compare_with, judge, load
from lungview.viewer.common.background import Background, Call
from lungview.viewer.event import Event
from lungview.viewer.report_draft import Document
from lungview.viewer.workspace import Workspace

_LOG = logging.getLogger(__name__)


class Batches:
    """Runs a batch and holds its rows; the panel and the reports show them.

    background: one thread, in which one batch runs after the other. listed: how many inputs are to be judged.
    ended: whether it went through to the end.
    """

    def __init__(self, workspace: Workspace, background: Background) -> None:
        self._workspace, self.background = workspace, background
        self.began, self.listed = Event[()](), Event[int]()
        self.rows_added, self.progressed = Event[list[Row]](), Event[Progress]()
        self.carried = Event[Workers]()
        self.ended, self.failed = Event[bool](), Event[LungViewError]()
        self.told = Event[str]()
        self.rows: dict[Path, Row] = {}
        self.series: tuple[SeriesRow, ...] = ()
        self.out: Path | None = None
        self.card: ModelCard | None = None
        self.extent: Extent | None = None
        self.sources: tuple[Path, ...] = ()
        self.pool: Pool = process_pool
        self._task: Call | None = None
        self._stop = threading.Event()

    @property
    def running(self) -> bool:
        return self._task is not None

    def start(self, sources: Sequence[Path], out: Path, model: Entry, *, retry: bool = False) -> None:
        """Judge files, folders and zips into `out`; what is there already is gone on with."""
        if self.running:
            return
        if out != self.out:
            self.rows.clear()
            self.series = ()
        self.sources, self.out, self.card = tuple(sources), out, model.card
        self._stop.clear()
        self.extent = None
        scheduler = self._workspace.settings.batch_scheduler
        job = Job(tuple(sources), out, model, retry, self.pool, self._stop, scheduler)
        self._run(judge, job, on_result=self._on_end)
        self.began.emit()  # not before it runs: who is told asks whether it does

    def load(self, out: Path) -> None:
        """Show the results of an earlier batch."""
        if self.running:
            return
        self.rows.clear()
        self.series = ()
        self.out, self.card, self.sources = out, None, ()
        self.extent = None
        self._run(load, out, on_result=lambda _: self._on_end(True))
        self.began.emit()

    def look_for_unfinished(self) -> None:
        """Show the last batch again when it was not brought to its end; else nothing happens."""
        if not self.running and self.out is None:
            self.background.run(
                latest_unfinished, results_folder(), on_result=self._on_unfinished, on_error=_untold
            )

    def _on_unfinished(self, out: Path | None) -> None:
        if out is not None and self.out is None:
            self.load(out)

    def stop(self) -> None:
        """Stop after the files being judged; what is done is kept, and the next start goes on from it."""
        self._stop.set()

    def go_on(self, model: Entry) -> None:
        """Judge what an unfinished batch has left."""
        if self.can_go_on and self.out is not None:
            self.start(self.sources, self.out, model)

    @property
    def can_go_on(self) -> bool:
        """Whether the batch shown is unfinished, and what it was to judge is known."""
        unfinished = self.extent is not None and not self.extent.complete
        return unfinished and bool(self.sources) and not self.running

    def retry_failed(self, model: Entry) -> None:
        """Judge those that failed once more."""
        if self.out is not None and not self.running:
            sources = self.sources or tuple(row.source.path for row in self.rows.values())
            self.rows = {p: r for p, r in self.rows.items() if r.status is not Status.FAILED}
            self.start(sources, self.out, model, retry=True)

    def flagged(self) -> list[Row]:
        """Rows a reader must look at."""
        card = self.card
        return [row for row in self.rows.values() if card and is_flagged(row.case, card)]

    def compare(self, labels: Path, on_result: Callable[[Acceptance], None]) -> None:
        """Compare the rows with a CSV of labels."""
        if self.card is None:
            return
        cases = [row.case for row in self.rows.values()]
        self.background.run(
            compare_with, cases, labels, self.card, on_result=on_result, on_error=self._on_error
        )

    def cases(self) -> list[Case]:
        """Those of all rows, in order of path."""
        return [self.rows[key].case for key in sorted(self.rows)]

    def report(self, document: Document, path: Path, layout: Layout) -> None:
        """Write a report in the background."""
        self.told.emit(f"Writing {path.name}…")
        self.background.run(
            document.write,
            path,
            layout,
            on_result=lambda _: self.told.emit(f"Report written: {path.name}"),
            on_error=self._on_error,
        )

    def _run(
        self, function: Callable[..., object], *args: object, on_result: Callable[[object], None]
    ) -> None:
        self._task = self.background.stream(
            function, *args, on_event=self._on_event, on_result=on_result, on_error=self._on_error
        )

    def _on_event(self, event: object) -> None:
        if isinstance(event, int):
            self.listed.emit(event)
        elif isinstance(event, Progress):
            self.progressed.emit(event)
        elif isinstance(event, Workers):
            self.carried.emit(event)
        elif isinstance(event, ModelCard):
            self.card = event
        elif isinstance(event, Extent):
            self.extent, self.sources = event, event.sources
        elif isinstance(event, tuple):
            self.series = event
        elif isinstance(event, list):
            self.rows.update({row.source.label: row for row in event})
            self.rows_added.emit(event)

    def _on_end(self, complete: object) -> None:
        self._task = None
        self.ended.emit(bool(complete))

    def _on_error(self, error: BaseException) -> None:
        self._task = None
        known = error if isinstance(error, LungViewError) else LungViewError(f"the batch stopped: {error}")
        self.failed.emit(known)


def results_folder() -> Path:
    """Where batches are kept that were given no folder of their own."""
    return paths.data() / "batches"


def default_out(source: Path) -> Path:
    """A new folder below the user's data, named after the time and the input."""
    stamp = datetime.now().strftime("%Y-%m-%d %H%M%S")
    return results_folder() / f"{stamp} {source.stem}"


def _untold(error: BaseException) -> None:
    """Nobody asked: what could not be looked at is no news but for the log."""
    _LOG.warning("the last batch could not be looked at: %s", error)
