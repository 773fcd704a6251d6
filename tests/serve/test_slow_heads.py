"""A visitor that sends a head a byte at a time is shown out; those that finish theirs are not."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="needs the extra `serve`")

import uvicorn

from lungview.serve.slow_heads import TimedHeads

BOUND = 0.6  # seconds


async def _slow_answer(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(float(scope["path"].strip("/") or 0))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class _Heads(TimedHeads):
    seconds = BOUND
    connections_at_once = 3


@pytest.fixture
def port() -> Iterator[int]:
    config = uvicorn.Config(_slow_answer, http=_Heads, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def _line(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def _told(line: socket.socket) -> bytes:
    """What comes until the server closes."""
    found = b""
    while more := line.recv(4096):
        found += more
    return found


def _drip(line: socket.socket, text: bytes) -> bytes:
    """Send a byte now and then, until it is too much for the server."""
    try:
        for byte in text:
            line.sendall(bytes([byte]))
            time.sleep(BOUND / 8)
    except OSError:
        pass
    return _told(line)


def test_a_head_that_comes_byte_by_byte_is_answered_408_and_closed(port: int) -> None:
    with _line(port) as line:
        assert _drip(line, b"GET / HTTP/1.1\r\nHost: x").startswith(b"HTTP/1.1 408 ")


def _problem(answer: bytes) -> tuple[int, str]:
    """Status and reason of a whole answer that is a problem of one sentence."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"content-security-policy: default-src 'none'" in head.lower()
    found = json.loads(body)
    assert f"HTTP/1.1 {found['status']} ".encode() == head[:13]
    return found["status"], found["reason"]


def test_what_is_no_http_is_told_so_as_a_problem(port: int) -> None:
    with _line(port) as line:
        line.sendall(b"\x16\x03\x01 what a browser says that wants TLS\r\n\r\n")
        assert _problem(_told(line)) == (400, "NoRequest")


def test_a_head_that_takes_too_long_is_told_so_as_a_problem(port: int) -> None:
    with _line(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        assert _problem(_told(line)) == (408, "TookTooLong")


def test_one_connection_too_many_is_told_so_as_a_problem_and_its_place_is_free_again(port: int) -> None:
    asking = b"GET /%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with _line(port) as one, _line(port) as two, _line(port) as three:
        for line in (one, two, three):
            line.sendall(asking % b"1")
        with _line(port) as fourth:
            fourth.sendall(asking % b"0")
            answer = _told(fourth)
            assert _problem(answer) == (503, "Busy")
            assert b"retry-after: 2" in answer.lower()
        assert all(_told(line).startswith(b"HTTP/1.1 200 ") for line in (one, two, three))
    with _line(port) as line:
        line.sendall(asking % b"0")
        assert _told(line).startswith(b"HTTP/1.1 200 ")


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with _line(port) as line:
        assert _told(line).startswith(b"HTTP/1.1 408 ")


def test_a_second_head_on_the_same_connection_is_bounded_too(port: int) -> None:
    with _line(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        first = line.recv(4096)
        assert first.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 408 " in _drip(line, b"GET / HTTP/1.1\r\nHost: x")


def test_an_answer_may_take_longer_than_a_head(port: int) -> None:
    with _line(port) as line:
        line.sendall(f"GET /{2 * BOUND} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert _told(line).startswith(b"HTTP/1.1 200 ")


def test_a_body_may_take_longer_than_a_head(port: int) -> None:
    with _line(port) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\na")
        time.sleep(2 * BOUND)
        line.sendall(b"b")
        assert _told(line).startswith(b"HTTP/1.1 200 ")


def test_the_server_uses_it(port: int) -> None:
    from lungview.serve import server

    assert server.TimedHeads is TimedHeads
