"""Asking archives for earlier studies of a patient: only where the reader has switched it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lungview.errors import Cancelled, LungViewError, NetworkError
from lungview.remote_nodes import RemoteNode
from lungview.settings import Settings
from lungview.sources import archives
from lungview.sources.source import Cancel, Query, check
from lungview.viewer.archives.priors import Now, Offer

_WILD = "*?"


def nodes_to_ask(settings: Settings, origin: str) -> tuple[RemoteNode, ...]:
    """The archives that may be asked. origin: the archive that the study came from, "" for a file's."""
    nodes: Mapping[str, RemoteNode] = settings.nodes
    if settings.ask_priors == "all":
        first = [nodes[origin]] if origin in nodes else []
        return (*first, *(node for name, node in nodes.items() if name != origin))
    return (nodes[origin],) if settings.ask_priors == "origin" and origin in nodes else ()


def gone(name: str) -> str:
    """That the archive of a study is no longer in the settings."""
    return f"The study came from {name}, which is no longer among the archives."


def may_be_asked_for(now: Now) -> bool:
    """Whether its Patient ID names one patient: with a wildcard in it an archive would list many."""
    number = now.patient.patient_id.strip()
    return bool(number) and not any(letter in number for letter in _WILD)


def ask(emit: Callable[[object], None], cancelled: Cancel, nodes: Sequence[RemoteNode], now: Now) -> Offer:
    """The earlier studies that archives have, one archive after the other; emits the Offer after each.

    An archive that cannot be asked costs itself alone. Raises Cancelled.
    """
    offer = Offer()
    for node in nodes:
        offer = _asked(offer, node, now, cancelled)
        emit(offer)
    return offer


def _asked(offer: Offer, node: RemoteNode, now: Now, cancelled: Cancel) -> Offer:
    check(cancelled)
    try:
        found = archives.find(node, Query(patient_id=now.patient.patient_id.strip()), cancelled=cancelled)
    except Cancelled:
        raise
    except LungViewError as error:
        return replace(offer, faults=(*offer.faults, (node.name, error.message)))
    offer = offer.with_(now, node.name, found.studies)
    if found.complete:
        return offer
    more = NetworkError(f"{node.name} has more studies of this patient than are listed")
    return replace(offer, faults=(*offer.faults, (node.name, more.message)))
