"""A worker process: it alone opens what visitors send, decodes it and asks the networks; it may die of it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from lungview import logs
from lungview.errors import LungViewError
from lungview.image.readers import archives
from lungview.serve.answers.job import DONE, PART, PROBLEM, Bench, Job
from lungview.serve.limits import Limits
from lungview.serve.offer import Offer
from lungview.serve.problem import Problem, of_error

_LOG = logging.getLogger(__name__)
MOST_MEMORY = 12 << 30  # bytes of address space: a decoder that wants more gets an error, not the machine

Answering = Callable[[Job, Bench], Iterator[bytes]]


class Flag(Protocol):
    """A number in memory that both processes see; without a lock, which a killed one would keep."""

    value: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker starts with. scratch: removed when the server was killed."""

    limits: Limits
    offer: Offer
    threads: int
    scratch: Path


def main(line: Connection, wanted_no_more: Flag, setting: Setting) -> None:
    """Answer jobs until the server lets go of the line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's business
    _end_with_server(setting.scratch)
    _bound_memory()
    logs.start()
    bench = Bench(setting.limits, setting.offer, setting.threads, lambda: bool(wanted_no_more.value))
    _warm_up(setting)
    with suppress(EOFError, OSError):  # the server has let go
        while True:
            for message in _messages(line.recv(), bench):
                line.send_bytes(message)
            archives.forget()  # an open file would outlive its folder


def _messages(job: Job, bench: Bench) -> Iterator[bytes]:
    """What is sent of one job: its parts and the end, or in place of that a problem."""
    try:
        for part in _answering(job.kind)(job, bench):
            yield PART + part
        yield DONE
    except Problem as problem:
        yield PROBLEM + problem.to_json()
    except LungViewError as error:
        yield PROBLEM + of_error(error).to_json()
    except MemoryError:
        sentence = "the upload needs more memory than one request may have"
        yield PROBLEM + Problem(413, "TooLarge", sentence).to_json()
    except Exception as error:
        _LOG.exception("answering %s", job.kind)
        sentence = f"the program failed on this upload ({type(error).__name__})"
        yield PROBLEM + Problem(500, "WorkerDied", sentence).to_json()


def _answering(kind: str) -> Answering:
    from lungview.serve.answers import classifying, looking, pictures

    return {
        "classify": classifying.answer,
        "findings": looking.answer,
        "pictures": pictures.answer,
    }[kind]


def _warm_up(setting: Setting) -> None:
    """The default network ready before the first visitor; what is wrong with it, his answer will say."""
    from lungview.network import runtime

    try:
        entry = setting.offer.find(setting.offer.default)
        if not entry.card.ensemble:
            runtime.load(entry, setting.threads)
    except (LungViewError, Problem) as error:
        _LOG.warning("the default model is not ready: %s", error)


def _end_with_server(scratch: Path) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent, scratch), daemon=True).start()


def _leave_with(parent: BaseProcess, scratch: Path) -> None:
    # A killed server leaves uploads and workers: the workers remove the one and end.
    parent.join()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


def _bound_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    soft = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (soft, most))
