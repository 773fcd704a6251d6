"""Studies judged in a process of their own: what kills it, or holds it up, costs this study one try."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from lungview.batch.work import start_worker
from lungview.errors import Cancelled, LungViewError, WorkerDied
from lungview.model import registry
from lungview.model.registry import Entry
from lungview.node.result import SeriesResult, digest
from lungview.sources.files.scan import scan
from lungview.sources.source import Cancel
from lungview.study.series import Series

MOST = 100  # studies of one process, whose memory may grow
_STEP_S = 0.2


@dataclass(frozen=True, slots=True)
class Task:
    """files: of the study. out: an empty folder for the answers. known: series that have their answer."""

    files: tuple[Path, ...]
    out: Path
    model: str
    step: int
    known: frozenset[tuple[str, str]]


Judge = Callable[[Task], list[SeriesResult]]


def judge(task: Task) -> list[SeriesResult]:
    """Every series that has no answer yet. Raises LungViewError where none can be judged at all."""
    model = registry.find(task.model)
    results = []
    for series in scan(task.files).series:
        which = (series.key, digest(each.sop_instance_uid for each in series.instances))
        if which not in task.known:
            results.append(_of_series(series, which, model, task))
    return results


class Judging:
    """Judges one study after the other in a process of its own; any thread may ask, one at a time.

    The process stays for the next study, with its libraries and networks: to load them takes as long as many
    a study. Where a study fails it goes, and the next one has a fresh process; so it does after MOST studies.
    """

    def __init__(self, judging: Judge = judge, model: str = "") -> None:
        """model: which is loaded ahead, once `begin` is called."""
        self._judging, self._model = judging, model
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._left = 0
        self._loading = False

    def begin(self) -> None:
        """Start the process ahead of the first study."""
        self._fresh()

    def __call__(self, task: Task, longest_s: float, cancelled: Cancel) -> list[SeriesResult]:
        """What comes of it. Raises WorkerDied: the process died, or took too long; Cancelled."""
        line = self._ready()
        self._left -= 1
        try:
            if self._loading:  # until it listens, a task of many files would not go through
                _awaited(line, longest_s, cancelled)
                self._loading = False
            with suppress(OSError):  # it has died: what it says next is nothing
                line.send(task)
            answer = _awaited(line, longest_s, cancelled)
            if isinstance(answer, LungViewError):
                raise answer
        except BaseException:
            self.end()
            raise
        if not self._left:
            self.end()
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None and self._line is not None:
            self._process.kill()
            self._process.join()
            self._line.close()
        self._process = self._line = None

    def _ready(self) -> Connection:
        if self._line is None or self._process is None or not self._process.is_alive():
            return self._fresh()
        return self._line

    def _fresh(self) -> Connection:
        self.end()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._judging, self._model), daemon=True)
        self._process.start()
        theirs.close()
        self._line, self._left, self._loading = ours, MOST, True
        return ours


def _awaited(ours: Connection, longest_s: float, cancelled: Cancel) -> list[SeriesResult] | LungViewError:
    waited = 0.0
    while not ours.poll(_STEP_S):
        waited += _STEP_S
        if cancelled():
            raise Cancelled("the node stops")
        if waited > longest_s:
            raise WorkerDied(f"judging took longer than {longest_s:g} s")
    try:
        answer: list[SeriesResult] | LungViewError = ours.recv()
    except (EOFError, OSError):
        raise WorkerDied("the process that judged the study died") from None
    return answer


def _work(line: Connection, judging: Judge, model: str) -> None:
    start_worker()
    # To all processes of a service at once it means that the node ends, which lets its study be for now.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(Exception):  # the study that needs it says what is wrong
        _load(model)
    line.send([])  # from now on it listens
    while True:
        try:
            task: Task = line.recv()
        except EOFError:
            return
        line.send(_judged(task, judging))


def _load(model: str) -> None:
    """Load what answers are made with."""
    if model:
        from lungview.node import answer

        answer.load(registry.find(model))


def _judged(task: Task, judging: Judge) -> list[SeriesResult] | LungViewError:
    try:
        return judging(task)
    except LungViewError as error:
        return WorkerDied(error.message)  # without the path: it is told outside
    except Exception as error:  # its words may hold a patient's
        return WorkerDied(f"the program failed on this study ({type(error).__name__})")


def _of_series(series: Series, which: tuple[str, str], model: Entry, task: Task) -> SeriesResult:
    if reason := _unfit(series):
        return SeriesResult(*which, reason)
    from lungview.node import answer

    try:
        files = tuple(answer.write(series, model, task.step, task.out))
    except answer.NotJudged as error:
        return SeriesResult(*which, error.message)
    return SeriesResult(*which, files=files)


def _unfit(series: Series) -> str:
    """Why a series is not looked at, "" when it is."""
    if series.modality != "CT":
        return f"expected CT, found {series.modality or 'no modality'}"
    if series.localizer:
        return "a localizer, no slices"
    return ""
