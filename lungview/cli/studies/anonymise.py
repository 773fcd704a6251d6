"""`lungview anonymise IN --out OUT`: DICOM files without what tells whose they are (PS3.15 Annex E)."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.cli.plain import plain

if TYPE_CHECKING:
    from lungview.report.anonymise.run import Outcome

NAME = "anonymise"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="copies without what tells whose they are (PS3.15 Annex E)")
    command.add_argument("paths", nargs="+", metavar="IN", type=Path, help="files, folders, zips")
    command.add_argument(
        "--out", required=True, metavar="OUT", type=Path, help="a new folder, or a file that ends in .zip"
    )
    command.add_argument(
        "--keep",
        metavar="NAME,…",
        default="",
        help="dates, uids, device, institution, patient (sex, age, size, weight), descriptors (known words)",
    )
    command.add_argument("--dicomdir", action="store_true", help="write a DICOMDIR, for media")
    command.add_argument(
        "--with-burned-in", action="store_true", help="write pictures that may have a name in them, too"
    )
    command.add_argument("--json", action="store_true", help="one JSON object a line, then a summary")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line a file and a summary. Returns 0 done, 1 nothing written, 3 some failed or show text.

    Copies appear together at the end, so that lines that name one are kept back until they do.
    """
    from lungview.report.anonymise import run as work
    from lungview.report.anonymise.profile import Profile
    from lungview.report.anonymise.target import target

    profile = Profile(tuple(name.strip() for name in args.keep.split(",") if name.strip()))
    counts: Counter[str] = Counter()
    written: list[Outcome] = []
    with target(args.out, tuple(args.paths), dicomdir=args.dicomdir) as place:
        for outcome in work.anonymise(tuple(args.paths), place, profile, with_burned_in=args.with_burned_in):
            counts[outcome.status] += 1
            if outcome.name:
                written.append(outcome)
            else:
                print(_line(outcome, args.json), flush=True)
    for outcome in written:
        print(_line(outcome, args.json))
    print(_summary(counts, args.out, args.json), flush=True)
    if counts[work.BURNED_IN]:
        return SOME_FAILED
    if not counts[work.WRITTEN]:
        return COULD_NOT
    return SOME_FAILED if counts[work.FAILED] else OK


def _line(outcome: Outcome, as_json: bool) -> str:
    if as_json:
        about = {"path": str(outcome.path), "status": outcome.status}
        return json.dumps(about | {"file": outcome.name or None, "reason": outcome.reason or None})
    where = f" → {outcome.name}" if outcome.name else ""
    why = f" ({outcome.reason})" if outcome.reason else ""
    return plain(f"{outcome.path}: {outcome.status}{why}{where}")


def _summary(counts: Counter[str], out: Path, as_json: bool) -> str:
    if as_json:
        return json.dumps({"out": str(out), "counts": dict(counts)})
    return f"{plain(out)}: " + ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
