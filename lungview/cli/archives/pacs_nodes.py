"""`lungview pacs nodes|add|remove|conformance`: archives in the settings, and what is claimed of us."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any


def add(verbs: Any) -> None:
    verbs.add_parser("nodes", help="the nodes in the settings").set_defaults(run=_nodes)
    verbs.add_parser("conformance", help="the DICOM conformance statement").set_defaults(run=_conformance)
    remove = verbs.add_parser("remove", help="take a node out of the settings")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove)
    command = verbs.add_parser("add", help="put a node into the settings, or change it")
    command.add_argument("name", metavar="NAME")
    command.add_argument("address", metavar="TITLE@HOST:PORT|URL", help="of DIMSE, or of DICOMweb")
    command.add_argument("--basic", metavar="USER", help="of a URL: log in by name and password")
    command.add_argument("--bearer", action="store_true", help="of a URL: log in by a token")
    command.add_argument("--own-title", metavar="TITLE", help="what we call ourselves; else LUNGVIEW")
    command.add_argument("--own-port", type=int, metavar="PORT", help="for C-MOVE and storage commitment")
    command.add_argument("--own-host", metavar="HOST", help="where that port listens; else 127.0.0.1")
    command.add_argument("--timeout", type=float, dest="timeout_s", metavar="SECONDS")
    command.add_argument("--tries", type=int, metavar="N")
    _tls_arguments(command)
    command.set_defaults(run=_add)
    login = verbs.add_parser("login", help="keep a node's password or token in the system's key store")
    login.add_argument("name", metavar="NAME")
    login.add_argument("--forget", action="store_true", help="take it out again")
    login.set_defaults(run=_login)


def _tls_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tls", action="store_true", help="speak TLS, 1.2 or later")
    command.add_argument("--tls-ca", default="", dest="authorities", metavar="PEM", help="else the system's")
    command.add_argument("--tls-cert", default="", dest="certificate", metavar="PEM", help="our own")
    command.add_argument("--tls-key", default="", dest="key", metavar="PEM", help="its key")
    command.add_argument(
        "--tls-host", default="", dest="host", metavar="NAME", help="in the node's certificate"
    )


def _nodes(_args: argparse.Namespace) -> int:
    from lungview import remote_nodes, settings

    for name, values in remote_nodes.plain(settings.load().settings.nodes).items():
        print(json.dumps({"name": name, **values}))
    return 0


def _conformance(_args: argparse.Namespace) -> int:
    from lungview.sources import archives

    print(archives.conformance(), end="")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from lungview import settings
    from lungview.errors import SettingsError

    known = settings.load().settings
    if args.name not in known.nodes:
        raise SettingsError(f"no node {args.name!r}; there are: {', '.join(known.nodes) or 'none'}")
    left = {name: node for name, node in known.nodes.items() if name != args.name}
    settings.save(replace(known, nodes=left))
    return 0


def _add(args: argparse.Namespace) -> int:
    from lungview import remote_nodes, settings
    from lungview.errors import SettingsError

    known = settings.load().settings
    try:
        made = remote_nodes.checked({args.name: _values(args)})
    except ValueError as error:
        raise SettingsError(f"expected {error}, found {args.address!r}") from None
    settings.save(replace(known, nodes={**known.nodes, **made}))
    return 0


def _values(args: argparse.Namespace) -> dict[str, Any]:
    """The node as the settings' file has it. Raises ValueError."""
    values = _web_values(args) if "://" in args.address else _dicom_values(args)
    given = ("timeout_s", "tries")
    values |= {name: value for name in given if (value := getattr(args, name)) is not None}
    secure = {name: getattr(args, name) for name in ("authorities", "certificate", "key", "host")}
    if args.tls or any(secure.values()):
        values["tls"] = secure
    return values


def _dicom_values(args: argparse.Namespace) -> dict[str, Any]:
    from lungview.remote_nodes import from_address

    found = from_address(args.address)
    if found is None:
        raise ValueError("an address TITLE@HOST:PORT, or a URL")
    given = ("own_title", "own_port", "own_host")
    own = {name: value for name in given if (value := getattr(args, name)) is not None}
    return {"ae_title": found.ae_title, "host": found.host, "port": found.port, **own}


def _web_values(args: argparse.Namespace) -> dict[str, Any]:
    if args.basic:
        return {"url": args.address, "authentication": "basic", "user": args.basic}
    return {"url": args.address, "authentication": "bearer" if args.bearer else "none"}


def _login(args: argparse.Namespace) -> int:
    import getpass
    import sys

    from lungview.sources import archives

    node = archives.web_node(args.name)
    value = ""
    if not args.forget:
        ask = f"Password or token of {node.user or node.name}: "
        value = getpass.getpass(ask) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    archives.keep_secret(node, value)
    return 0
