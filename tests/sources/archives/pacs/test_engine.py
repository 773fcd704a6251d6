"""The engine's own threads: what they may say when a peer has killed one, and that they take no answer."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.events import EVT_CONN_CLOSE
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from lungview.remote_nodes import DicomNode
from lungview.sources.pacs import engine
from lungview.sources.pacs.association import associated
from lungview.sources.pacs.receive import Listening, Receiver


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the hook before ours is called with."""
    called: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", called.append)
    engine.tell()
    return called


def _fault(thread: Any) -> Any:
    try:
        raise KeyError("Doe^Jane")
    except KeyError as error:
        return SimpleNamespace(
            exc_type=KeyError, exc_value=error, exc_traceback=error.__traceback__, thread=thread
        )


def test_a_fault_of_an_association_is_logged_without_its_words(
    others: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    association = Association(AE("HERE"), "acceptor")
    with caplog.at_level(logging.WARNING):
        threading.excepthook(_fault(association))
    assert "KeyError in test_engine.py" in caplog.text
    assert "Doe" not in caplog.text
    assert others == []
    assert association.dul.receive_pdu(wait=True, timeout=None) is None  # it waits no more


def test_a_fault_of_any_other_thread_goes_where_it_went_before(others: list[Any]) -> None:
    fault = _fault(threading.current_thread())
    threading.excepthook(fault)
    assert others == [fault]


def test_the_engines_own_log_is_silent() -> None:
    assert not logging.getLogger("pynetdicom.dul").isEnabledFor(logging.CRITICAL)


class _Late(engine.Checkpoint):
    """The processor is taken from the association's thread just as it has passed."""

    def wait(self, timeout: float | None = None) -> bool:
        passed = super().wait(timeout)
        time.sleep(0.05)
        return passed


def test_an_answer_is_not_taken_by_the_associations_own_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Checkpoint", _Late)
    with Receiver(Listening("HERE"), lambda _received: None) as running:
        node = DicomNode("node", "HERE", "127.0.0.1", running.port, timeout_s=10.0)
        with associated(node, [build_context(Verification)]) as association:
            get = association.dimse.get_msg

            def late(block: bool = False) -> Any:
                """The answer is there before who asked looks for it."""
                if block:
                    time.sleep(0.1)
                return get(block)

            monkeypatch.setattr(association.dimse, "get_msg", late)
            answers = [association.send_c_echo().get("Status") for _ in range(5)]
    assert answers == [0] * 5


@contextmanager
def _ending(patience: float) -> Iterator[Association]:
    """An association whose line ends; its own thread has taken the engine's sign, and no other knows yet."""
    ending, known = threading.Event(), threading.Event()

    def ends(_event: Any) -> None:
        ending.set()
        known.wait(10)
        time.sleep(0.2)

    with Receiver(Listening("HERE"), lambda _received: None) as running:
        node = DicomNode("node", "HERE", "127.0.0.1", running.port, timeout_s=patience)
        handlers = [(EVT_CONN_CLOSE, ends)]
        with associated(node, [build_context(Verification)], handlers=handlers) as association:
            (theirs,) = running._server.active_associations
            theirs.dul.socket.socket.shutdown(socket.SHUT_RDWR)
            assert ending.wait(10)
            while association.dimse.msg_queue.queue:
                time.sleep(0.01)
            assert association.is_established
            known.set()
            yield association


def test_an_answer_is_waited_for_no_longer_than_its_line_is_there() -> None:
    start = time.monotonic()
    with _ending(patience=60.0) as association:
        assert "Status" not in association.send_c_echo()
    assert time.monotonic() - start < 30


def test_neither_is_a_release() -> None:
    start = time.monotonic()
    with _ending(patience=60.0) as association:
        association._reactor_checkpoint.clear()
        while not association._is_paused:
            time.sleep(0.01)
        while association.dul.is_alive():
            time.sleep(0.01)
        while association.dul.receive_pdu() is not None:  # its own thread may have been as quick
            pass
        association.acse.negotiate_release()
    assert time.monotonic() - start < 30
