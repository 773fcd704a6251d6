"""What the reader sends: objects in a folder of the program's own, and the queue that takes them to archives.

Each method may be called from any thread.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lungview import paths
from lungview.batch import lock
from lungview.errors import LungViewError, NetworkError, ReportError
from lungview.sources.outgoing import Item, Outgoing, Transmit
from lungview.sources.sending import OnOutcome, State
from lungview.sources.source import Cancel

KEPT_DAYS = 7  # then what was sent, or was given up, leaves the queue
TRIES = 30  # with pauses that grow to a quarter of an hour: some five hours
Write = Callable[[str, Path], Sequence[str]]
"""Writes the object of a kind to a path; what of its source it does not carry. Raises LungViewError."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object of the queue as it is shown. what: its SOP class; due: seconds of the clock."""

    item: Item
    what: str
    patient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a wish to send. faults: by kind why it could not be made; then nothing is queued."""

    notes: tuple[str, ...] = ()
    faults: tuple[tuple[str, LungViewError], ...] = ()


class Outbox:
    """The folder and its queue; readable by their owner alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder
        self._told: dict[Path, tuple[str, str]] = {}
        self._renamed: list[tuple[str, str]] = []  # archives, before and after, that the queue is to follow

    @property
    def folder(self) -> Path:
        """Where objects are until they leave the queue."""
        return self._given or paths.data() / "outbox"

    def submit(self, node: str, kinds: Sequence[str], write: Write) -> Submitted:
        """Write an object of each kind and queue them for a node: all, or none where one cannot be written.

        Raises ReportError where the folder or the queue cannot be used.
        """
        self._make()
        self.delete_old()
        made: list[Path] = []
        notes: list[str] = []
        faults: list[tuple[str, LungViewError]] = []
        for kind in kinds:
            path = self.folder / f"{uuid.uuid4().hex}.dcm"
            try:
                notes += write(kind, path)
                made.append(path)
            except LungViewError as error:
                faults.append((kind, error))
        if faults:
            _unlink(made)
            return Submitted((), tuple(faults))
        with self._queue() as queue:
            queue.put(node, made)
        return Submitted(tuple(dict.fromkeys(notes)))

    def waits(self) -> bool:
        """Whether something is to be sent, now or later. Raises ReportError."""
        return any(item.state is State.WAITING for item in self.items())

    def items(self) -> tuple[Item, ...]:
        """The queue, oldest first. Raises ReportError."""
        if not self._file.exists():
            return ()
        with self._queue() as queue:
            return queue.items()

    def rows(self) -> tuple[Row, ...]:
        """The same with what each object is, and whose. Raises ReportError."""
        return tuple(Row(item, *self._said(item.path)) for item in self.items())

    def work(self, tell: OnOutcome, cancelled: Cancel) -> bool:
        """Send what is due, each node's once; whether something still waits. Raises ReportError, Cancelled.

        While another program works at this queue, it does nothing.
        """
        if not (self._renamed or self.waits()):
            return False
        try:
            with lock.locked(self.folder):
                self._follow()
                self._send(tell, cancelled)
        except ReportError:  # another program has it
            return True
        return self.waits()

    def _send(self, tell: OnOutcome, cancelled: Cancel) -> None:
        waiting = dict.fromkeys(item.node for item in self.items() if item.state is State.WAITING)
        with self._queue() as queue:
            for name in waiting:
                queue.work(name, self._transmit(name), tell, cancelled)

    def rename(self, before: str, after: str) -> None:
        """An archive has another name in the settings: what is queued for it follows as `work` begins."""
        if self._file.exists():
            self._renamed.append((before, after))

    def _follow(self) -> None:
        with self._queue() as queue:
            while self._renamed:
                queue.rename(*self._renamed[0])
                del self._renamed[0]

    def _transmit(self, name: str) -> Transmit:
        """How to send to a node of that name as the settings have it at that moment."""

        def send(files: Sequence[Path], tell: OnOutcome, cancelled: Cancel) -> None:
            from lungview.sources import archives

            now = name
            for before, after in tuple(self._renamed):  # since this round began
                now = after if now == before else now
            try:
                node = archives.node(now)
            except LungViewError as error:
                raise NetworkError(error.message) from error
            archives.transmit(node)(files, tell, cancelled)

        return send

    def again(self, items: Iterable[Item]) -> None:
        """Have objects sent now: those that were given up once more, those that wait without a pause."""
        with self._queue() as queue:
            for item in items:
                queue.again(item.node, [item.path])
                queue.hasten(item.node, [item.path])

    def remove(self, items: Iterable[Item]) -> None:
        """Take objects out of the queue, and their files with them."""
        files = [item.path for item in items]
        with self._queue() as queue:
            queue.forget(files)
        _unlink(files)

    def delete_old(self) -> None:
        """Remove what does not wait and is older than KEPT_DAYS; files that no queue knows, too."""
        before = time.time() - KEPT_DAYS * 86400
        items = self.items()
        known = {item.path for item in items}
        self.remove([i for i in items if i.state is not State.WAITING and _made(i.path) < before])
        _unlink([p for p in self.folder.glob("*.dcm") if p not in known and _made(p) < before])

    @property
    def _file(self) -> Path:
        return self.folder / "queue.sqlite"

    def _queue(self) -> Outgoing:
        return Outgoing(self._file, TRIES)

    def _make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        except OSError as error:
            raise ReportError(f"the folder could not be made ({error.strerror})", self.folder) from error

    def _said(self, path: Path) -> tuple[str, str]:
        if path not in self._told:
            self._told[path] = _told(path)
        return self._told[path]


def _told(path: Path) -> tuple[str, str]:
    """An object's SOP class in words, and its patient's name and ID; empty where it cannot be read."""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    from lungview.image.values import person

    try:
        found = dcmread(path, specific_tags=["SOPClassUID", "PatientName", "PatientID"])
    except (OSError, InvalidDicomError):
        return "", ""
    what = found.SOPClassUID.name.removesuffix(" Storage").removesuffix(" Document")
    parts = (person.full(str(found.get("PatientName", ""))), str(found.get("PatientID", "")))
    return what, " · ".join(filter(None, parts))


def _made(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone: as old as can be
        return 0.0


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
