"""`lungview pacs …`: ask archives, fetch from them, send to them; one JSON object a line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lungview.cli.archives import pacs_nodes, pacs_retrieve

NAME = "pacs"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="query, retrieve from and send to archives (DIMSE, DICOMweb)")
    verbs = command.add_subparsers(dest="verb", metavar="VERB", required=True)
    _verb(verbs, "echo", "whether a node is there and knows us (C-ECHO)", pacs_retrieve.echo)
    _query(_verb(verbs, "find", "studies, or with --study the series of one (C-FIND)", pacs_retrieve.find))
    for name, what in (("get", "C-GET"), ("move", "C-MOVE to the node's own_port")):
        retrieve = _verb(verbs, name, f"retrieve a study or one series ({what})", pacs_retrieve.retrieve)
        retrieve.add_argument("--study", required=True, metavar="UID")
        retrieve.add_argument("--series", default="", metavar="UID")
        retrieve.add_argument("--out", required=True, metavar="DIR", type=Path)
    send = _verb(verbs, "send", "send DICOM files, with storage commitment where offered", pacs_retrieve.send)
    send.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="none: what is in the queue")
    send.add_argument("--again", action="store_true", help="also what was sent before, or given up")
    pacs_nodes.add(verbs)


def _verb(verbs: Any, name: str, what: str, run: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = verbs.add_parser(name, help=what)
    command.add_argument(
        "--node", required=True, metavar="NAME", help="of `lungview pacs nodes`, or TITLE@HOST:PORT"
    )
    command.add_argument("--json", action="store_true", help="as without it: one JSON object a line")
    command.set_defaults(run=run)
    return command


def _query(command: argparse.ArgumentParser) -> None:
    command.add_argument("--patient-name", default="", metavar="TEXT", help="* and ? stand for letters")
    command.add_argument("--patient-id", default="", metavar="TEXT")
    command.add_argument("--date", default="", metavar="YYYYMMDD[-YYYYMMDD]", help="of the study")
    command.add_argument("--modality", default="", metavar="CT")
    command.add_argument("--accession", default="", metavar="NUMBER")
    command.add_argument("--study", default="", metavar="UID")
    command.add_argument("--most", type=int, default=1000, metavar="N", help="answers that are waited for")
