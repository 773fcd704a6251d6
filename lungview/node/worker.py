"""What the node does with studies: complete ones are judged, answers sent, old ones deleted."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable
from typing import Any

from lungview.errors import Cancelled, LungViewError
from lungview.node.configuration import NAME, Configuration
from lungview.node.inbox import Inbox
from lungview.node.judging import Task
from lungview.node.ledger import Ledger, Study
from lungview.node.result import SeriesResult
from lungview.sources import archives
from lungview.sources.outgoing import Outgoing
from lungview.sources.sending import Outcome, State
from lungview.sources.source import Cancel

TRIES = 2  # of judging; then a study is set aside
SEND_TRIES = 100  # with pauses up to a quarter of an hour: an archive may be away for a day
Tell = Callable[[str, dict[str, Any]], None]
InProcess = Callable[[Task, float, Cancel], list[SeriesResult]]


class Worker:
    """One round of work at a time; everything that matters is in the ledger and the queue."""

    def __init__(
        self,
        configuration: Configuration,
        ledger: Ledger,
        inbox: Inbox,
        queue: Outgoing,
        tell: Tell,
        in_process: InProcess,
    ) -> None:
        self._configuration = configuration
        self._ledger = ledger
        self._inbox = inbox
        self._queue = queue
        self._tell = tell
        self._in_process = in_process
        self._staging = configuration.data / "work"
        self._answers = configuration.data / "answers"
        self._since = 0.0

    def begin(self) -> None:
        """What a killed node left: half-made answers go, whole ones are queued, unnoted objects are noted.

        Quiet time begins anew: while there was no node, a sender could not go on.
        """
        self._since = time.time()
        self._queue.placed(NAME, self._answers)
        self._ledger.moved_to(self._configuration.data)
        shutil.rmtree(self._staging, ignore_errors=True)
        for folder in (self._staging, self._answers):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        named = {path for _, path in self._ledger.answers()}
        for path in self._answers.iterdir():
            if path not in named:
                path.unlink(missing_ok=True)
        adopted = self._inbox.adopt()
        if adopted:
            self._tell("taken up", {"objects": adopted})
        self._enqueue()

    def judge_next(self, cancelled: Cancel) -> bool:
        """Judge the study that has been complete longest; whether there was one.

        Raises ReportError: no room, which is no fault of the study; Cancelled.
        """
        quiet = self._now() - self._configuration.quiet_s
        study = next((each for each in self._ledger.waiting() if max(each.last, self._since) <= quiet), None)
        if study is None:
            return False
        try:
            self._judge(study, cancelled)
        except Cancelled:
            raise
        except LungViewError as error:
            self._inbox.refuse_when_short()
            self._failed(study, error)
        self._inbox.recount()
        return True

    def _now(self) -> float:
        """By the clock, of which nothing that was noted is ahead."""
        now = time.time()
        self._since = min(self._since, now)
        self._ledger.not_after(now)
        return now

    def _judge(self, study: Study, cancelled: Cancel) -> None:
        start = time.monotonic()
        out = self._staging / uuid.uuid4().hex
        out.mkdir(mode=0o700)
        here = self._configuration
        files = tuple(self._ledger.files(study.number))
        task = Task(files, out, here.model, here.step, self._ledger.known(study.number))
        try:
            results = [self._moved(each) for each in self._in_process(task, here.judge_s, cancelled)]
        finally:
            shutil.rmtree(out, ignore_errors=True)
        seconds = time.monotonic() - start
        self._ledger.judged(study.number, study.last, results, seconds)
        self._say(study, results, seconds)
        self._enqueue()

    def _moved(self, result: SeriesResult) -> SeriesResult:
        """With its files where answers are kept."""
        files = []
        for kind, path in result.files:
            target = self._answers / path.name
            path.replace(target)
            files.append((kind, target))
        return SeriesResult(result.key, result.digest, result.reason, tuple(files))

    def _say(self, study: Study, results: list[SeriesResult], seconds: float) -> None:
        judged = sum(not each.refused for each in results)
        told = {"study": study.number, "series": judged, "seconds": round(seconds, 3)}
        if judged:
            self._tell("judged", told)
        for each in results:
            if each.refused:
                self._tell("refused", {"study": study.number, "reason": each.reason})

    def _failed(self, study: Study, error: LungViewError) -> None:
        aside = self._ledger.failed_try(study.number, error.message, TRIES)
        self._tell("set aside" if aside else "not judged", {"study": study.number, "reason": error.message})

    def _enqueue(self) -> None:
        """Put answers that wait into the queue; those that are in it already stay as they are."""
        if self._configuration.answer is not None:
            self._queue.put(NAME, [path for _, path in self._ledger.answers(State.WAITING)])

    def send_due(self, cancelled: Cancel) -> bool:
        """Send the answers that are due; whether there were any. Raises Cancelled."""
        node = self._configuration.answer
        if node is None:
            return False
        return self._queue.work(NAME, archives.transmit(node), self._sent, cancelled)

    def _sent(self, outcome: Outcome) -> None:
        number = self._ledger.answered(outcome.path, str(outcome.state), outcome.reason)
        self._tell("answer", {"study": number, "state": str(outcome.state), "reason": outcome.reason})

    def settle(self) -> None:
        """Bring the ledger up to the queue, which knows of what was sent as the node was killed."""
        noted = {path for _, path in self._ledger.answers(State.WAITING)}
        for item in self._queue.items(NAME):
            if item.path in noted and item.state is not State.WAITING:
                self._ledger.answered(item.path, str(item.state), item.reason)

    def delete_old(self) -> None:
        """Delete what is older than the policy says; that it was answered is remembered."""
        if not self._configuration.keep_days:
            return
        before = self._now() - self._configuration.keep_days * 86400
        waiting = {number for number, _ in self._ledger.answers(State.WAITING)}
        for study in self._ledger.outdated(before):
            if study.number in waiting and self._configuration.answer is not None:
                continue
            answers = [path for number, path in self._ledger.answers() if number == study.number]
            self._inbox.remove(self._ledger.files(study.number))
            for path in answers:
                path.unlink(missing_ok=True)
            self._queue.forget(answers)
            self._ledger.expire(study.number)
            self._tell("deleted", {"study": study.number})
