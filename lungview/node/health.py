"""Health and metrics over HTTP, on loopback alone: counts and states, nothing of a patient."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lungview.errors import NetworkError

Values = Callable[[], dict[str, float]]
_KINDS = {"_total": "counter"}  # by the ending of a name; everything else is a gauge


class Health:
    """GET /health: 200 and {"ok": true}, or 503 and why; GET /metrics: the text format of Prometheus."""

    def __init__(self, port: int, faults: Callable[[], list[str]], values: Values) -> None:
        self._faults = faults
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
            faults = self._faults()
            body = json.dumps({"ok": not faults, "faults": faults}).encode()
            return 503 if faults else 200, "application/json", body
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
