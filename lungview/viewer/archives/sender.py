"""Works at the queue in the background for as long as something waits, and says when a state changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lungview.viewer.archives.outbox import Outbox, Row, Submitted, Write
from lungview.viewer.event import Event

if TYPE_CHECKING:
    from lungview.sources.outgoing import Item
    from lungview.sources.source import Cancel
    from lungview.viewer.common.background import Background, Call

_EVERY_MS = 2000
_AFTER_START_MS = 4000


class Sender:
    """One a window. What waited when the program ended is sent after the next start.

    background: for what may wait for an archive; desk: one thread for short looks at the queue and changes
    of it, one after the other, which never wait behind an archive. changed: the queue holds other objects, or
    one of them has another state. failed: the queue as a whole could not be used.
    """

    def __init__(self, background: Background, desk: Background, outbox: Outbox | None = None) -> None:
        self.changed = Event[()]()
        self.failed = Event[BaseException]()
        self.outbox = outbox or Outbox()
        self.background, self._desk = background, desk
        self._work: Call | None = None
        self._working = self._wished = False
        self._after_start = background.timer(_AFTER_START_MS, self._begin)
        self._timer = background.timer(_EVERY_MS, self._round)

    @property
    def working(self) -> bool:
        """Whether something waits or is on its way."""
        return self._working

    def start(self) -> None:
        """Go on with what an earlier run of the program left, once the window has come up."""
        self._after_start.start()

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

        self.background.run(self.outbox.submit, node, kinds, write, on_result=submitted, on_error=on_error)

    def look(
        self, on_rows: Callable[[Sequence[Row]], None], on_error: Callable[[BaseException], None]
    ) -> Call:
        """Read the queue."""
        return self._desk.run(self.outbox.rows, on_result=on_rows, on_error=on_error)

    def again(self, items: Sequence[Item]) -> None:
        """Send objects now that wait or were given up."""
        self._desk.run(self.outbox.again, items, on_result=lambda _: self.begin(), on_error=self._failed)

    def remove(self, items: Sequence[Item]) -> None:
        """Take objects out of the queue."""
        self._desk.run(
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
        self._working = True
        self._round()

    def end(self) -> None:
        """The program ends: what waits is sent after the next start."""
        self._after_start.stop()
        self._rest()
        if self._work is not None:
            self._work.cancel()

    def _begin(self) -> None:
        if self.outbox.folder.is_dir():
            self.begin()

    def _round(self) -> None:
        self._timer.start()
        if self._work is None:
            self._work = self.background.stream(
                _work, self.outbox,
                on_event=lambda _: self.changed.emit(), on_result=self._worked, on_error=self._broken,
            )  # fmt: skip

    def _worked(self, waits: bool) -> None:
        self._work = None
        self.changed.emit()
        if not waits and not self._wished:
            self._rest()
        self._wished = False

    def _broken(self, error: BaseException) -> None:
        self._work = None
        self._rest()
        self._failed(error)

    def _rest(self) -> None:
        self._working = False
        self._timer.stop()

    def _failed(self, error: BaseException) -> None:
        self.failed.emit(error)
        self.changed.emit()


def _work(emit: Callable[[object], None], cancelled: Cancel, outbox: Outbox) -> bool:
    return outbox.work(emit, cancelled)
