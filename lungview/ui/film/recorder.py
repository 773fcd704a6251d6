"""Goes through slices on screen and hands each picture on: what is exported is what the reader would see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from lungview.report.film.film import Film
from lungview.ui.layout import export
from lungview.ui.studies.session import Session


@dataclass(frozen=True, slots=True)
class Outcome:
    """path: where the film is, None for none. left_out: slices that cannot be read. why: it failed."""

    path: Path | None = None
    written: int = 0
    left_out: int = 0
    cancelled: bool = False
    why: str = ""


class Recorder(QObject):
    """Records once. One picture is in memory at a time: the next is painted when the last is written.

    They are painted as in the export of one picture, so the same is left out: the patient unless asked for,
    and all that is hidden or withheld on screen. At the end the view shows the slice it began with.
    """

    progressed = Signal(int, int)
    ended = Signal(object)  # Outcome

    def __init__(
        self, session: Session, film: Film, indices: Sequence[int], *, patient: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._film, self._patient = session, film, patient
        self._indices, self._next = tuple(indices), 0
        self._viewport, self._stack = session.viewport, session.stack
        self._first = self._stack.index
        self._waiting = self._cancelled = False
        self._written = self._left_out = 0

    def start(self) -> None:
        self._viewport.changed.connect(self._look)
        self._step()

    def cancel(self) -> None:
        """End after the picture that is being written."""
        self._cancelled = True
        if self._waiting:
            self._waiting = False
            self._step()

    def _step(self) -> None:
        self.progressed.emit(self._next, len(self._indices))
        if self._cancelled or self._next == len(self._indices):
            self._finish()
            return
        self._waiting = True
        self._stack.go(self._indices[self._next])
        self._look()

    def _look(self, *_: object) -> None:
        """Go on once the wanted slice is on screen, or the reason why it is not."""
        state = self._viewport.state
        if not self._waiting or self._stack.pending or (state.slice is None and state.error is None):
            return
        wanted = self._indices[self._next]
        if state.index != wanted:  # more slices were found meanwhile, or somebody scrolled
            if self._stack.index != wanted:
                self._stack.go(wanted)
            return
        self._waiting = False
        QTimer.singleShot(0, self._take)  # when all that is said of the slice on screen is said of this one

    def _take(self) -> None:
        if self._viewport.state.index != self._indices[self._next]:
            self._waiting = True
            self._look()
            return
        self._next += 1
        if self._viewport.state.slice is None:
            self._left_out += 1
            self._step()
            return
        image = export.rendered(self._viewport, patient=self._patient)
        self._session.tasks.run(
            self._film.add, _pixels(image), on_result=self._on_written, on_error=self._on_failed
        )

    def _on_written(self, _: object) -> None:
        self._written += 1
        self._step()

    def _on_failed(self, error: BaseException) -> None:
        said = str(error)
        done = Outcome(written=self._written, why=said)
        self._session.tasks.run(
            self._film.abort, on_result=lambda _: self._end(done), on_error=lambda _: self._end(done)
        )

    def _finish(self) -> None:
        if not self._cancelled:
            self._session.tasks.run(self._film.close, on_result=self._on_closed, on_error=self._on_failed)
            return
        done = Outcome(written=self._written, cancelled=True)
        self._session.tasks.run(
            self._film.abort, on_result=lambda _: self._end(done), on_error=lambda _: self._end(done)
        )

    def _on_closed(self, path: Path) -> None:
        self._end(Outcome(path, self._written, self._left_out))

    def _end(self, outcome: Outcome) -> None:
        self._viewport.changed.disconnect(self._look)
        self._stack.go(self._first)
        self.ended.emit(outcome)


def _pixels(image: QImage) -> np.ndarray:
    """(rows, columns, 3) uint8 RGB of a 32-bit image, in memory of its own."""
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat.reshape(image.height(), -1, 4)[:, : image.width(), 2::-1].copy()
