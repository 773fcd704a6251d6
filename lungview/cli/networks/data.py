"""`lungview data check DIR`: copies, leaks, shortcuts and bad files of labelled data, before it trains."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from lungview.cli.extras import needed
from lungview.cli.plain import plain
from lungview.errors import InputError

NAME = "data"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="check labelled data before it trains")
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="copies, leaks between parts, shortcuts, unreadable files")
    check.add_argument("data", type=Path, metavar="DIR", help="class folders, or a CSV: path, class, …")
    check.add_argument("--split", type=Path, metavar="FILE", help="a CSV that says the parts")
    check.add_argument("--out", type=Path, metavar="FILE", help="write a leakage-free split to this CSV")
    check.add_argument("--seed", type=int, default=0, help="of the split that is written")
    check.add_argument("--json", action="store_true", help="one JSON object")
    check.set_defaults(run=run)
    _add_transfer(actions)


def _add_transfer(actions: Any) -> None:
    transfer = actions.add_parser("transfer", help="leave one source out: cancer learned here, tested there")
    transfer.add_argument("learned", type=Path, metavar="DIR", help="subtype pictures to learn from")
    transfer.add_argument("left_out", type=Path, metavar="DIR", help="subtype pictures to judge")
    transfer.add_argument("--split", type=Path, metavar="FILE", help="the parts of the first")
    transfer.add_argument("--arch", default="mobilenet_v2", help="frozen network whose features are used")
    transfer.add_argument("--weights", default="imagenet", help="imagenet, or an .npz file")
    transfer.add_argument("--layer", default="", help="its layer; default: the last with rows and columns")
    transfer.add_argument("--json", action="store_true", help="one JSON object a line")
    transfer.set_defaults(run=run_transfer)


def run_transfer(args: argparse.Namespace) -> int:
    """One line for the rules that need no learning, one for each look at the pictures."""
    from lungview.training.data import dataset

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with needed("measuring what carries over", "train"):
        from lungview.training import architectures
        from lungview.training.learn import weights
        from lungview.training.measure import transfer
    look = dataset.Look((320, 320))
    learned = dataset.load(args.learned, "subtype", split=args.split, look=look)
    left_out = dataset.load(args.left_out, "subtype", look=look)
    architecture = architectures.find(args.arch)
    shape = (architecture.size, architecture.size, 3)
    model = weights.start(architecture, shape, len(learned.classes), args.weights)
    layer = args.layer or transfer.last_map(model)
    embed = transfer.embedder(model, layer, architecture.scale)
    _tell(args.json, {"rules": {"learned": transfer.rules(learned), "left_out": transfer.rules(left_out)}})
    for name, change in transfer.LOOKS.items():
        found = transfer.carry_over(learned, left_out, embed, change)
        _tell(args.json, {"look": name, "network": args.arch, "layer": layer, **found})
    return 0


def _tell(as_json: bool, line: dict[str, Any]) -> None:
    if as_json:
        print(json.dumps(line), flush=True)
    elif "rules" in line:
        for source, found in line["rules"].items():
            print(f"{source}: " + ", ".join(f"{name} alone AUC {auc:.3f}" for name, auc in found.items()))
    else:
        low, high = line["ci95"]
        print(
            f"{line['look']:18} AUC {line['auc']:.3f} ({low:.3f} to {high:.3f}) on {line['n']} left out, "
            f"{line['auc_own']:.3f} on its own test part; gate refuses {line['refused']:.1%}",
            flush=True,
        )


def run(args: argparse.Namespace) -> int:
    """Exit 0, or 3 when some files are unreadable."""
    from lungview.training.data.listing import rows
    from lungview.training.measure import check

    found = check.check(rows(args.data, args.split))
    result = check.report(found)
    if args.out is not None:
        root = args.data if args.data.is_dir() else args.data.parent
        try:
            result["split"] = check.write_split(found, args.out, root, args.seed)
        except OSError as error:
            raise InputError(f"the split cannot be written ({error.strerror})", args.out) from error
    if args.json:
        print(json.dumps(result))
    else:
        print("\n".join(_sentences(result)))
    for path, reason in result["unreadable"]:
        print(plain(f"lungview: {path}: {reason}"), file=sys.stderr)
    return 3 if result["unreadable"] else 0


def _sentences(result: dict[str, Any]) -> list[str]:
    lines = [
        f"{result['files']} files, {len(result['unreadable'])} unreadable, {result['distinct']} distinct, "
        f"{result['near_duplicate_groups']} groups of near-duplicates, {result['blocks']} blocks"
    ]
    for key, c in result["classes"].items():
        parts = ", ".join(f"{part} {n}" for part, n in c["parts"].items())
        lines.append(f"  {key}: {c['files']} files, {c['distinct']} distinct, {c['blocks']} blocks ({parts})")
    for name, c in result["across_parts"].items():
        lines.append(f"leak {name}: {c['exact']} exact pairs, {c['near']} near or exact")
    for part, c in result["copies_in_train"].items():
        lines.append(f"{part}: {c['exact']} of {c['n']} are exact copies of training pictures")
    for first, second in result["two_labels"]:
        lines.append(f"same picture, two labels: {first} = {second}")
    lines += _shortcut("", result["shortcut"])
    if result["shortcut_on_test"]:
        lines += _shortcut("from train to test: ", result["shortcut_on_test"])
    grain = [f"{k} {auc:.2f}" for k, auc in result["grain"].items() if not 0.2 < auc < 0.8]
    if grain:
        lines.append("noise in soft tissue alone tells (AUC): " + ", ".join(grain))
    if "split" in result:
        lines.append("written: " + ", ".join(f"{part} {n}" for part, n in result["split"].items()))
    return lines


def _shortcut(where: str, found: dict[str, Any]) -> list[str]:
    told = [k for k, recall in found["recall"].items() if recall > 0.5 and recall > 2 * found["chance"][k]]
    line = f"{where}size and format alone call {found['accuracy']:.0%} right"
    if not told:
        return [line]
    return [f"{line}; they give away: " + ", ".join(f"{k} {found['recall'][k]:.0%}" for k in told)]
