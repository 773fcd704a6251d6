"""Receiver: a storage SCP that takes what it is sent from those it knows, within bounds (PS3.4 B)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from socketserver import TCPServer
from typing import Any

from pynetdicom.association import Association
from pynetdicom.events import (
    EVT_ABORTED,
    EVT_C_STORE,
    EVT_CONN_CLOSE,
    EVT_CONN_OPEN,
    EVT_DIMSE_RECV,
    EVT_DIMSE_SENT,
    EVT_N_EVENT_REPORT,
    EVT_REJECTED,
    EVT_RELEASED,
    EVT_REQUESTED,
    Event,
    EventHandlerType,
)
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import StorageCommitmentPushModel, Verification  # type: ignore[attr-defined]
from pynetdicom.transport import ThreadedAssociationServer

from lungview.errors import LungViewError, NetworkError, ReportError
from lungview.remote_nodes import Tls
from lungview.sources import tls
from lungview.sources.folder import is_uid
from lungview.sources.pacs import engine
from lungview.sources.pacs.association import PDU, bounded
from lungview.sources.pacs.bounds import Allowance, Exceeded, Flow, Spending, peer_of, plain
from lungview.sources.pacs.contexts import ALL_SYNTAXES, STORAGE

SUCCESS, NO_RESOURCES, NOT_UNDERSTOOD, INVALID_INSTANCE = 0x0000, 0xA700, 0xC000, 0x0117
_STORAGE = frozenset(STORAGE)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Received:
    """One object as it came, under the UID it was announced with. data: a DICOM file (PS3.10)."""

    sop_uid: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and to whom. titles, networks: who may call; empty for anyone.

    most_associations: at one time. most_bytes: of one object, and twice as many of all that are on their way.
    allowance: of one association, and of one peer.
    """

    title: str
    host: str = "127.0.0.1"
    port: int = 0
    tls: Tls | None = None
    titles: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    most_associations: int = 16
    most_bytes: int = 1 << 29
    allowance: Allowance = field(default_factory=Allowance)
    timeout_s: float = 60.0


Keep = Callable[[Received], None]
"""Keeps an object for good. Raises ReportError: no room; another LungViewError: it is a bad one."""
OnReport = Callable[[Event], tuple[int, None]]
Tell = Callable[[str, dict[str, Any]], None]
"""Told what happens: a word, and values without patient data."""


