"""`lungview node`: receive studies, judge them, answer to an archive; a JSON line an event."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.archives.bounded import (
    amount,
    more_than_none,
    network,
    none_or_more,
    one_or_more,
    port,
    title,
)
from lungview.cli.exit_codes import OK

if TYPE_CHECKING:
    from lungview.node.configuration import Configuration
    from lungview.remote_nodes import RemoteNode
    from lungview.sources.pacs.receive import Listening

NAME = "node"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(
        NAME, help="a DICOM node that judges what it receives and answers to an archive"
    )
    command.add_argument("--port", type=port, required=True, metavar="P", help="to listen on")
    command.add_argument("--model", required=True, metavar="ID", help="one of `lungview models list`")
    command.add_argument("--answer", metavar="NODE", help="where results go: a node of `lungview pacs nodes`")
    command.add_argument("--title", type=title, default="LUNGVIEW", metavar="TITLE", help="our AE title")
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on")
    command.add_argument("--data", type=Path, metavar="DIR", help="else the program's own data folder")
    command.add_argument("--quiet", type=amount, default=60.0, metavar="S", help="until a study is complete")
    command.add_argument("--step", type=one_or_more, default=1, metavar="N", help="judge every n-th slice")
    _answer_tls(command)
    _safety(command)
    _bounds(command)
    _allowance(command)
    command.set_defaults(run=run)


def _answer_tls(command: argparse.ArgumentParser) -> None:
    """For a node given by its address; one of the settings has its own."""
    command.add_argument(
        "--answer-tls-ca", default="", metavar="PEM", help="answer with TLS, to whom it has signed"
    )
    command.add_argument("--answer-tls-cert", default="", metavar="PEM", help="ours, where one is asked for")
    command.add_argument("--answer-tls-key", default="", metavar="PEM")


def _safety(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--allow-title", action="append", default=[], type=title, metavar="TITLE", help="who may call"
    )
    command.add_argument("--allow-address", action="append", default=[], type=network, metavar="NETWORK")
    command.add_argument("--tls-cert", default="", metavar="PEM", help="listen with TLS 1.2 or later")
    command.add_argument("--tls-key", default="", metavar="PEM")
    command.add_argument("--tls-ca", default="", metavar="PEM", help="take only callers it has signed")
    command.add_argument(
        "--without-tls", action="store_true", help="listen beyond loopback without TLS all the same"
    )


def _bounds(command: argparse.ArgumentParser) -> None:
    command.add_argument("--keep-days", type=amount, default=7.0, metavar="N", help="0 deletes nothing")
    command.add_argument(
        "--least-free-mb", type=none_or_more, default=2_000, metavar="N", help="of disk, to be left"
    )
    command.add_argument(
        "--most-waiting-mb", type=none_or_more, default=50_000, metavar="N", help="to be judged"
    )
    command.add_argument(
        "--most-object-mb", type=one_or_more, default=512, metavar="N", help="in memory at a time"
    )
    command.add_argument("--most-associations", type=one_or_more, default=16, metavar="N")
    command.add_argument(
        "--judge-minutes", type=more_than_none, default=30.0, metavar="N", help="the longest a study"
    )
    command.add_argument("--metrics-port", type=port, default=0, metavar="P", help="on loopback; 0 is none")


def _allowance(command: argparse.ArgumentParser) -> None:
    """What one association may take before it is ended, and one address within an hour."""
    command.add_argument(
        "--association-minutes", type=more_than_none, default=60.0, metavar="N", help="the longest one"
    )
    command.add_argument(
        "--association-requests", type=one_or_more, default=50_000, metavar="N", help="of one at most"
    )
    command.add_argument(
        "--association-gb", type=more_than_none, default=64.0, metavar="N", help="of one at most"
    )
    command.add_argument(
        "--peer-associations",
        type=none_or_more,
        default=0,
        metavar="N",
        help="of one address at one time; 0 is half",
    )
    command.add_argument("--peer-requests", type=one_or_more, default=250_000, metavar="N", help="an hour")
    command.add_argument("--peer-gb", type=more_than_none, default=256.0, metavar="N", help="an hour")


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl+C. Raises LungViewError where it cannot start."""
    from lungview.node.node import Node

    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    node = Node(_configuration(args), _Lines())
    node.start()
    stopped.wait()
    node.stop()
    return OK


class _Lines:
    """Events as JSON lines on stdout; from several threads, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, word: str, values: dict[str, Any]) -> None:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            sys.stdout.write(json.dumps({"time": moment, "event": word, **values}) + "\n")
            sys.stdout.flush()


def _configuration(args: argparse.Namespace) -> Configuration:
    from lungview import paths
    from lungview.node.configuration import Configuration

    return Configuration(
        _listening(args),
        (args.data or paths.data() / NAME).absolute(),
        args.model,
        _answer(args) if args.answer else None,
        quiet_s=args.quiet,
        step=args.step,
        keep_days=args.keep_days,
        least_free_mb=args.least_free_mb,
        most_waiting_mb=args.most_waiting_mb,
        judge_s=args.judge_minutes * 60,
        metrics_port=args.metrics_port,
        beyond_loopback_without_tls=args.without_tls,
    )


def _answer(args: argparse.Namespace) -> RemoteNode:
    """Where results go; to an address under our title, and with the TLS given. Raises SettingsError."""
    from lungview.errors import SettingsError
    from lungview.remote_nodes import DicomNode, Tls
    from lungview.sources import archives

    named = archives.node(args.answer)
    authorities, *own = args.answer_tls_ca, args.answer_tls_cert, args.answer_tls_key
    if any(own) and not authorities:
        raise SettingsError("--answer-tls-cert and --answer-tls-key take --answer-tls-ca")
    if isinstance(named, DicomNode) and "@" in args.answer:
        return replace(named, own_title=args.title, tls=Tls(authorities, *own) if authorities else None)
    if authorities:
        raise SettingsError(f"the TLS of {args.answer} is in the settings", hint="lungview pacs add")
    return named


def _listening(args: argparse.Namespace) -> Listening:
    """Raises SettingsError: files for TLS without the one that switches it on."""
    from lungview.errors import SettingsError
    from lungview.remote_nodes import Tls
    from lungview.sources.pacs.bounds import Allowance
    from lungview.sources.pacs.receive import Listening

    if (args.tls_key or args.tls_ca) and not args.tls_cert:
        raise SettingsError("--tls-key and --tls-ca take --tls-cert: without it there is no TLS")
    return Listening(
        args.title,
        args.host,
        args.port,
        Tls(args.tls_ca, args.tls_cert, args.tls_key) if args.tls_cert else None,
        titles=frozenset(args.allow_title),
        networks=tuple(args.allow_address),
        most_associations=args.most_associations,
        most_bytes=args.most_object_mb << 20,
        allowance=Allowance(
            longest_s=args.association_minutes * 60,
            requests=args.association_requests,
            sent=int(args.association_gb * 1e9),
            peer_lines=args.peer_associations,
            peer_requests=args.peer_requests,
            peer_sent=int(args.peer_gb * 1e9),
        ),
    )
