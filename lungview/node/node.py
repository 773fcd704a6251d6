"""The node: a receiver, a thread that judges and one that sends, over one ledger."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from lungview.batch import lock
from lungview.errors import Cancelled, LungViewError, ReportError
from lungview.model import registry
from lungview.model.registry import members
from lungview.network import runtime
from lungview.node.configuration import NAME, Configuration
from lungview.node.health import Condition, Health
from lungview.node.inbox import Inbox
from lungview.node.judging import Judging
from lungview.node.ledger import Ledger
from lungview.node.worker import SEND_TRIES, Tell, Worker
from lungview.sources.outgoing import Item, Outgoing
from lungview.sources.pacs.receive import Receiver
from lungview.sources.sending import State

_IDLE_S = 0.5
_AFTER_FAULT_S = 10.0
_DELETE_EVERY_S = 600.0


class Node:
    """Runs from `start` to `stop`; a node that was killed goes on from its ledger at the next start."""

    def __init__(self, configuration: Configuration, tell: Tell) -> None:
        self._configuration = configuration
        self._tell = tell
        self._stopping = threading.Event()
        self._stack = ExitStack()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._receiver.port

    def start(self) -> None:
        """Raises LungViewError: no such model, the folder is another node's, the port is taken."""
        here = self._configuration
        for member in members(registry.find(here.model)):
            runtime.verified(member)
        _make_private(here.data)
        self._stack.enter_context(lock.locked(here.data))
        self._ledger = self._stack.enter_context(Ledger(here.data / "ledger.sqlite"))
        self._queue = self._stack.enter_context(Outgoing(here.data / "outgoing.sqlite", SEND_TRIES))
        self._inbox = Inbox(here, self._ledger)
        judging = Judging(model=here.model)
        self._stack.callback(judging.end)
        judging.begin()
        self._worker = Worker(here, self._ledger, self._inbox, self._queue, self._tell, judging)
        self._worker.begin()
        self._worker.settle()
        self._receiver = Receiver(here.listening, self._inbox.keep, self._on_event)
        self._receiver.start()
        self._health()
        self._run("judge", self._judging)
        self._run("send", self._sending)
        self._tell("listening", {"port": self.port, "title": here.listening.title})

    def stop(self) -> None:
        """Take nothing more in, leave what is being judged to the next start, and let go of the folder."""
        self._stopping.set()
        self._receiver.stop()
        for thread in self._threads:
            thread.join(timeout=30)
        self._stack.close()
        self._tell("stopped", {})

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _judging(self) -> None:
        deleted = 0.0
        while not self._stopping.is_set():
            with self._surviving("judging"):
                if time.monotonic() - deleted > _DELETE_EVERY_S or not deleted:
                    self._worker.delete_old()
                    deleted = time.monotonic()
                if self._worker.judge_next(self._stopping.is_set):
                    continue
            self._stopping.wait(_IDLE_S)

    def _sending(self) -> None:
        while not self._stopping.is_set():
            with self._surviving("sending"):
                if self._worker.send_due(self._stopping.is_set):
                    continue
            self._stopping.wait(_IDLE_S)

    @contextmanager
    def _surviving(self, what: str) -> Iterator[None]:
        """A fault of one round is told, and the next round comes: a full disk may have room again."""
        try:
            yield
        except Cancelled:
            pass
        except LungViewError as error:
            self._faulty(what, error.message)
        except Exception as error:  # its words may hold a patient's
            self._faulty(what, type(error).__name__)

    def _faulty(self, what: str, reason: str) -> None:
        self._tell("error", {"what": what, "reason": reason})
        self._stopping.wait(_AFTER_FAULT_S)

    def _on_event(self, word: str, values: dict[str, Any]) -> None:
        with suppress(ReportError):  # a full disk has no room to count on, and must not change an answer
            self._ledger.count(f"events_{word.replace(' ', '_')}")
        self._tell(word, values)

    def _health(self) -> None:
        if self._configuration.metrics_port:
            health = Health(self._configuration.metrics_port, self.condition, self.metrics)
            self._stack.callback(health.stop)

    def condition(self) -> Condition:
        """How it is: what it does not do, and which answers do not arrive."""
        waiting = self._queue.waiting(NAME)
        given_up = self._ledger.tally("answer").get(State.FAILED, 0)
        reason = next((each.reason for each in waiting if each.tries), "")
        return Condition(tuple(self._faults()), len(waiting), _oldest_s(waiting), reason, given_up)

    def _faults(self) -> list[str]:
        """Why the node does not do what it is there for; empty where it does."""
        found = [f"the thread to {t.name} has ended" for t in self._threads if not t.is_alive()]
        try:
            self._inbox.refuse_when_full(0)
        except ReportError as error:
            found.append(error.message)
        return found

    def metrics(self) -> dict[str, float]:
        """Counts and states by metric name."""
        prefix = "lungview_node_"
        found = {f"{prefix}{name}_total": value for name, value in self._ledger.counters().items()}
        for table in ("study", "answer"):
            for state, count in self._ledger.tally(table).items():
                found[f'{prefix}{table}{{state="{state}"}}'] = count
        waiting = self._ledger.waiting()
        found[f"{prefix}oldest_waiting_seconds"] = max(0.0, time.time() - waiting[0].last) if waiting else 0.0
        unsent = _oldest_s(self._queue.waiting(NAME))
        found[f"{prefix}oldest_unsent_answer_seconds"] = max(0.0, time.time() - unsent) if unsent else 0.0
        found[f"{prefix}objects"] = self._ledger.objects()
        found[f"{prefix}waiting_bytes"] = self._ledger.waiting_bytes()
        found[f"{prefix}free_bytes"] = self._inbox.free_bytes()
        return found


def _oldest_s(waiting: Sequence[Item]) -> float | None:
    """When the first of the answers that wait was made, seconds of the clock."""
    for each in waiting:
        with suppress(OSError):
            return each.path.stat().st_mtime
    return None


def _make_private(folder: Path) -> None:
    """The data folder, its owner's alone, whoever made it. Raises ReportError."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise ReportError(f"the data folder cannot be used ({error.strerror})", folder) from error
    os.umask(0o077)