class Receiver:
    """Listens from `start` to `stop`, in threads of its own."""

    def __init__(
        self, listening: Listening, keep: Keep, tell: Tell | None = None, on_report: OnReport | None = None
    ) -> None:
        """on_report: told what storage commitments answer; without it none is accepted."""
        self.listening = listening
        self._keep = keep
        self._tell = tell or (lambda _word, _values: None)
        self._on_report = on_report
        self._flow = Flow(listening.most_bytes)
        self._spending = Spending(listening.allowance)
        self._server: Any = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Raises NetworkError: the port is taken, or there is no usable certificate."""
        here = self.listening
        entity = engine.entity(here.title, here.timeout_s, PDU)
        entity.require_called_aet = True
        entity.require_calling_aet = sorted(here.titles)
        entity.maximum_associations = here.most_associations
        context = tls.server(here.tls) if here.tls else None
        try:
            self._server = entity.make_server(
                (here.host, here.port),
                contexts=self._contexts(),
                ssl_context=context,
                evt_handlers=self._handlers(),
                server_class=_Server,
            )
        except OSError as error:
            raise NetworkError(f"port {here.port} cannot be listened on ({error.strerror})") from error
        self._server.admits = self._admits
        self._server.tell = self._tell
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        """Listen no longer; associations that are open are aborted."""
        self._server.shutdown()
        for association in self._server.active_associations:
            association.abort()

    def _handlers(self) -> list[EventHandlerType]:
        handlers: list[EventHandlerType] = [
            (EVT_CONN_OPEN, bounded, [self._admit_bytes]),
            (EVT_CONN_CLOSE, self._on_close),
            (EVT_REQUESTED, self._on_requested),
            (EVT_DIMSE_RECV, lambda event: self._spending.requested(event.assoc)),
            (EVT_DIMSE_SENT, lambda event: self._spending.answered(event.assoc)),
            (EVT_C_STORE, self._on_store),
            (EVT_RELEASED, lambda event: self._tell("released", _peer(event.assoc))),
            (EVT_ABORTED, lambda event: self._tell("aborted", _peer(event.assoc))),
            (EVT_REJECTED, lambda event: self._tell("rejected", _peer(event.assoc))),
        ]
        if self._on_report is not None:
            handlers.append((EVT_N_EVENT_REPORT, self._on_report))
        return handlers

    def _contexts(self) -> list[PresentationContext]:
        """Of every association; storage is added as it is proposed."""
        found = [build_context(Verification)]
        if self._on_report is not None:
            report = build_context(StorageCommitmentPushModel)
            report.scu_role = False  # who calls to report is the provider (PS3.4 J.3.3)
            report.scp_role = True
            found.append(report)
        return found

    def _admits(self, address: str, open_ones: Sequence[str]) -> bool:
        """Whether a caller gets a line. open_ones: the addresses that have one, one for each line."""
        why = self._why_refused(address, open_ones)
        if why:
            self._tell("refused", {"address": address, "reason": why})
        return not why

    def _why_refused(self, address: str, open_ones: Sequence[str]) -> str:
        here = self.listening
        if here.networks and not any(plain(address) in each for each in here.networks):
            return "address not allowed"
        mine = sum(peer_of(each) == peer_of(address) for each in open_ones)
        of_a_peer = here.allowance.peer_lines or max(1, here.most_associations // 2)
        if mine >= of_a_peer or len(open_ones) > 2 * here.most_associations:
            return "busy"
        return self._spending.why_refused(address)

    def _admit_bytes(self, association: Association, count: int) -> None:
        """Raises Exceeded, and says why: the connection ends, and what was answered for stays."""
        try:
            self._spending.read(association, count)
            self._flow.admit(association, count)
        except Exceeded as error:
            self._tell("ended", {**_peer(association), "reason": str(error)})
            raise

    def _on_requested(self, event: Event) -> None:
        """Support what is proposed: 170 classes in 45 syntaxes would be copied for every association."""
        request: Any = event.assoc.requestor.primitive
        asked = request.presentation_context_definition_list
        named = {str(each.abstract_syntax) for each in asked} & _STORAGE
        event.assoc.acceptor.supported_contexts = [
            *event.assoc.acceptor.supported_contexts,
            *(build_context(uid, list(ALL_SYNTAXES)) for uid in sorted(named)),
        ]
        self._flow.done(event.assoc)
        self._tell("associated", _peer(event.assoc))

    def _on_close(self, event: Event) -> None:
        self._flow.forget(event.assoc)

    def _on_store(self, event: Event) -> int:
        """The status of one C-STORE (PS3.4 B.2.3)."""
        try:
            return self._stored(event)
        finally:
            self._flow.done(event.assoc)

    def _stored(self, event: Event) -> int:
        request: Any = event.request
        sop_uid = str(request.AffectedSOPInstanceUID)
        if not is_uid(sop_uid):
            return INVALID_INSTANCE
        try:
            self._keep(Received(sop_uid, event.encoded_dataset()))
        except ReportError as error:
            self._tell("not kept", {"reason": error.message})
            return NO_RESOURCES
        except LungViewError as error:
            self._tell("not understood", {"reason": error.message})
            return NOT_UNDERSTOOD
        except Exception as error:  # what a library raises on hostile bytes costs this object alone
            self._tell("not understood", {"reason": type(error).__name__})
            return NOT_UNDERSTOOD
        return SUCCESS

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadedAssociationServer):
    """A server whose accepting thread waits for no peer: TLS's handshake is the connection's own thread's."""

    request_queue_size = 128  # of the library's five lines, the sixth of a burst tries again after a second
    admits: Callable[[str, Sequence[str]], bool]
    tell: Tell

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._greeting: dict[Any, socket.socket] = {}  # lines that are no associations yet: TLS is agreed on
        super().__init__(*args, **kwargs)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = self.socket.accept()  # type: ignore[union-attr]
        connection.settimeout(self.ae.network_timeout)
        return connection, address

    def verify_request(self, _request: Any, client_address: Any) -> bool:
        lines = {(each.requestor.address, each.requestor.port) for each in self.active_associations}
        lines |= {address[:2] for address in list(self._greeting)}
        return self.admits(client_address[0], [address for address, _ in lines])

    def process_request(self, request: Any, client_address: Any) -> None:
        self._greeting[client_address] = request
        try:
            super().process_request(request, client_address)
        except BaseException:  # no thread can be started for it: it counts no more, and is not waited for
            self._greeting.pop(client_address, None)
            self._threads.reap()  # type: ignore[attr-defined]
            raise

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            if self.ssl_context is not None:
                request = self._secured(self.ssl_context, request, client_address)
            super().finish_request(request, client_address)
        finally:
            self._greeting.pop(client_address, None)

    def _secured(self, context: ssl.SSLContext, request: socket.socket, client_address: Any) -> ssl.SSLSocket:
        """The line with TLS agreed on. Raises OSError; `shutdown` ends the wait."""
        line = context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        self._greeting[client_address] = line
        try:
            line.do_handshake()
        except BaseException:
            line.close()
            raise
        return line

    def shutdown(self) -> None:
        """Stop accepting; the library's own looks for the server where `make_server` puts none."""
        TCPServer.shutdown(self)
        for line in list(self._greeting.values()):
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # it may never agree on TLS
        self.server_close()

    def handle_error(self, _request: Any, client_address: Any) -> None:
        """Not a traceback on the terminal, as it would be."""
        error = sys.exc_info()[1]
        words = str(error.reason) if isinstance(error, ssl.SSLError) else type(error).__name__
        self.tell("refused", {"address": client_address[0], "reason": words.lower().replace("_", " ")})


def _peer(association: Association) -> dict[str, Any]:
    request: Any = association.requestor.primitive
    calling = request.calling_ae_title if request is not None else ""
    return {"address": association.requestor.address, "calling": str(calling or "").strip()}
