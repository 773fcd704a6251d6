"""The server itself: a socket on this computer alone, or, asked for, one for others with TLS and a token."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from lungview.errors import InputError
from lungview.machine import cpus
from lungview.serve.app import Service, application
from lungview.serve.guard import LOOPBACK
from lungview.serve.offer import Offer
from lungview.serve.slow_heads import TimedHeads

LEAST_TOKEN = 32  # characters
_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Public:
    """What serving others takes. names: under which they reach it, as in the certificate. address: bound to.

    certificate, key: PEM files. token: what every request to the interface must bring.
    """

    names: tuple[str, ...]
    certificate: Path
    key: Path
    token: str
    address: str = "0.0.0.0"


def read_token(path: Path) -> str:
    """The token in a file that only its owner reads. Raises InputError."""
    try:
        token = path.read_text(encoding="ascii").strip()
        shared = os.name == "posix" and path.stat().st_mode & 0o077
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the token cannot be read; expected a file with one line of ASCII", path) from error
    if shared:
        raise InputError("others may read the token; expected the owner alone", path, "chmod 600 on it")
    if len(token) < LEAST_TOKEN or not token.isprintable() or " " in token:
        found = f"{len(token)} characters"
        raise InputError(f"expected a token of {LEAST_TOKEN} characters or more, found {found}", path)
    return token


def serve(
    offer: Offer,
    port: int,
    workers: int,
    *,
    public: Public | None = None,
    started: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until the process is told to end.

    port: 0 takes a free one. started: called with the address once requests are taken.
    Raises InputError for a port that cannot be had, and for a certificate or key that are none.
    """
    threads = max(1, cpus() // workers)
    if public is None:
        service = Service(offer, workers, threads)
    else:
        names = tuple(name.lower() for name in public.names)
        service = Service(offer, workers, threads, hosts=names, token=public.token, secure=True)
    with _listening(LOOPBACK[0] if public is None else public.address, port) as listener:
        config = uvicorn.Config(
            application(service),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=TimedHeads,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=5,
            ssl_certfile=None if public is None else public.certificate,
            ssl_keyfile=None if public is None else public.key,
        )
        _load(config, public)
        _Server(config, lambda: started(_address(listener, public))).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._said = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._said()


def _listening(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        sentence = f"port {port} cannot be had: {error.strerror}"
        raise InputError(sentence, hint="choose another: --port") from error
    return listener


def _load(config: uvicorn.Config, public: Public | None) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        assert public is not None
        sentence = "the certificate and its key cannot be used; expected a pair of PEM files"
        raise InputError(sentence, public.certificate) from error


def _address(listener: socket.socket, public: Public | None) -> str:
    port = listener.getsockname()[1]
    return f"http://{LOOPBACK[0]}:{port}/" if public is None else f"https://{public.names[0]}:{port}/"
