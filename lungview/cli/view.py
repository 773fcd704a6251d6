"""`lungview [PATH…]`: open the window."""

from __future__ import annotations

import argparse
from typing import Any

NAME = "view"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="open the window (the default)")
    command.add_argument("paths", nargs="*", metavar="PATH")
    command.add_argument(
        "--safe", action="store_true", help="with the default settings and layout, for this run only"
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from lungview.ui.start import early

    with early.spared_collector():
        early.spare_sources()  # this loads Qt, which only a window needs
        from lungview.ui.start import startup

        return startup.run(args.paths, safe=args.safe)
