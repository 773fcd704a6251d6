"""What can be asked of a remote node, whichever way it speaks: DIMSE or DICOMweb."""

from __future__ import annotations

from functools import partial
from typing import BinaryIO

from lungview import settings
from lungview.errors import NetworkError, SettingsError
from lungview.remote_nodes import DicomNode, RemoteNode, WebNode, from_address
from lungview.sources.folder import Folder
from lungview.sources.outgoing import Transmit
from lungview.sources.retrieval import OnObject, Retrieved
from lungview.sources.retrying import OnRetry
from lungview.sources.source import Cancel, Found, FoundSeries, OnFound, Query, never
from lungview.study.key import ObjectKey


def node(name: str) -> RemoteNode:
    """The node of that name in the settings, or of an address TITLE@HOST:PORT. Raises SettingsError."""
    known = settings.load().settings.nodes
    if name in known:
        return known[name]
    try:
        found = from_address(name)
    except ValueError as error:
        raise SettingsError(f"a node's address takes {error}, found {name!r}") from None
    if found is None:
        names = ", ".join(known) or "none"
        raise SettingsError(f"no node {name!r}; there are: {names}", hint="lungview pacs add")
    return found


def web_node(name: str) -> WebNode:
    """The same where only DICOMweb has it. Raises SettingsError."""
    found = node(name)
    if not isinstance(found, WebNode):
        raise SettingsError(f"{name} speaks DIMSE; expected a node with a URL")
    return found


def echo(node: RemoteNode) -> float:
    """Seconds until a node has answered: C-ECHO, or a search for one study. Raises NetworkError."""
    if isinstance(node, WebNode):
        from lungview.sources.dicomweb import echo as web

        return web.echo(node)
    from lungview.sources.pacs import echo as dimse

    return dimse.echo(node)


def find(node: RemoteNode, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
    """What fits a query. Raises NetworkError, Cancelled."""
    if isinstance(node, WebNode):
        from lungview.sources.dicomweb import find as web

        return web.find(node, query, on_found, cancelled)
    from lungview.sources.pacs import find as dimse

    return dimse.find(node, query, on_found, cancelled)


def retrieve(
    node: RemoteNode,
    series: FoundSeries,
    folder: Folder,
    on_object: OnObject | None = None,
    cancelled: Cancel = never,
    *,
    by_move: bool = False,
    on_retry: OnRetry | None = None,
) -> Retrieved:
    """A series into a folder. Raises NetworkError, ReportError (no room), Cancelled."""
    if isinstance(node, WebNode):
        if by_move:
            raise NetworkError(f"{node.name} speaks DICOMweb, which moves nothing", hint="lungview pacs get")
        from lungview.sources.dicomweb import retrieve as web

        return web.get(node, series, folder, on_object, cancelled, on_retry=on_retry)
    from lungview.sources.pacs import retrieve as dimse

    way = dimse.move if by_move else dimse.get
    return way(node, series, folder, on_object, cancelled, on_retry=on_retry)


class Archive:
    """A remote node as a Source. The place of its keys is the study's and the series' UID, with a slash."""

    def __init__(self, node: RemoteNode) -> None:
        self.node = node

    def find(self, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
        """See `find`."""
        return find(self.node, query, on_found, cancelled)

    def open(self, key: ObjectKey) -> BinaryIO:
        """One object as a DICOM file. Raises NetworkError."""
        study_uid, _, series_uid = key.place.partition("/")
        if isinstance(self.node, DicomNode):
            from lungview.sources.pacs import retrieve as dimse

            return dimse.open_object(self.node, study_uid, series_uid, key.member)
        from lungview.sources.dicomweb import retrieve as web

        return web.open_object(self.node, study_uid, series_uid, key.member)


def transmit(node: RemoteNode) -> Transmit:
    """How the queue sends to a node."""
    if isinstance(node, WebNode):
        from lungview.sources.dicomweb import send as web

        return partial(web.send, node)
    from lungview.sources.pacs import send as dimse

    return partial(dimse.send, node)


def keep_secret(node: WebNode, value: str) -> None:
    """Put a node's password or token into the system's key store; "" takes it out. Raises NetworkError."""
    from lungview.sources.dicomweb import secrets

    secrets.keep(node, value)


def conformance() -> str:
    """The DICOM conformance statement, Markdown."""
    from lungview.sources.pacs import conformance as statement

    return statement.text()
