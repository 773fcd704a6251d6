"""Where received objects go: bounds first, then the file, then its line in the ledger, then the answer."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lungview.errors import DamagedFile, ReadError, ReportError
from lungview.node.configuration import MEGABYTE, Configuration
from lungview.node.ledger import Ledger
from lungview.sources.folder import Folder, Head, head_of_file
from lungview.sources.pacs.receive import Received


class Inbox:
    """Keeps objects for good before their sender is told so: killed in between, it is sent again."""

    def __init__(self, configuration: Configuration, ledger: Ledger) -> None:
        self.folder = Folder(configuration.data / "inbox")
        self._least_free = configuration.least_free_mb * MEGABYTE
        self._most_waiting = configuration.most_waiting_mb * MEGABYTE
        self._ledger = ledger
        self._lock = threading.Lock()
        self._waiting = ledger.waiting_bytes()

    def keep(self, received: Received) -> None:
        """Raises ReportError where there is no room now, DamagedFile for an object that is none."""
        self.refuse_when_full(len(received.data))
        head, path = self.folder.keep(received.data, partial(_admit, received.sop_uid))
        if self._ledger.add_object(head.study_uid, head.sop_uid, path, len(received.data)):
            self._ledger.count("received_objects")
            self._ledger.count("received_bytes", len(received.data))
            with self._lock:
                self._waiting += len(received.data)
        elif not self._ledger.knows(head.study_uid, head.sop_uid, path):
            path.unlink(missing_ok=True)
            raise DamagedFile("an object of this UID came before in another series")

    def refuse_when_full(self, more: int) -> None:
        """Raises ReportError: so many more bytes would leave too little free, or too much waits already."""
        self.refuse_when_short(more)
        with self._lock:
            waiting = self._waiting
        if waiting + more > self._most_waiting:
            raise ReportError(f"{waiting // MEGABYTE:,} MB wait to be judged; no more are taken")

    def refuse_when_short(self, more: int = 0) -> None:
        """Raises ReportError: so many more bytes would leave too little free."""
        free = self.free_bytes()
        if free - more < self._least_free:
            raise ReportError(
                f"{free // MEGABYTE:,} MB are free; at least {self._least_free // MEGABYTE:,} stay"
            )

    def recount(self) -> None:
        """Look again how many bytes wait: studies were judged."""
        waiting = self._ledger.waiting_bytes()
        with self._lock:
            self._waiting = waiting

    def free_bytes(self) -> int:
        """Of the disk that the inbox is on."""
        return shutil.disk_usage(self.folder.root).free

    def adopt(self) -> int:
        """Note objects that were written and not noted, as by a node that was killed; how many."""
        found = 0
        for path in list(self._unnoted()):
            try:
                head = head_of_file(path)
            except ReadError:  # cut short by a power failure: its sender was never told that it is here
                path.unlink(missing_ok=True)
                continue
            if self._ledger.add_object(head.study_uid, head.sop_uid, path, path.stat().st_size):
                found += 1
            else:  # its UID came before in another series; its sender was never told that it is here
                path.unlink(missing_ok=True)
        self.recount()
        return found

    def _unnoted(self) -> Iterator[Path]:
        noted = self._ledger.paths()
        for path in self.folder.root.rglob("*.dcm"):
            if str(path) not in noted:
                yield path

    def remove(self, files: list[Path]) -> None:
        """Delete objects, and folders that are empty then."""
        for path in files:
            path.unlink(missing_ok=True)
            for folder in (path.parent, path.parent.parent):
                if folder != self.folder.root and folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()


def _admit(announced: str, head: Head) -> None:
    """Raises DamagedFile for an object that is not the announced one, or not all of it."""
    if head.sop_uid != announced:
        raise DamagedFile("the object's UID is not the one it was announced with")
    if not head.whole:
        raise DamagedFile("the object ends before its pixel data do")
