"""One study judged in a process of its own: what kills it, or holds it up, costs this study one try."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from lungview.batch.work import start_worker
from lungview.errors import Cancelled, LungViewError, WorkerDied
from lungview.model import registry
from lungview.model.registry import Entry
from lungview.node.result import SeriesResult, digest
from lungview.sources.files.scan import scan
from lungview.sources.source import Cancel
from lungview.study.series import Series

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


def in_process(task: Task, longest_s: float, cancelled: Cancel, judging: Judge = judge) -> list[SeriesResult]:
    """The same in a fresh process. Raises WorkerDied: it died, or took too long; LungViewError; Cancelled."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, task, judging), daemon=True)
    process.start()
    theirs.close()
    try:
        answer = _awaited(ours, longest_s, cancelled)
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(answer, LungViewError):
        raise answer
    return answer


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
    except EOFError:
        raise WorkerDied("the process that judged the study died") from None
    return answer


def _work(theirs: Connection, task: Task, judging: Judge) -> None:
    start_worker()
    try:
        theirs.send(judging(task))
    except LungViewError as error:
        theirs.send(WorkerDied(error.message))  # without the path: it is told outside
    except Exception as error:  # its words may hold a patient's
        theirs.send(WorkerDied(f"the program failed on this study ({type(error).__name__})"))


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
