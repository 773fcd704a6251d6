"""`lungview models list | show | verify | import | combine`: what there is and says of itself."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from lungview.cli.networks import models_combine, models_import
from lungview.errors import LungViewError
from lungview.model import registry
from lungview.model.card import MALIGNANCY, ModelCard, to_json
from lungview.model.registry import Entry

NAME = "models"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="list, show, verify, import and combine models")
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the models there are")
    show = actions.add_parser("show", help="everything a model says of itself")
    verify = actions.add_parser("verify", help="check SHA-256, load and run: of one model, or of all")
    show.add_argument("model", metavar="ID")
    verify.add_argument("model", metavar="ID", nargs="*")
    for parser, run in ((listing, run_list), (show, run_show), (verify, run_verify)):
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.set_defaults(run=run)
    models_import.add(actions)
    models_combine.add(actions)


def run_list(args: argparse.Namespace) -> int:
    found = registry.scan()
    chosen = registry.default().card.id if found.entries else ""
    for entry in found.entries:
        card = entry.card
        if args.json:
            print(json.dumps(_line(card, card.id == chosen)))
        else:
            mark = "*" if card.id == chosen else " "
            print(f"{mark} {card.id:28} {card.task:8} {card.architecture:18} {_summary(card)}")
    _tell(found.problems)
    return 3 if found.problems else 0


def _line(card: ModelCard, is_default: bool) -> dict[str, Any]:
    return {
        "id": card.id,
        "task": card.task,
        "architecture": card.architecture,
        "classes": list(card.keys),
        "default": is_default,
        "sha256": card.sha256,
        "metrics": to_json(card)["metrics"],
    }


def _summary(card: ModelCard) -> str:
    for part, found in card.metrics.items():
        if isinstance(found, dict) and "within_patient_auc" in found:
            return f"within-patient AUC {found['within_patient_auc']:.3f} of {found['patients']} ({part})"
        if isinstance(found, dict) and "auc_diameter" in found:
            return f"AUC {found['auc']:.3f}, of the diameter {found['auc_diameter']:.3f} ({part})"
        if isinstance(found, dict) and "accuracy" in found:
            return f"accuracy {found['accuracy']:.3f} of {found.get('n', '?')} ({part})"
    return "not measured"


def run_show(args: argparse.Namespace) -> int:
    card = registry.find(args.model).card
    print(json.dumps(to_json(card), indent=None if args.json else 1, ensure_ascii=False))
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 when every model is whole, 1 when none is, 3 when some are not."""
    found = registry.scan()
    chosen = [registry.find(name) for name in args.model] or list(found.entries)
    failed = 0
    for entry in chosen:
        sentence = _check(entry)
        failed += bool(sentence)
        if args.json:
            print(json.dumps({"id": entry.card.id, "ok": not sentence, "detail": sentence}))
        else:
            print(f"{entry.card.id}: {sentence or 'whole'}")
    problems = () if args.model else found.problems
    _tell(problems)
    failed += len(problems)
    if not failed:
        return 0
    return 1 if failed == len(chosen) + len(problems) else 3


def _check(entry: Entry) -> str:
    from lungview.network import runtime  # LiteRT only when a network is wanted

    try:
        for member in registry.members(entry):
            runtime.verified(member)  # the file of this moment, not a network already held
            _load(member)
    except LungViewError as error:
        return error.message
    return ""


def _load(entry: Entry) -> None:
    from lungview.network import dense, runtime
    from lungview.nodules import judge

    if entry.card.classifies:
        runtime.load(entry)
    elif entry.card.task == MALIGNANCY:
        judge.load(entry)
    else:
        dense.load(entry)


def _tell(problems: tuple[LungViewError, ...]) -> None:
    for problem in problems:
        print(f"lungview: {problem}", file=sys.stderr)
