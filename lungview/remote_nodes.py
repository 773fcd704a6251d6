"""Other machines that studies come from and go to: one frozen value each, kept in the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

_TITLE = re.compile(r"[ -\[\]-~]{1,16}")  # AE of PS3.5 6.2: ASCII without backslash and controls
_ADDRESS = re.compile(r"(?P<title>[^@]+)@(?P<host>\[[0-9a-fA-F:]+\]|[^:@]+):(?P<port>\d{1,5})")


def is_title(text: str) -> bool:
    """Whether it may be the title of an application entity (PS3.5 6.2)."""
    return _TITLE.fullmatch(text) is not None and bool(text.strip())


@dataclass(frozen=True, slots=True)
class Tls:
    """How to speak TLS 1.2 or later (PS3.15 B.12). Paths of PEM files, "" for none.

    authorities: who may have signed the other side's certificate; "" is the system's list.
    certificate, key: our own. host: the name in the other side's certificate; "" is the address's.
    """

    authorities: str = ""
    certificate: str = ""
    key: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class DicomNode:
    """A machine that speaks DIMSE.

    own_title: what we call ourselves. own_host, own_port: where we listen for what it sends by itself, of
    C-MOVE and storage commitment; port 0 is nowhere. timeout_s: for a connection and for each answer.
    tries: in all, when it does not answer or breaks off.
    """

    name: str
    ae_title: str
    host: str
    port: int
    own_title: str = "LUNGVIEW"
    own_host: str = "127.0.0.1"
    own_port: int = 0
    timeout_s: float = 30.0
    tries: int = 3
    tls: Tls | None = None

    def __post_init__(self) -> None:
        for title in (self.ae_title, self.own_title):
            if not is_title(title):
                raise ValueError("an AE title of 1 to 16 ASCII characters without backslash")
        if not self.host:
            raise ValueError("a host name or address")
        if not 1 <= self.port <= 65535 or not 0 <= self.own_port <= 65535:
            raise ValueError("a port from 1 to 65535")
        _check_patience(self.timeout_s, self.tries)


@dataclass(frozen=True, slots=True)
class WebNode:
    """A machine that speaks DICOMweb (PS3.18).

    url: of the service, such as https://host/dicom-web. authentication: none, basic or bearer; the password
    or token is in the system's key store, never here.
    """

    name: str
    url: str
    authentication: str = "none"
    user: str = ""
    timeout_s: float = 30.0
    tries: int = 3
    tls: Tls | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("a URL of http or https, without user and password")
        if self.authentication not in ("none", "basic", "bearer"):
            raise ValueError("authentication by none, basic or bearer")
        _check_patience(self.timeout_s, self.tries)


RemoteNode = DicomNode | WebNode
NO_NODES: Mapping[str, RemoteNode] = MappingProxyType({})


def _check_patience(timeout_s: float, tries: int) -> None:
    if not 0.1 <= timeout_s <= 3600 or not 1 <= tries <= 100:
        raise ValueError("a timeout from 0.1 to 3600 s and from 1 to 100 tries")


def checked(value: object) -> Mapping[str, RemoteNode]:
    """Nodes by name, from a table of tables. ValueError says what was expected."""
    if not isinstance(value, Mapping):
        raise ValueError("a table of nodes, each a table")
    return MappingProxyType({str(name): _node(str(name), item) for name, item in value.items()})


def plain(nodes: Mapping[str, RemoteNode]) -> dict[str, dict[str, Any]]:
    """The same as tables for a JSON file, without what is as it is by default."""
    return {name: _without_defaults(node) for name, node in nodes.items()}


def from_address(text: str) -> DicomNode | None:
    """The node of `TITLE@HOST:PORT`, None for any other text. Raises ValueError for a bad title or port."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    return DicomNode(text, found["title"], found["host"].strip("[]"), int(found["port"]))


def _node(name: str, item: object) -> RemoteNode:
    if isinstance(item, DicomNode | WebNode):
        return item
    if not name.strip() or "@" in name or "://" in name:
        raise ValueError("a node's name without @ and ://")
    if not isinstance(item, Mapping):
        raise ValueError("a table of nodes, each a table")
    kind = WebNode if "url" in item else DicomNode
    return kind(name=name, **_values(kind, item))


def _values(kind: type[DicomNode] | type[WebNode], item: Mapping[Any, Any]) -> dict[str, Any]:
    known = {each.name: each.type for each in fields(kind) if each.name != "name"}
    if unknown := set(item) - set(known):
        raise ValueError(f"of a node {', '.join(known)}, not {', '.join(map(str, sorted(unknown)))}")
    values = {key: _value(key, str(known[key]), value) for key, value in item.items()}
    needed = ("url",) if kind is WebNode else ("ae_title", "host", "port")
    if missing := [key for key in needed if key not in values]:
        raise ValueError(f"a node with {', '.join(missing)}")
    return values


def _value(key: str, kind: str, value: Any) -> Any:
    """One value as the field's type has it; a whole number counts as a number, true and false as neither."""
    if key == "tls":
        return _tls(value)
    if kind == "float" and type(value) in (int, float):
        return float(value)
    if type(value).__name__ != kind:
        raise ValueError(f"{key} of a node as {_WORDS[kind]}")
    return value


_WORDS = {"str": "a text", "int": "a whole number", "float": "a number"}


def _tls(value: Any) -> Tls | None:
    known = [each.name for each in fields(Tls)]
    if value is None or isinstance(value, Tls):
        return value
    if not isinstance(value, Mapping) or not set(value) <= set(known):
        raise ValueError(f"tls of a node with {', '.join(known)}")
    if not all(isinstance(path, str) for path in value.values()):
        raise ValueError("tls of a node with paths as texts")
    return Tls(**value)


def _without_defaults(node: RemoteNode) -> dict[str, Any]:
    told = {each.name: getattr(node, each.name) for each in fields(node)}
    kept = {n: told[n] for n, default in _defaults(node).items() if told[n] != default and n != "name"}
    return kept | ({"tls": asdict(node.tls)} if node.tls else {})


def _defaults(node: RemoteNode) -> dict[str, Any]:
    return {each.name: each.default for each in fields(node)}
