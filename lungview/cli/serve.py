"""`lungview serve`: the page in the browser and its HTTP interface, for this computer alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import OK
from lungview.cli.extras import needed
from lungview.errors import InputError
from lungview.machine import cpus

if TYPE_CHECKING:
    from lungview.serve.server import Public

NAME = "serve"
PORT = 8731


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="the page in the browser (needs lungview[serve])")
    command.add_argument("--port", type=_port, default=PORT, help=f"else {PORT}; 0 takes a free one")
    command.add_argument("--models", nargs="+", default=[], metavar="ID", help="offer these alone")
    command.add_argument("--workers", type=_count, metavar="N", help="processes; else one a CPU")
    command.add_argument(
        "--public", action="store_true", help="serve other computers: needs TLS, a token and a name"
    )
    command.add_argument("--name", action="append", default=[], metavar="HOST", help="as others reach it")
    command.add_argument("--address", default="0.0.0.0", help="of this computer, to listen at")
    command.add_argument("--certificate", type=Path, metavar="FILE", help="PEM, the whole chain")
    command.add_argument("--key", type=Path, metavar="FILE", help="PEM")
    command.add_argument("--token-file", type=Path, metavar="FILE", help="32 characters or more, in a line")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM."""

    with needed("the page", "serve"):
        from lungview.serve.offer import installed
        from lungview.serve.server import serve
    public = _public(args)
    serve(installed(args.models), args.port, args.workers or cpus(), public=public, started=_say)
    return OK


def _say(address: str) -> None:
    print(f"LungView: {address}  (research use only; Ctrl+C ends it)", flush=True)


def _public(args: argparse.Namespace) -> Public | None:
    """What --public needs, all of it or a sentence that says what is missing."""
    from lungview.serve.server import Public, read_token

    needed = {
        "--name": args.name,
        "--certificate": args.certificate,
        "--key": args.key,
        "--token-file": args.token_file,
    }
    given = [option for option, value in needed.items() if value]
    if not args.public:
        if given:
            raise InputError(f"{given[0]} is for --public", hint="add --public, or leave it out")
        return None
    if missing := [option for option in needed if option not in given]:
        raise InputError(f"--public needs TLS, a token and a name; missing: {', '.join(missing)}")
    token = read_token(args.token_file)
    return Public(tuple(args.name), args.certificate, args.key, token, args.address)


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise ValueError
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 64:
        raise ValueError
    return value
