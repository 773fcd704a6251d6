"""Desk: jobs to workers, one each; a worker that dies or takes too long costs its own job and no other."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from lungview.serve.answers.job import PART, PROBLEM, Job
from lungview.serve.answers.worker import Setting, main
from lungview.serve.problem import Problem, from_json
from lungview.serve.uploads.scratch import Visit

_LOG = logging.getLogger(__name__)
_CONTEXT = multiprocessing.get_context("spawn")
_SETTLE = 10.0  # s for a worker to notice that nobody wants its answer any more


class Worker:
    """One worker process and the line to it. Its methods block; call them in a thread."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._lock = threading.RLock()  # a visitor who goes away may leave a thread waiting for a part
        self._answering = self._ended = False
        self.deaths = 0
        self._start()

    def _start(self) -> None:
        self._line, far = _CONTEXT.Pipe()
        self._wanted_no_more = _CONTEXT.RawValue("b", 0)
        self._process = _CONTEXT.Process(
            target=main, args=(far, self._wanted_no_more, self._setting), name="answers", daemon=True
        )
        self._process.start()
        far.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def begin(self, job: Job) -> None:
        """Send a job; a worker that is gone is replaced first."""
        with self._lock:
            self._wanted_no_more.value = 0
            try:
                self._line.send(job)
            except OSError:
                self.replace()
                self._line.send(job)
            self._answering = True

    def next_part(self, until: float) -> bytes | None:
        """The next part of the answer, None at its end. Raises Problem: then the worker is ready again.

        until: on the monotonic clock; the worker is replaced when it is past.
        """
        with self._lock:
            message = self._message(until)
            if message[:1] == PART:
                return message[1:]
            self._answering = False
            if message[:1] == PROBLEM:
                raise from_json(message[1:])
            return None

    def _message(self, until: float) -> bytes:
        try:
            if self._line.poll(max(until - time.monotonic(), 0.0)):
                return self._line.recv_bytes()
        except (EOFError, OSError):
            self.replace()
            return PROBLEM + _died().to_json()
        self.replace()
        return PROBLEM + Problem(504, "TookTooLong", "the answer took too long and was given up").to_json()

    def settle(self) -> None:
        """Let the worker drop an answer that is wanted no more."""
        self._wanted_no_more.value = 1
        until = time.monotonic() + _SETTLE
        with self._lock, suppress(Problem):
            while self._answering:
                self.next_part(until)

    def replace(self) -> None:
        """End the process, whatever it does, and start another."""
        self._end()
        if not self._ended:
            _LOG.warning("a worker is replaced")
            self.deaths += 1
            self._start()

    def end(self) -> None:
        """End the process for good."""
        self._ended = True
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._line.close()


def _died() -> Problem:
    sentence = "the process that worked on this upload died of it; expected an answer, found none"
    return Problem(500, "WorkerDied", sentence, "send the files one by one to find the one that kills it")


class Desk:
    """All workers. A visit is closed, and its uploads are gone, when its answer has ended, whichever way."""

    def __init__(self, setting: Setting, workers: int) -> None:
        self._all = [Worker(setting) for _ in range(workers)]
        self._threads = ThreadPoolExecutor(2 * workers, thread_name_prefix="desk")
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._settling: set[asyncio.Task[None]] = set()
        for worker in self._all:
            self._idle.put_nowait(worker)

    @property
    def alive(self) -> int:
        return sum(worker.alive for worker in self._all)

    @property
    def deaths(self) -> int:
        return sum(worker.deaths for worker in self._all)

    async def parts(self, job: Job, visit: Visit, seconds: float) -> AsyncIterator[bytes]:
        """The parts of an answer. Raises Problem.

        seconds: for the whole answer, from the moment that a worker has the job.
        """
        try:
            worker = await self._idle.get()
        except BaseException:
            visit.close()
            raise
        whole = False
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, worker.begin, job)
            until = time.monotonic() + seconds
            while (part := await loop.run_in_executor(self._threads, worker.next_part, until)) is not None:
                yield part
            whole = True
        except Problem:
            whole = True
            raise
        finally:
            if whole:
                visit.close()
                self._idle.put_nowait(worker)
            else:  # the visitor went away in the middle
                task = asyncio.create_task(self._settle(worker, visit))
                self._settling.add(task)
                task.add_done_callback(self._settling.discard)

    async def _settle(self, worker: Worker, visit: Visit) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, worker.settle)
        visit.close()
        self._idle.put_nowait(worker)

    def close(self) -> None:
        """End every worker."""
        for worker in self._all:
            worker.end()
        self._threads.shutdown(wait=False, cancel_futures=True)
