"""Guard: who may ask at all (Host, Origin, token), and what every answer tells the browser to refuse."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lungview.serve.metrics import Metrics
from lungview.serve.problem import MEDIA_TYPE, Problem

_LOG = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
API = "/api/v1"
OPEN = (f"{API}/health",)  # without a token: for whoever watches over the server
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


class Guard:
    """ASGI middleware around the whole application.

    hosts: the names that a request may be for (a page elsewhere can point a name of its own here).
    known: the addresses that metrics and log tell apart; what else a visitor types is in neither.
    token: what the interface asks for; "" is none. secure: whether it is served by TLS.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Sequence[str],
        metrics: Metrics,
        known: Sequence[str],
        token: str = "",
        *,
        secure: bool = False,
    ) -> None:
        self._app, self._metrics = app, metrics
        self._hosts, self._known = frozenset(hosts), frozenset(known)
        self._token = token.encode()
        self._scheme = "https" if secure else "http"
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, status = time.perf_counter(), 500

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            self._check(scope["path"], Headers(scope=scope))
            await self._app(scope, receive, guarded)
        except Problem as problem:
            await respond(problem, guarded)
        finally:
            self._tell(scope, status, time.perf_counter() - start)

    def _check(self, path: str, headers: Headers) -> None:
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            raise Problem(421, "WrongHost", "the request is for another host than this server answers for")
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"{self._scheme}://{host}".lower():
            raise Problem(403, "WrongOrigin", "a page of another origin may not ask here")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and path.startswith("/api/"):
            raise Problem(403, "WrongOrigin", "a page of another site may not ask here")
        if self._token and path.startswith("/api/") and path not in OPEN:
            self._check_token(headers.get("authorization", ""))

    def _check_token(self, given: str) -> None:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
            raise Problem(401, "NoToken", "this server asks for a token, and none or another was given")

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope["path"] if scope["path"] in self._known else "page"
        self._metrics.request(route, status, seconds)
        _LOG.info("%s %s: %d in %.0f ms", scope["method"], route, status, 1000 * seconds)


def _name(host: str) -> str:
    """A Host header without its port (RFC 9110 7.2)."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


async def respond(problem: Problem, send: Send) -> None:
    """Send a problem as the answer."""
    headers = [(b"content-type", MEDIA_TYPE.encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.to_json()})
