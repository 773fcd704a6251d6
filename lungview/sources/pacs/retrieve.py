"""C-GET and C-MOVE of a series, resumed after a broken line with the objects that are missing (PS3.4 C.4)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from pydicom.dataset import Dataset
from pynetdicom.events import EVT_C_STORE, Event
from pynetdicom.presentation import build_context, build_role
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from lungview.errors import DamagedFile, LungViewError, NetworkError, NoAnswer
from lungview.remote_nodes import DicomNode
from lungview.sources.folder import Folder
from lungview.sources.pacs import contexts, find
from lungview.sources.pacs.association import associated, status_of
from lungview.sources.pacs.receive import (
    NO_RESOURCES,
    NOT_UNDERSTOOD,
    SUCCESS,
    Listening,
    Network,
    Received,
    Receiver,
)
from lungview.sources.retrieval import Arriving, OnObject, Retrieved
from lungview.sources.retrying import OnRetry, retried
from lungview.sources.source import Cancel, FoundSeries, check, never

_PENDING = 0xFF00
_SOME_FAILED = 0xB000
_AT_ONCE = 500  # UIDs of one question: their element holds 65,534 bytes
_GET = StudyRootQueryRetrieveInformationModelGet
_MOVE = StudyRootQueryRetrieveInformationModelMove
_CONFLICT = (0xA801,)  # the destination is not known there


def get(
    node: DicomNode,
    series: FoundSeries,
    folder: Folder,
    on_object: OnObject | None = None,
    cancelled: Cancel = never,
    *,
    on_retry: OnRetry | None = None,
) -> Retrieved:
    """Retrieve a series by C-GET. Raises NetworkError, NoAnswer, Refused, ReportError (no room), Cancelled.

    What is in the folder already is not asked for again.
    """
    named = _named(node, series, cancelled, on_retry)
    arriving = Arriving(series, folder, tuple(named), on_object)
    one_round = partial(_get_round, node, arriving, sorted(set(named.values()) - {""}))
    _rounds(node, arriving, one_round, cancelled, on_retry)
    return arriving.result()


def move(
    node: DicomNode,
    series: FoundSeries,
    folder: Folder,
    on_object: OnObject | None = None,
    cancelled: Cancel = never,
    *,
    on_retry: OnRetry | None = None,
) -> Retrieved:
    """The same by C-MOVE to a receiver of our own, which the archive must know by title, host and port."""
    named = _named(node, series, cancelled, on_retry)
    arriving = Arriving(series, folder, tuple(named), on_object)
    with _own_receiver(node, lambda received: arriving.keep(received.data)):
        _rounds(node, arriving, partial(_move_round, node), cancelled, on_retry)
    return arriving.result()


def open_object(node: DicomNode, study_uid: str, series_uid: str, sop_uid: str) -> BytesIO:
    """One object by C-GET, into memory. Raises NetworkError: the archive does not give it."""
    came: list[bytes] = []
    keys = _keys(FoundSeries(study_uid, series_uid), [sop_uid])
    retried(node, lambda: _get(node, keys, [], came.append, never))
    if not came:
        raise NetworkError(f"{node.name} did not give the object that was asked for")
    return BytesIO(came[0])


def _named(
    node: DicomNode, series: FoundSeries, cancelled: Cancel, on_retry: OnRetry | None
) -> dict[str, str]:
    """The objects of a series and their classes; none where the archive does not answer at that level."""
    try:
        return find.objects(node, series.study_uid, series.series_uid, cancelled, on_retry)
    except NoAnswer:
        raise
    except NetworkError as error:
        if type(error) is not NetworkError:
            raise
        return {}


Round = Callable[[Dataset, Cancel], None]


def _rounds(
    node: DicomNode, arriving: Arriving, one_round: Round, cancelled: Cancel, on_retry: OnRetry | None
) -> None:
    """The whole series, or what is missing of it; then once more what the archive left out."""

    def attempt() -> None:
        for _ in range(2):
            for keys in _questions(arriving):
                one_round(keys, cancelled)
            if not arriving.missing():
                return

    retried(node, attempt, cancelled, on_retry=on_retry, came=lambda: arriving.count)


def _questions(arriving: Arriving) -> Iterator[Dataset]:
    missing = arriving.missing()
    if not arriving.wanted or len(missing) == len(arriving.wanted):
        yield _keys(arriving.series)
        return
    for start in range(0, len(missing), _AT_ONCE):
        yield _keys(arriving.series, missing[start : start + _AT_ONCE])


def _keys(series: FoundSeries, objects: Iterable[str] = ()) -> Dataset:
    keys = Dataset()
    keys.QueryRetrieveLevel = "SERIES"
    keys.StudyInstanceUID, keys.SeriesInstanceUID = series.study_uid, series.series_uid
    if uids := list(objects):
        keys.QueryRetrieveLevel = "IMAGE"
        keys.SOPInstanceUID = uids
    return keys


def _get_round(
    node: DicomNode, arriving: Arriving, classes: list[str], keys: Dataset, cancelled: Cancel
) -> None:
    _get(node, keys, classes, arriving.keep, cancelled)


def _get(
    node: DicomNode, keys: Dataset, classes: list[str], keep: Callable[[bytes], None], cancelled: Cancel
) -> None:
    taking = _Taking(keep, cancelled)
    proposed = contexts.wanted(classes)
    named = sorted({str(each.abstract_syntax) for each in proposed})
    roles = [build_role(uid, scp_role=True) for uid in named]
    handlers = [(EVT_C_STORE, taking.on_store)]
    with associated(node, [build_context(_GET), *proposed], roles, handlers) as association:
        _follow(node, association.send_c_get(keys, _GET), taking, cancelled)


def _move_round(node: DicomNode, keys: Dataset, cancelled: Cancel) -> None:
    with associated(node, [build_context(_MOVE)]) as association:
        answers = association.send_c_move(keys, node.own_title, _MOVE)
        _follow(node, answers, None, cancelled)


def _follow(
    node: DicomNode,
    answers: Iterator[tuple[Dataset, Dataset | None]],
    taking: _Taking | None,
    cancelled: Cancel,
) -> None:
    """Read the answers to a retrieval to the end. Raises what went wrong, here or there."""
    for status, _ in answers:
        if taking is not None and taking.fault is not None:
            raise taking.fault
        code = status_of(node, status, "C-MOVE" if taking is None else "C-GET")
        if code in _CONFLICT:
            raise NetworkError(
                f"{node.name} does not know the destination {node.own_title}",
                hint="enter our title, host and port there",
            )
        if code not in (0, _PENDING, _SOME_FAILED):
            raise NetworkError(f"{node.name} could not retrieve: status {code:04X}")
        check(cancelled)


@dataclass
class _Taking:
    """Objects that come on the association they were asked for on. fault: of ours, which ends it."""

    keep: Callable[[bytes], None]
    cancelled: Cancel
    fault: LungViewError | None = None

    def on_store(self, event: Event) -> int:
        """Handler of EVT_C_STORE."""
        try:
            check(self.cancelled)
            if self.fault is None:
                self.keep(event.encoded_dataset())
        except LungViewError as error:
            return self._refused(error)
        except Exception:  # what a library raises on hostile bytes costs this object alone
            return NOT_UNDERSTOOD
        return SUCCESS if self.fault is None else NO_RESOURCES

    def _refused(self, error: LungViewError) -> int:
        """A bad object costs itself alone; no room here, or a wish to stop, ends all."""
        if isinstance(error, DamagedFile):
            return NOT_UNDERSTOOD
        self.fault = error
        return NO_RESOURCES


@contextmanager
def _own_receiver(node: DicomNode, keep: Callable[[Received], None]) -> Iterator[Receiver]:
    if not node.own_port:
        raise NetworkError(
            f"{node.name} has no port to send to", hint="set own_port of the node, or retrieve by C-GET"
        )
    with Receiver(listening(node), keep) as receiver:
        yield receiver


def listening(node: DicomNode) -> Listening:
    """Where we listen for what a node sends by itself: to it alone, with TLS where it has TLS."""
    secure = node.tls if node.tls is not None and node.tls.certificate else None
    return Listening(
        node.own_title,
        node.own_host,
        node.own_port,
        secure,
        titles=frozenset({node.ae_title}),
        networks=_networks(node.host),
        timeout_s=node.timeout_s,
    )


def _networks(host: str) -> tuple[Network, ...]:
    try:
        found = {str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise NoAnswer(f"no such host: {host}") from error
    return tuple(ipaddress.ip_network(address) for address in sorted(found))
