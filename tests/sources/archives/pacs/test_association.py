"""Associations: what is read of a peer is bounded, and a hung peer is not waited for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest

from lungview.errors import NoAnswer
from lungview.remote_nodes import DicomNode
from lungview.sources.pacs import association
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.receive import Listening, Receiver


@pytest.fixture
def peer() -> Iterator[Any]:
    """A function that makes a listener which answers every connection with some bytes, and says its port."""
    made: list[socket.socket] = []

    def make(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        made.append(listener)

        def serve() -> None:
            try:
                while True:
                    line, _ = listener.accept()
                    made.append(line)
                    line.recv(1 << 16)
                    line.sendall(answer)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield make
    for each in made:
        each.close()


NO_WORD = SimpleNamespace(acceptor=SimpleNamespace(primitive=None), is_established=False)


def _node(port: int) -> DicomNode:
    return DicomNode("odd", "ODD", "127.0.0.1", port, timeout_s=0.5, tries=1)


@pytest.mark.parametrize(
    "answer",
    [b"\x02\x00\xff\xff\xff\xff", b"\x02\x00\x00\x00\x00\x01\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b""],
    ids=["a PDU of 4 GB", "a PDU too short", "another protocol", "silence"],
)
def test_a_peer_that_speaks_nonsense_or_nothing_is_no_answer(peer: Any, answer: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(NoAnswer):
        echo(_node(peer(answer)))
    assert time.monotonic() - start < 20


def test_an_answer_that_is_lost_with_its_line_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that hangs up at once resets the line, at times before what it said is read."""
    ask, lost = association._requested, [NO_WORD, NO_WORD]
    monkeypatch.setattr(association, "_requested", lambda *of: lost.pop() if lost else ask(*of))
    with Receiver(Listening("HERE"), lambda _received: None) as running:
        assert echo(DicomNode("here", "HERE", "127.0.0.1", running.port, tries=1)) > 0


def test_a_caller_that_announces_a_pdu_beyond_the_bound_is_cut_off() -> None:
    with Receiver(Listening("HERE", timeout_s=5.0), lambda _received: None) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as line:
            line.sendall(b"\x01\x00" + (association.MOST_PDU + 1).to_bytes(4, "big") + b"\0" * 100)
            with suppress(ConnectionResetError):
                assert line.recv(100)[:1] in (b"", b"\x07")  # closed, or A-ABORT
        assert echo(DicomNode("here", "HERE", "127.0.0.1", running.port)) > 0


def test_a_caller_that_stops_in_a_pdu_holds_up_no_other() -> None:
    listening = Listening("HERE", timeout_s=0.5, most_associations=1)
    with Receiver(listening, lambda _received: None) as running, socket.socket() as line:
        line.connect(("127.0.0.1", running.port))
        line.sendall(b"\x01\x00\x00\x00\x10\x00half")
        line.settimeout(30)
        with suppress(ConnectionResetError):
            assert line.recv(100)[:1] in (b"", b"\x07")  # closed, or A-ABORT
        assert echo(DicomNode("here", "HERE", "127.0.0.1", running.port)) > 0


def test_a_burst_of_lines_is_queued_whatever_the_receiver_is_doing() -> None:
    """A line that finds the queue full is tried again by its system after a second, then two, then four."""
    busy, over = threading.Event(), threading.Event()

    def told(word: str, _values: dict[str, Any]) -> None:
        if word == "refused" and not busy.is_set():
            busy.set()
            over.wait(30)

    listening = Listening("HERE", networks=(ip_network("192.0.2.0/24"),))
    with Receiver(listening, lambda _received: None, told) as running, ExitStack() as stack:
        stack.callback(over.set)
        for number in range(40):
            line = socket.create_connection(("127.0.0.1", running.port), timeout=5)
            stack.enter_context(line)
            assert number or busy.wait(10)
