"""The verbs of `lungview pacs` that speak with a node."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.errors import LungViewError, ReadError

if TYPE_CHECKING:
    from lungview.sources.retrieval import Retrieved
    from lungview.sources.source import FoundSeries, FoundStudy


def echo(args: argparse.Namespace) -> int:
    """Print who answered and how fast. Raises NetworkError."""
    from lungview.sources import archives

    seconds = archives.echo(archives.node(args.node))
    _print({"node": args.node, "answered": True, "seconds": round(seconds, 3)})
    return OK


def find(args: argparse.Namespace) -> int:
    """Print a line a study, or a series, as the answers come. Raises NetworkError."""
    from lungview.sources import archives
    from lungview.sources.source import Query

    query = Query(
        args.patient_name, args.patient_id, args.date, args.modality, args.accession, args.study,
        of_series=bool(args.study), most=args.most,
    )  # fmt: skip
    found = archives.find(archives.node(args.node), query, lambda each: _print(_told(each)))
    if not found.complete:
        print(f"lungview: more than {args.most} answers; the rest was not waited for", file=sys.stderr)
    return OK


def retrieve(args: argparse.Namespace) -> int:
    """Print a line a series. Returns 0, 3 where objects are missing, 1 where none came."""

    lines = list(_retrieved(args))
    if not any(line["received"] for line in lines):
        return COULD_NOT
    return SOME_FAILED if any("error" in line or line["missing"] for line in lines) else OK


def _retrieved(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from lungview.sources import archives
    from lungview.sources.folder import Folder
    from lungview.sources.source import Query

    node, folder = archives.node(args.node), Folder(args.out)
    query = Query(study_uid=args.study, series_uid=args.series, of_series=True)
    found = archives.find(node, query).series
    if not found:
        raise ReadError("the archive has no such study or series")
    for series in found:
        try:
            line = _came(archives.retrieve(node, series, folder, by_move=args.verb == "move"))
        except LungViewError as error:
            print(f"lungview: {error}" + (f" ({error.hint})" if error.hint else ""), file=sys.stderr)
            line = {"series_uid": series.series_uid, "received": 0, "missing": [], "error": error.message}
        _print(line)
        yield line


def _came(result: Retrieved) -> dict[str, Any]:
    return {
        "study_uid": result.series.study_uid,
        "series_uid": result.series.series_uid,
        "modality": result.series.modality,
        "received": result.received,
        "missing": list(result.missing),
        "folder": str(result.folder),
    }


def send(args: argparse.Namespace) -> int:
    """Print a line whenever an object's state changes. Returns 0, 3 where some failed, 1 where all did."""
    from lungview.sources import archives
    from lungview.sources.outgoing import Outgoing
    from lungview.sources.sending import Outcome, State

    node, states = archives.node(args.node), {}

    def say(outcome: Outcome) -> None:
        states[outcome.path] = outcome.state
        _print({"path": str(outcome.path), "state": str(outcome.state), "reason": outcome.reason})

    files = [each.absolute() for each in _files(args.paths)]
    with Outgoing(tries=node.tries, pause_s=1.0) as queue:
        queue.put(args.node, files)
        if args.again:
            queue.again(args.node, files)
        for item in queue.items(args.node):
            if item.path in files and item.state is not State.WAITING:
                say(Outcome(item.path, item.state, item.reason))
        queue.drain(args.node, archives.transmit(node), say)
    failed = sum(state is State.FAILED for state in states.values())
    if not failed:
        return OK
    return SOME_FAILED if failed < len(states) else COULD_NOT


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            within = [each for each in sorted(path.rglob("*")) if each.is_file()]
            if not within:
                raise ReadError("there is no file in this folder", path)
            yield from within
        elif path.exists():
            yield path
        else:
            raise ReadError("there is no such file", path)


def _told(found: FoundStudy | FoundSeries) -> dict[str, Any]:
    values = asdict(found)
    if "accession" in values:
        values["accession_number"] = values.pop("accession")
    return values


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)
