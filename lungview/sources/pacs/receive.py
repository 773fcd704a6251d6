"""Receiver: a storage SCP that takes what it is sent from those it knows, within bounds (PS3.4 B)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from socketserver import TCPServer
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from pynetdicom.association import Association
from pynetdicom.events import (
    EVT_ABORTED,
    EVT_C_STORE,
    EVT_CONN_CLOSE,
    EVT_CONN_OPEN,
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
    """

    title: str
    host: str = "127.0.0.1"
    port: int = 0
    tls: Tls | None = None
    titles: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    most_associations: int = 16
    most_bytes: int = 1 << 29
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
        self._flow = _Flow(listening.most_bytes)
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
            (EVT_CONN_OPEN, bounded, [self._flow.admit]),
            (EVT_CONN_CLOSE, self._on_close),
            (EVT_REQUESTED, self._on_requested),
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
            report.scu_role, report.scp_role = (
                False,
                True,
            )  # who calls to report is the provider (PS3.4 J.3.3)
            found.append(report)
        return found

    def _admits(self, address: str, open_ones: Sequence[Association]) -> bool:
        here = self.listening
        allowed = not here.networks or any(_plain(address) in each for each in here.networks)
        busy = len(open_ones) > 2 * here.most_associations or self._is_flooded(address, open_ones)
        if not allowed or busy:
            self._tell(
                "refused", {"address": address, "reason": "busy" if allowed else "address not allowed"}
            )
            return False
        return True

    def _is_flooded(self, address: str, open_ones: Sequence[Association]) -> bool:
        """Whether lines of one address that ask for nothing take half of the places."""
        silent = [each for each in open_ones if each.requestor.primitive is None]
        mine = sum(each.requestor.address == address for each in silent)
        return mine >= max(1, self.listening.most_associations // 2)

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
        engine.waits_no_more(event.assoc)

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

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; an IPv4 one that came over an IPv6 socket as what it is (RFC 4291 2.5.5.2)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


class _Flow:
    """Bytes that associations hold of objects that are not whole yet."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held: WeakKeyDictionary[Association, int] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def admit(self, association: Association, count: int) -> None:
        """Raises OSError, which ends the connection, for a byte too many."""
        with self._lock:
            held = self._held.get(association, 0) + count
            if held > self._most or sum(self._held.values()) + count > 2 * self._most:
                raise OSError("more bytes than may be held")
            self._held[association] = held

    def done(self, association: Association) -> None:
        """What it sent so far is dealt with."""
        with self._lock:
            self._held[association] = 0

    def forget(self, association: Association) -> None:
        with self._lock:
            self._held.pop(association, None)


class _Server(ThreadedAssociationServer):
    """A server whose accepting thread waits for no peer: TLS's handshake is the connection's own thread's."""

    admits: Callable[[str, Sequence[Association]], bool]
    tell: Tell

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = self.socket.accept()  # type: ignore[union-attr]
        connection.settimeout(self.ae.network_timeout)
        return connection, address

    def verify_request(self, _request: Any, client_address: Any) -> bool:
        return self.admits(client_address[0], self.active_associations)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.ssl_context is not None:
            request = self.ssl_context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def shutdown(self) -> None:
        """Stop accepting; the library's own looks for the server where `make_server` puts none."""
        TCPServer.shutdown(self)
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
