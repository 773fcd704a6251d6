"""Background calls on any executor; outcomes arrive on the GUI thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance

log = logging.getLogger(__name__)


class Task:
    """One call under way. Once cancelled it never calls back."""

    def __init__(self) -> None:
        self.cancelled = False
        self.on_result: Callable[[Any], None] = _nothing
        self.on_error: Callable[[BaseException], None] = _nothing
        self.on_event: Callable[[Any], None] = _nothing
        self.future: Future[Any] = Future()

    def cancel(self) -> None:
        """Deliver nothing more; a call that has not begun never begins, a stream is asked to stop."""
        self.cancelled = True
        self.future.cancel()


def _nothing(_: object) -> None:
    return None


class _Gate:
    """Between workers and the QObject: once shut, no worker touches what may be deleted by then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = True

    def send(self, signal: SignalInstance, *values: object) -> None:
        """Emit from a worker, unless the gate is shut."""
        with self._lock:
            if self._open:
                signal.emit(*values)

    def shut(self) -> None:
        """Returns when no worker is emitting, and none will again."""
        with self._lock:
            self._open = False


def _streamed(task: Task, send: Callable[..., None], function: Callable[..., Any], *args: Any) -> Any:
    return function(lambda event: send(task, event), lambda: task.cancelled, *args)


class Tasks(QObject):
    """Background calls whose outcomes arrive on the GUI thread, in the order they end.

    make_executor: a thread pool, or a process pool for plain picklable calls (`stream` needs threads).
    """

    idle = Signal()  # the last running call has ended
    _ended = Signal(object)  # a Task, emitted in the worker
    _event = Signal(object, object)  # a Task and what it reports, emitted in the worker

    def __init__(self, make_executor: Callable[[], Executor] | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self._make_executor = make_executor or (lambda: ThreadPoolExecutor(2, "lungview"))
        self._executor = self._make_executor()
        self._running: set[Task] = set()
        self._closed = False
        self._gate = _Gate()
        self.destroyed.connect(self._gate.shut)  # deleted with its parent, without having been closed
        # Bound methods of a QObject: Qt queues them to the GUI thread.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._event.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> int:
        """Calls that have not ended yet, cancelled ones included."""
        return len(self._running)

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_result: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
    ) -> Task:
        """Call function(*args) in the background; it must not touch Qt. Once closed, nothing is called."""
        return self._start(Task(), on_result, on_error, function, *args)

    def stream(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_event: Callable[[Any], None],
        on_result: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
    ) -> Task:
        """Call function(emit, cancelled, *args): each emit(value) reaches on_event on the GUI thread.

        function asks cancelled() now and then and returns early when it is true. Threads only.
        """
        task = Task()
        task.on_event = on_event
        send = partial(self._gate.send, self._event)
        return self._start(task, on_result, on_error, _streamed, task, send, function, *args)

    def timer(self, ms: int, call: Callable[[], object]) -> QTimer:
        """A timer that calls once, so many milliseconds after its `start`."""
        made = QTimer(self, singleShot=True, interval=ms)
        made.timeout.connect(call)
        return made

    def close(self, seconds: float = 0.8) -> bool:
        """Cancel all, wait at most `seconds` for what runs, deliver nothing more.

        Returns whether everything had ended.
        """
        self._closed = True
        self._gate.shut()
        running = [task.future for task in self._running]
        for task in self._running:
            task.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._running.clear()
        end = time.monotonic() + seconds
        return not wait(running, max(0.0, end - time.monotonic())).not_done

    def _start(self, task: Task, on_result: Any, on_error: Any, *call: Any) -> Task:
        task.on_result, task.on_error = on_result, on_error
        if self._closed:  # a timer or a queued signal may come after the window has gone
            task.future = Future()
            task.cancel()
            return task
        task.future = self._submit(*call)
        self._running.add(task)
        ended, gate = self._ended, self._gate
        task.future.add_done_callback(lambda _: gate.send(ended, task))
        return task

    def _submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        try:
            return self._executor.submit(function, *args)
        except BrokenExecutor:  # the worker process died in an earlier call
            self._executor = self._make_executor()
            return self._executor.submit(function, *args)

    def _deliver(self, task: Task) -> None:
        self._running.discard(task)
        if not task.cancelled:
            error = task.future.exception()
            if error is None:
                task.on_result(task.future.result())
            else:
                log.info("background call failed: %s", type(error).__name__)
                task.on_error(error)
        if not self._running:
            self.idle.emit()

    def _pass_on(self, task: Task, event: object) -> None:
        if not task.cancelled:
            task.on_event(event)
