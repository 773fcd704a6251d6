"""Works at the queue in the background for as long as something waits, and says when a state changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lungview.ui.pacs import words
from lungview.ui.studies.tasks import Task, Tasks
from lungview.viewer.archives.outbox import Outbox, Submitted, Write

if TYPE_CHECKING:
    from lungview.sources.outgoing import Item
    from lungview.sources.source import Cancel

_EVERY_MS = 2000
_AFTER_START_MS = 4000


class Sender(QObject):
    """One a window. What waited when the program ended is sent after the next start.

    tasks: for what may wait for an archive; desk: for short looks at the queue and changes of it, one after
    the other, which never wait behind an archive.
    """

    changed = Signal()  # the queue holds other objects, or one of them has another state
    told = Signal(str)  # a sentence about the queue as a whole

    def __init__(self, parent: QObject | None = None, outbox: Outbox | None = None) -> None:
        super().__init__(parent)
        self.outbox = outbox or Outbox()
        self.tasks = Tasks(lambda: ThreadPoolExecutor(2, "lungview-send"), self)
        self.desk = Tasks(lambda: ThreadPoolExecutor(1, "lungview-queue"), self)
        self._work: Task | None = None
        self._wished = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._round)

    def start(self) -> None:
        """Go on with what an earlier run of the program left, once the window has come up."""
        self.tasks.timer(_AFTER_START_MS, self._begin).start()

    def _begin(self) -> None:
        if self.outbox.folder.is_dir():
            self.begin()

    @property
    def working(self) -> bool:
        """Whether something waits or is on its way."""
        return self._timer.isActive()

    def submit(
        self,
        node: str,
        kinds: Sequence[str],
        write: Write,
        on_submitted: Callable[[Submitted], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Make objects and send them: the reader's word was given. on_submitted: what became of it."""

        def submitted(result: Submitted) -> None:
            if not result.faults:
                self.begin()
            on_submitted(result)

        self.tasks.run(self.outbox.submit, node, kinds, write, on_result=submitted, on_error=on_error)

    def again(self, items: Sequence[Item]) -> None:
        """Send objects now that wait or were given up."""
        self.desk.run(self.outbox.again, items, on_result=lambda _: self.begin(), on_error=self._failed)

    def remove(self, items: Sequence[Item]) -> None:
        """Take objects out of the queue."""
        self.desk.run(
            self.outbox.remove, items, on_result=lambda _: self.changed.emit(), on_error=self._failed
        )

    def rename(self, before: str, after: str) -> None:
        """An archive has another name in the settings: what is queued for it follows."""
        self.outbox.rename(before, after)
        self._begin()

    def begin(self) -> None:
        """Work at the queue until nothing waits."""
        self.changed.emit()
        self._wished = self._work is not None  # which may have looked before the wish came
        self._timer.start()
        self._round()

    def end(self) -> None:
        """The program ends: what waits is sent after the next start."""
        self._timer.stop()
        self.tasks.close()
        self.desk.close()

    def _round(self) -> None:
        if self._work is None:
            self._work = self.tasks.stream(
                _work, self.outbox,
                on_event=lambda _: self.changed.emit(), on_result=self._worked, on_error=self._broken,
            )  # fmt: skip

    def _worked(self, waits: bool) -> None:
        self._work = None
        self.changed.emit()
        if not waits and not self._wished:
            self._timer.stop()
        self._wished = False

    def _broken(self, error: BaseException) -> None:
        self._work = None
        self._timer.stop()
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        self.told.emit(words.failure(error))
        self.changed.emit()


def _work(emit: Callable[[object], None], cancelled: Cancel, outbox: Outbox) -> bool:
    return outbox.work(emit, cancelled)
