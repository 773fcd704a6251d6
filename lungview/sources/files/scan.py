"""Scan: files, folders, zips and DICOMDIRs to series, by their headers alone."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lungview.errors import Cancelled, LungViewError, NoPixelData
from lungview.image.readers import read_header
from lungview.image.readers.header import Header
from lungview.sources.files.archive import is_dicomdir
from lungview.sources.files.candidates import Candidate, candidates
from lungview.study.series import Series
from lungview.study.sorting.grouping import Grouping
from lungview.study.sorting.identity import Identity
from lungview.study.sorting.series_geometry import First

_CHUNK = 16  # files a task: a task of its own for each would cost as much as reading a header
_SLOW = 2e-3  # seconds a file from which reading is waiting, not work
_SHOW_EVERY = 0.2  # seconds between two reports of growing series


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no image here, and why. path: of a member of a zip, its name below its zip's."""

    path: Path
    error: LungViewError
    member: str = ""

    @property
    def place(self) -> tuple[Path, str]:
        """The file, and the member of a zip or ""."""
        depth = len(Path(self.member).parts) if self.member else 0
        return (self.path.parents[depth - 1], self.member) if depth else (self.path, "")


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found. series: by study, then series number. skipped: in the order of the scan.

    overlays: files, with the member of a zip, that are laid over pictures; of none but a scan for a window.
    """

    series: tuple[Series, ...]
    skipped: tuple[Skipped, ...] = ()
    overlays: tuple[tuple[Path, str], ...] = ()


def scan(
    paths: Iterable[Path | str],
    *,
    on_series: Callable[[Series], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    first: First = First.HEAD,
) -> Scan:
    """Find the series among files, folders (with all below them), zips and DICOMDIRs. Decodes no pixels.

    on_series: called with a series as it stands whenever it has grown, five times a second; the same `key`
    replaces the one before; only the result is final. on_progress: files done, files found so far. Both are
    called from this thread.
    cancelled: asked between files; Cancelled is raised soon after it says yes. first: the end of a stack that
    comes first.
    A path that does not exist is skipped like a file that is no image; nothing else is raised.
    """
    state = _State(on_series, on_progress, cancelled or (lambda: False), first)
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="scan") as pool:
        try:
            for outcomes in _outcomes(pool, _chunks(candidates(paths, state.check), state)):
                for candidate, outcome in outcomes:
                    state.take(candidate, outcome)
                state.check()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    state.report(at_once=True)
    return Scan(state.grouping.all_series(), tuple(state.skipped))


class _State:
    """What a scan has found so far."""

    def __init__(
        self,
        on_series: Callable[[Series], None] | None,
        on_progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool],
        first: First,
    ) -> None:
        self.grouping = Grouping(self.check, first)
        self.skipped: list[Skipped] = []
        self.found = 0
        self._done = 0
        self._grown: dict[Identity, None] = {}
        self._on_series, self._on_progress, self._cancelled = on_series, on_progress, cancelled
        self._reported = 0.0

    def check(self) -> None:
        if self._cancelled():
            raise Cancelled("the scan was stopped")

    def take(self, candidate: Candidate, outcome: Header | LungViewError) -> None:
        self._done += 1
        if isinstance(outcome, NoPixelData) and not candidate.member and is_dicomdir(candidate.path):
            pass  # a DICOMDIR of another name: the files that it lists are found by themselves
        elif isinstance(outcome, LungViewError):
            self.skipped.append(Skipped(candidate.label, outcome, candidate.member))
        else:
            self._grown[self.grouping.add(outcome)] = None
        self.report()

    def report(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._reported < _SHOW_EVERY:
            return
        self._reported = now
        if self._on_progress is not None:
            self._on_progress(self._done, self.found)
        grown, self._grown = self._grown, {}
        if self._on_series is not None:
            for identity in grown:
                for series in self.grouping.series(identity):
                    self._on_series(series)


def _chunks(found: Iterator[Candidate], state: _State) -> Iterator[list[Candidate]]:
    while chunk := list(islice(found, _CHUNK)):
        # The first picture waits for no file but its own.
        parts = (chunk,) if state.found else (chunk[:1], chunk[1:])
        state.found += len(chunk)
        yield from filter(None, parts)


_Outcomes = list[tuple[Candidate, Header | LungViewError]]


def _outcomes(pool: ThreadPoolExecutor, chunks: Iterator[list[Candidate]]) -> Iterator[_Outcomes]:
    """The outcomes of chunks in their own order.

    A header from a fast disk costs less than what threads cost each other (the interpreter's lock), so the
    pool is used from the moment on that the medium makes one wait: a network drive, a disc, a USB stick.
    """
    slow = 0
    for chunk in chunks:
        start = time.monotonic()
        outcomes = _read_all(chunk)
        slow = slow + 1 if time.monotonic() - start > _SLOW * len(chunk) else 0
        yield outcomes
        if slow == 3:  # one alone may be another program's doing
            break
    yield from _in_order(pool, chunks)


def _in_order(pool: ThreadPoolExecutor, chunks: Iterator[list[Candidate]]) -> Iterator[_Outcomes]:
    """The same with a few chunks being read at once."""
    waiting: deque[Future[_Outcomes]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_read_all, chunk))
        if len(waiting) > 16:
            yield waiting.popleft().result()
    for future in waiting:
        yield future.result()


def _read_all(chunk: list[Candidate]) -> _Outcomes:
    return [(candidate, _read(candidate)) for candidate in chunk]


def _read(candidate: Candidate) -> Header | LungViewError:
    if candidate.error is not None:
        return candidate.error
    try:
        return read_header(candidate.path, candidate.member)
    except LungViewError as error:
        return error
