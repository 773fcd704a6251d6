"""What pynetdicom is told, once for the whole process: its settings are global, its threads are its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydicom.uid import UID
from pynetdicom import AE, _config, evt, timer
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dul import DULServiceProvider

IMPLEMENTATION_UID = "2.25.101337482915502735446190278316430527744"  # this program's (PS3.7 D.3.3.2)
IMPLEMENTATION = "LUNGVIEW"
_LOOK_S = 0.1  # how often a wait looks whether the line that it waits for is still read
_LOG = logging.getLogger(__name__)


def tell() -> None:
    """Leave words to this program: the engine's own quote what peers send, so patients."""
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)
    _config.LOG_HANDLER_LEVEL = "none"
    _config.LOG_REQUEST_IDENTIFIERS = _config.LOG_RESPONSE_IDENTIFIERS = False
    timer.time = _Clock()  # type: ignore[attr-defined, assignment]
    DIMSEServiceProvider.get_msg = _message  # type: ignore[method-assign, assignment]
    DULServiceProvider.receive_pdu = _primitive  # type: ignore[method-assign, assignment]
    _config.STORE_SEND_CHUNKED_DATASET = True  # files go out as they are, in pieces
    if not isinstance(threading.excepthook, _Hook):
        threading.excepthook = _Hook(threading.excepthook)


def entity(title: str, timeout_s: float, pdu: int) -> AE:
    """This program as an application entity. timeout_s: of every wait. pdu: bytes it asks for."""
    made = AE(title)
    made.implementation_class_uid = UID(IMPLEMENTATION_UID)
    made.implementation_version_name = IMPLEMENTATION
    made.connection_timeout = made.acse_timeout = made.dimse_timeout = made.network_timeout = timeout_s
    made.maximum_pdu_size = pdu
    return made


def _message(dimse: DIMSEServiceProvider, block: bool = False) -> Any:
    """The next message and its context's ID; None and None where none comes.

    The engine puts such a pair there once as a line ends. The association's own thread may take it, and who
    asked the peer something just then waited on for all of the time.
    """
    return _next(dimse.msg_queue, dimse.dul, block, dimse.dimse_timeout) or (None, None)


def _primitive(dul: DULServiceProvider, wait: bool = False, timeout: float | None = None) -> Any:
    """The next word on the association itself; None where none comes. Another may take it, as a message."""
    found = _next(dul.to_user_queue, dul, wait, timeout)
    if found is not None:
        evt.trigger(dul.assoc, evt.EVT_ACSE_RECV, {"primitive": found})
    return found


def _next(waiting: queue.Queue[Any], line: DULServiceProvider, block: bool, timeout: float | None) -> Any:
    """What comes next, None where nothing does: not in time, or the line is read no more."""
    end = time.monotonic() + (threading.TIMEOUT_MAX if timeout is None else timeout)
    while True:
        read = line.is_alive()  # before looking: what was read last is there once it has ended
        try:
            return waiting.get(block and read, max(0.0, min(_LOOK_S, end - time.monotonic())))
        except queue.Empty:
            if not (block and read) or time.monotonic() >= end:
                return None


class Checkpoint(threading.Event):
    """Where an association's thread waits while another one asks the peer something.

    The engine's own is passed before the thread says so: one that the processor was taken from in between
    went on as the other already asked, took the answer from it, and the wait for that ended by time-out.
    """

    def __init__(self, association: Association) -> None:
        super().__init__()
        self._association = association
        self._passing = threading.Lock()
        self.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Called by the association's thread alone, which then goes on and has said so."""
        while super().wait(timeout):
            with self._passing:
                if self.is_set():  # nobody has stopped it since
                    self._association._is_paused = False
                    return True
        return False

    def clear(self) -> None:
        """From now on the thread passes no more; once it is paused, it stays."""
        with self._passing:
            super().clear()


class _Clock:
    """What the engine's timers ask for the time: one that nobody sets."""

    @staticmethod
    def time() -> float:
        return time.monotonic()


class _Hook:
    """Ends the connection whose thread a hostile peer has killed, and says where, without what was sent."""

    def __init__(self, other: Callable[[threading.ExceptHookArgs], object]) -> None:
        self._other = other

    def __call__(self, args: threading.ExceptHookArgs) -> None:
        thread = args.thread
        if not isinstance(thread, Association | DULServiceProvider):
            self._other(args)
            return
        place = traceback.extract_tb(args.exc_traceback)[-1]
        where = Path(place.filename).name, place.lineno
        _LOG.warning("an association ended: %s in %s, line %s", args.exc_type.__name__, *where)
        association = thread if isinstance(thread, Association) else thread.assoc
        association.dul.kill_dul()
        with suppress(Exception):
            association.dul.socket.close()  # type: ignore[union-attr]
