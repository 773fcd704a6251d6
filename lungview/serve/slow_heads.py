"""What a connection is told that never becomes a request: too slow a head, no HTTP, too many of them.

Connections that take too long over a request's head are closed: they would keep the places of others.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from lungview.serve.guard import HEADERS
from lungview.serve.problem import MEDIA_TYPE, TITLES, Problem

SECONDS = 10.0
CONNECTIONS = 256
_TOO_SLOW = Problem(408, "TookTooLong", "the head of the request took too long")
_NO_HTTP = Problem(400, "NoRequest", "expected a request in HTTP/1.1, found something else")
_TOO_MANY = Problem(503, "Busy", "too many connections are open here", "ask again in a few seconds")


class TimedHeads(H11Protocol):
    """HTTP/1.1 with a bound on the time from a connection, or a request's first byte, to its head's end.

    An idle connection that is kept alive has uvicorn's own bound, a request's body the one of its upload.
    connections_at_once: what is above it is refused with its first request.
    """

    seconds = SECONDS
    connections_at_once = CONNECTIONS
    _waiting: asyncio.TimerHandle | None = None
    _too_many = False

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._too_many = len(self.connections) > self.connections_at_once
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where the head has not ended; one that has is the application's."""
        if self._too_many:
            self._refuse(_TOO_MANY)
            return
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._heard()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._heard()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so as everything else is."""
        del msg
        self._refuse(_NO_HTTP)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.seconds, self._refuse, _TOO_SLOW)

    def _heard(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, problem: Problem) -> None:
        self._heard()
        if not self.transport.is_closing():
            self.transport.write(_answer(problem))
            self.transport.close()


def _answer(problem: Problem) -> bytes:
    """A whole answer in bytes, as the application's middleware would give it."""
    body = problem.to_json()
    headers = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), "Connection": "close", **HEADERS}
    headers |= {"Cache-Control": "no-store"} | ({"Retry-After": "2"} if problem.status == 503 else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {problem.status} {TITLES[problem.status]}\r\n{head}\r\n".encode() + body
