"""What happens to one input, in whichever process: hash, read, classify, shrink."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.classify.case import Case
from lungview.classify.classify import classify
from lungview.classify.kept import record
from lungview.classify.series import height
from lungview.errors import DamagedFile, LungViewError, WorkerDied
from lungview.image import readers
from lungview.image.display import default_window
from lungview.image.readers.source import opened
from lungview.image.slice import Instance, Slice
from lungview.image.window import to_uint8
from lungview.model.registry import Entry

_LOG = logging.getLogger(__name__)

THUMBNAIL = 72  # px, longest side
_NOTHING_SEEN = np.zeros((0, 0), dtype=np.uint8)


def start_worker() -> None:
    """First thing in a worker process: Ctrl+C is the parent's business, and no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: multiprocessing.process.BaseProcess) -> None:
    # A killed parent leaves its workers waiting for ever: each holds the queue's other end itself.
    parent.join()
    os._exit(1)


def judge(source: Input, model: Entry, threads: int | None = 1, *, override: bool = False) -> Row:
    """The row of one input; a LungViewError becomes its error, anything else is a bug and is raised.

    override: the gate's refusal is recorded with the answer, not obeyed.
    """
    if source.error is not None:
        return failed(source, source.error)
    try:
        digest, size = _digest(source)
        return replace(_best_frame(source, model, threads, override), sha256=digest, size=size)
    except LungViewError as error:
        return failed(source, error)
    except MemoryError:
        return failed(source, DamagedFile("out of memory while reading", source.label))


def judge_all(judging: Callable[[Input, Entry], Row], bundle: Sequence[Input], model: Entry) -> list[Row]:
    """The rows of a bundle, in its order. A fault of the program is logged, and costs that file only."""
    if len(bundle) == 1:
        return [judging(bundle[0], model)]
    return [_judged(judging, source, model) for source in bundle]


def _judged(judging: Callable[[Input, Entry], Row], source: Input, model: Entry) -> Row:
    try:
        return judging(source, model)
    except Exception as error:
        _LOG.exception("judging %s", source.label.name)
        return failed(source, WorkerDied(f"the program failed on this file ({type(error).__name__})"))


def failed(source: Input, error: LungViewError) -> Row:
    """The row of an input that gave no picture."""
    return Row(source, Case(Instance(source.path, member=source.member), error=error))


def _digest(source: Input) -> tuple[str, int]:
    found = hashlib.sha256()
    with opened(source.path, source.member) as file:
        while block := file.stream.read(1 << 20):
            found.update(block)
        return found.hexdigest(), file.size


def _best_frame(source: Input, model: Entry, threads: int | None, override: bool) -> Row:
    """The frame with the highest probability of malignancy; the only one, for most files."""
    best: Row | None = None
    count = 0
    start = time.perf_counter()
    for slice_ in readers.read_frames(source.path, source.member):
        count += 1
        read = time.perf_counter() - start
        found = record.overridden(slice_, classify(slice_, model, override=override, threads=threads))
        case = _slim(found, read)
        if best is None or _rank(case, model) > _rank(best.case, model):
            best = _row(source, case, slice_)
        start = time.perf_counter()
    if best is None:
        return failed(source, DamagedFile("the file holds no frame", source.label))
    return replace(best, frames=count)


def _row(source: Input, case: Case, slice_: Slice) -> Row:
    return Row(
        source,
        case,
        patient_id=slice_.patient.patient_id,
        study_uid=slice_.study.study_instance_uid,
        thumbnail=thumbnail(slice_),
    )


def _slim(case: Case, read: float) -> Case:
    """Without the picture the network saw: it travels between processes a thousand times."""
    found = case.prediction
    if found is None:
        return case
    seconds = replace(found.seconds, read=read)
    return replace(case, prediction=replace(found, seen=_NOTHING_SEEN, seconds=seconds))


def _rank(case: Case, model: Entry) -> tuple[bool, bool, float]:
    """A frame that may be judged comes before one that may not, then the more probably malignant."""
    found = case.judged
    if found is None:
        return case.prediction is not None, False, 0.0
    return True, found.suitability.suitable, height(model.card, found)


def thumbnail(slice_: Slice) -> bytes:
    """A JPEG of the slice in its first window, at most `THUMBNAIL` px a side."""
    factor = THUMBNAIL / max(slice_.rows, slice_.columns)
    size = (max(1, round(slice_.columns * factor)), max(1, round(slice_.rows * factor)))
    small = cv2.resize(slice_.values, size, interpolation=cv2.INTER_AREA)
    if slice_.colour:
        shown = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    else:
        shown = to_uint8(small, default_window(slice_), inverted=slice_.inverted)
    done, encoded = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return encoded.tobytes() if done else b""
