"""A visitor that sends a head a byte at a time is shown out; those that finish theirs are not."""

from __future__ import annotations

import asyncio
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
