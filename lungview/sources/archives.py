"""What can be asked of a remote node, whichever way it speaks: DIMSE or DICOMweb."""

from __future__ import annotations

from functools import partial

from lungview import settings
from lungview.errors import NetworkError, SettingsError
from lungview.remote_nodes import DicomNode, RemoteNode, from_address
from lungview.sources.folder import Folder
from lungview.sources.outgoing import Transmit
from lungview.sources.retrieval import OnObject, Retrieved
from lungview.sources.source import Cancel, Found, FoundSeries, OnFound, Query, never


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
        raise SettingsError(
            f"no node {name!r}; there are: {names}", hint="lungview pacs add, or TITLE@HOST:PORT"
        )
    return found


def _dimse_only(node: RemoteNode) -> DicomNode:
    if not isinstance(node, DicomNode):
        raise NetworkError(f"{node.name} speaks DICOMweb; expected a node with an AE title")
    return node


def echo(node: RemoteNode) -> float:
    """Seconds until a node has answered. Raises NetworkError."""
    from lungview.sources.pacs import echo as dimse

    return dimse.echo(_dimse_only(node))


def find(node: RemoteNode, query: Query, on_found: OnFound | None = None, cancelled: Cancel = never) -> Found:
    """What fits a query. Raises NetworkError, Cancelled."""
    from lungview.sources.pacs import find as dimse

    return dimse.find(_dimse_only(node), query, on_found, cancelled)


def retrieve(
    node: RemoteNode,
    series: FoundSeries,
    folder: Folder,
    on_object: OnObject | None = None,
    cancelled: Cancel = never,
    *,
    by_move: bool = False,
) -> Retrieved:
    """A series into a folder. Raises NetworkError, ReportError (no room), Cancelled."""
    from lungview.sources.pacs import retrieve as dimse

    way = dimse.move if by_move else dimse.get
    return way(_dimse_only(node), series, folder, on_object, cancelled)


def transmit(node: RemoteNode) -> Transmit:
    """How the queue sends to a node."""
    from lungview.sources.pacs.send import send

    return partial(send, _dimse_only(node))


def conformance() -> str:
    """The DICOM conformance statement, Markdown."""
    from lungview.sources.pacs import conformance as statement

    return statement.text()
