"""An association with a remote node: opened, always closed, and in words why there is none (PS3.8)."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pynetdicom.association import Association
from pynetdicom.events import EVT_CONN_OPEN, Event, EventHandlerType
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext

from lungview.errors import NetworkError, NoAnswer, Refused
from lungview.remote_nodes import DicomNode
from lungview.sources import tls
from lungview.sources.pacs import engine

engine.tell()

_AT_ONCE_S = 2.0
_TRIES = 4  # of eight rejections one is lost on a busy computer
PDU = 131_072  # bytes that we ask a peer to stay within
MOST_PDU = 1 << 20  # bytes above which a PDU is not read: the length field could say 4 GB
_READ = 1 << 16
_LEAST_WAIT_S = 0.001

Admit = Callable[[Association, int], None]


@contextmanager
def associated(
    node: DicomNode,
    contexts: Sequence[PresentationContext],
    roles: Sequence[SCP_SCU_RoleSelectionNegotiation] = (),
    handlers: Sequence[EventHandlerType] = (),
) -> Iterator[Association]:
    """An established association; released at the end, aborted when the block raises.

    Raises Refused (AE title, certificate), NoAnswer (not reached, nothing in time), NetworkError (none of the
    contexts accepted).
    """
    for _ in range(_TRIES):
        start = time.monotonic()
        association = _requested(node, contexts, roles, handlers)
        # A peer that rejects and hangs up at once may reset the line before its words are read.
        if association.acceptor.primitive is not None or time.monotonic() - start > _AT_ONCE_S:
            break
    if not association.is_established:
        raise _why_none(node, association)
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    # A peer that has gone meanwhile has said all that was asked for; there is nothing to release.
    with suppress(RuntimeError):
        association.release()


def bounded(event: Event, admit: Admit | None = None) -> None:
    """Handler of EVT_CONN_OPEN for either side: no PDU above MOST_PDU is read from the connection.

    admit: asked before so many bytes are read; an OSError of it ends the connection.
    """
    opened: Any = event.assoc.dul.socket
    # A command and its data set are two writes; the second would wait for the first to be acknowledged.
    opened.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(count: int) -> bytearray:
        if count > MOST_PDU:
            raise OSError("a PDU beyond the bound")
        if admit is not None:
            admit(event.assoc, count)
        return _read(opened.socket, count, event.assoc.network_timeout)

    opened.recv = receive
    if event.assoc.is_requestor:
        event.assoc._reactor_checkpoint = engine.Checkpoint(event.assoc)


def _read(line: Any, count: int, patience: float | None) -> bytearray:
    """So many bytes, fewer where the line ends. patience: seconds for all of them, not for each.

    Raises OSError: they did not come in time.
    """
    end = None if patience is None else time.monotonic() + patience
    received = bytearray()
    try:
        while len(received) < count:
            if end is not None:
                line.settimeout(max(end - time.monotonic(), _LEAST_WAIT_S))
            piece = line.recv(min(count - len(received), _READ))
            if not piece:
                break
            received += piece
            if end is not None and time.monotonic() > end and len(received) < count:
                raise TimeoutError("a PDU that does not end")
    finally:
        line.settimeout(patience)
    return received


def status_of(node: DicomNode, answer: Any, what: str) -> int:
    """The status of a response (PS3.7 annex C). Raises NoAnswer where there is none."""
    if "Status" not in answer:
        raise NoAnswer(
            f"{node.name} did not answer {what} within {node.timeout_s:g} s, or broke off",
            hint=f"it may not know the AE title {node.own_title}",
        )
    return int(answer.Status)


def _requested(
    node: DicomNode,
    contexts: Sequence[PresentationContext],
    roles: Sequence[SCP_SCU_RoleSelectionNegotiation],
    handlers: Sequence[EventHandlerType],
) -> Association:
    """An association, established or not."""
    try:
        return engine.entity(node.own_title, node.timeout_s, PDU).associate(
            node.host,
            node.port,
            contexts=list(contexts),
            ae_title=node.ae_title,
            ext_neg=list(roles),
            tls_args=_tls_arguments(node),
            evt_handlers=[(EVT_CONN_OPEN, bounded), *handlers],
            max_pdu=PDU,
        )
    except socket.gaierror:
        raise NoAnswer(f"{node.name}: no such host, {node.host}") from None


def _tls_arguments(node: DicomNode) -> Any:
    """As pynetdicom wants them: a context and the name that the certificate must have."""
    return (tls.client(node.tls), node.tls.host or node.host) if node.tls else None


def _why_none(node: DicomNode, association: Association) -> NetworkError:
    primitive = association.acceptor.primitive
    if association.is_rejected and primitive is not None:
        words = f"{primitive.reason_str}".strip() or "no reason given"
        return _rejection(node, words, permanent=primitive.result == 1)
    if primitive is not None and primitive.result == 0:
        return NetworkError(f"{node.name} offers none of the services or formats that were asked for")
    return _why_unreachable(node)


def _rejection(node: DicomNode, words: str, *, permanent: bool) -> NetworkError:
    sentence = f"{node.name} rejected the association: {words.lower()}"
    hint = f"called {node.ae_title}, calling {node.own_title}"
    return Refused(sentence, hint=hint) if permanent else NoAnswer(sentence, hint=hint)


def _why_unreachable(node: DicomNode) -> NetworkError:
    """Why there was no association, found by connecting once more: the engine does not say."""
    place = f"{node.host}:{node.port}"
    patience = min(node.timeout_s, 5.0)
    try:
        with socket.create_connection((node.host, node.port), patience) as connection:
            _shake_hands(connection, node)
    except ssl.SSLError as error:
        words = getattr(error, "verify_message", "") or str(error.reason or "no TLS there").replace("_", " ")
        return Refused(f"{node.name}: no TLS connection with {place}: {words.lower()}")
    except TimeoutError:
        return NoAnswer(f"{node.name} does not answer at {place} within {patience:g} s")
    except OSError as error:
        words = (error.strerror or "no connection").lower()
        return NoAnswer(f"{node.name} is not reached at {place}: {words}", hint=_tls_hint(node))
    return NoAnswer(f"{node.name} closed the connection at {place} before any answer", hint=_tls_hint(node))


def _shake_hands(connection: socket.socket, node: DicomNode) -> None:
    """TLS's, to its end: a server that misses our certificate says so only after it (RFC 8446 4.4.2.4)."""
    if node.tls is None:
        return
    context = tls.client(node.tls)
    with context.wrap_socket(connection, server_hostname=node.tls.host or node.host) as secured:
        secured.settimeout(1.0)
        with suppress(TimeoutError):
            secured.recv(1)


def _tls_hint(node: DicomNode) -> str:
    return "it may not speak TLS" if node.tls else "it may expect TLS, or not know our address"
