"""`lungview classify PATH…`: probabilities, verdict and heat maps of every slice, without a screen."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.cli.plain import plain
from lungview.errors import ReadError

if TYPE_CHECKING:
    from lungview.classify.case import Case
    from lungview.image.slice import Slice
    from lungview.model.input import Box
    from lungview.model.registry import Entry

NAME = "classify"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="classify files, folders and zips")
    command.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    command.add_argument("--model", metavar="ID", help="one of `lungview models list`; else the default")
    command.add_argument("--heatmap", metavar="DIR", type=Path, help="write the heat maps of every slice")
    command.add_argument(
        "--box",
        nargs=4,
        type=float,
        metavar=("TOP", "LEFT", "BOTTOM", "RIGHT"),
        help="the nodule, in pixels of the slice; for nodule models",
    )
    command.add_argument(
        "--override",
        action="store_true",
        help="judge what the model is not made for; recorded, and said in every output",
    )
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line a slice. Returns 0 done, 1 when nothing was classified, 3 when some files failed."""
    from lungview.model import registry
    from lungview.report.table import json_values

    model = registry.find(args.model) if args.model else registry.default()
    names = _Names()
    done = failed = 0
    for label, slice_, case in cases(args.paths, model, box=_box(args.box), override=args.override):
        line = json_values(case)
        if args.heatmap is not None and slice_ is not None and case.judged is not None:
            line["heatmap"] = str(_write(args.heatmap, names, label, slice_, case))
        print(json.dumps(line) if args.json else _text(line), flush=True)
        failed += "error" in line
        done += "error" not in line
    if not done and not failed:
        raise ReadError("there is no file to classify", args.paths[0])
    if not failed:
        return OK
    return SOME_FAILED if done else COULD_NOT


def cases(
    paths: list[Path], model: Entry, *, box: Box | None = None, override: bool = False
) -> Iterator[tuple[Path, Slice | None, Case]]:
    """Every frame of every file below some paths: what it is called, its slice, its case."""
    from lungview.classify.case import Case
    from lungview.classify.classify import classify_frames
    from lungview.classify.kept import record
    from lungview.image.slice import Instance
    from lungview.sources.files.candidates import candidates

    for found in candidates(paths):
        if found.error is not None:
            yield found.label, None, Case(Instance(found.path, member=found.member), error=found.error)
            continue
        for slice_, case in classify_frames(
            found.path, model, member=found.member, box=box, override=override
        ):
            told = record.overridden(slice_, case, box) if slice_ is not None else case
            yield found.label, slice_, told


def _box(values: list[float] | None) -> Box | None:
    from lungview.model.input import Box

    return Box(*values) if values else None


class _Names:
    """STEM.FRAME for each slice; a second file of the same name gets STEM-2."""

    def __init__(self) -> None:
        self._stems: dict[Path, str] = {}

    def name(self, label: Path, frame: int) -> str:
        if label not in self._stems:
            taken = set(self._stems.values())
            number, stem = 1, label.stem
            while stem in taken:
                number += 1
                stem = f"{label.stem}-{number}"
            self._stems[label] = stem
        return f"{self._stems[label]}.{frame}"


def _write(folder: Path, names: _Names, label: Path, slice_: Slice, case: Case) -> Path:
    from lungview.classify import export

    assert case.judged is not None
    return export.write(folder, names.name(label, case.instance.frame), slice_, case.judged)[0]


def _text(line: dict[str, Any]) -> str:
    from lungview.classify import words
    from lungview.classify.case import Refusal

    where = plain(line["path"]) + (f" [{line['frame']}]" if line["frame"] else "")
    if "error" in line:
        print(f"lungview: {where}: {plain(line['error'])}", file=sys.stderr)
        return f"{where}: not classified"
    reasons = line["suitability"]["reasons"]
    why = f" ({'; '.join(reasons)})" if reasons else ""
    if line["probabilities"] is None:
        unlike = line["suitability"]["refusal"] is Refusal.UNLIKE
        other = "; `lungview findings` still answers" if unlike else ""
        return f"{where}: {line['verdict']}{why}{other}"
    word = "probability" if line["calibrated"] else "score"
    best = words.share(max(line["probabilities"]))
    overridden = f"; suitability check {words.OVERRIDDEN}" if line["overridden"] else ""
    return f"{where}: {line['label']}, {word} {best}, {line['verdict']}{overridden}{why}"
