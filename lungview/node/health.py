"""Health and metrics over HTTP, on loopback alone: counts and states, nothing of a patient."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lungview.errors import NetworkError

Values = Callable[[], dict[str, float]]
_KINDS = {"_total": "counter"}  # by the ending of a name; everything else is a gauge


@dataclass(frozen=True, slots=True)
class Condition:
    """How a node is. faults: why it does not do what it is there for.

    waiting: answers that are not sent; since: when the oldest of them was made, seconds of the clock;
    reason: why a try to send them failed, "" where none did; given_up: answers that are tried no more.
    """

    faults: tuple[str, ...] = ()
    waiting: int = 0
    since: float | None = None
    reason: str = ""
    given_up: int = 0

    @property
    def state(self) -> str:
        """In a word; degraded: it receives and judges, and its answers do not arrive."""
        if self.faults:
            return "faulty"
        return "degraded" if self.reason else "ok"

    def as_json(self) -> dict[str, object]:
        """As GET /health gives it; times in UTC (ISO 8601)."""
        since = self.since and datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds")
        answers = {"waiting": self.waiting, "since": since, "reason": self.reason, "given_up": self.given_up}
        ok = self.state == "ok"
        return {"ok": ok, "state": self.state, "faults": list(self.faults), "answers": answers}


class Health:
    """GET /health: how the node is, with 503 where it is faulty; GET /metrics: Prometheus' text format.

    Degraded is 200: whoever restarts what is not available would bring no archive back by it.
    """

    def __init__(self, port: int, condition: Callable[[], Condition], values: Values) -> None:
        self._condition = condition
        self._values = values
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise NetworkError(f"port {port} cannot be listened on ({error.strerror})") from error
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                status, kind, body = answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing: a line a scrape."""

        return Handler

    def _answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/health":
            here = self._condition()
            return 503 if here.faults else 200, "application/json", json.dumps(here.as_json()).encode()
        if path == "/metrics":
            return 200, "text/plain; version=0.0.4", exposition(self._values()).encode()
        return 404, "text/plain", b"there are /health and /metrics\n"


def exposition(values: dict[str, float]) -> str:
    """Metrics by name, with labels where they have some, in the text format of Prometheus."""
    lines: list[str] = []
    typed: set[str] = set()
    for name, value in sorted(values.items()):
        base = name.partition("{")[0]
        if base not in typed:
            typed.add(base)
            kind = next((kind for ending, kind in _KINDS.items() if base.endswith(ending)), "gauge")
            lines.append(f"# TYPE {base} {kind}")
        lines.append(f"{name} {value:.17g}")
    return "\n".join(lines) + "\n"
