"""`lungview models combine MEMBER MEMBER…`: the mean of several models as one more model."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.cli.extras import needed
from lungview.cli.networks.models_import import checked_id
from lungview.errors import InputError


def add(actions: Any) -> None:
    parser = actions.add_parser("combine", help="several models as one more (needs lungview[train])")
    parser.add_argument("members", nargs="+", metavar="MEMBER")
    parser.add_argument("--id", required=True, help="short name: letters, digits, - and _")
    parser.add_argument("--name", default="", help="what people see")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="pictures whose validation part sets the operating point"
    )
    parser.add_argument("--split", type=Path, metavar="FILE", help="a CSV that says the parts")
    parser.add_argument("--out", type=Path, metavar="DIR", help="its folder (default: the user's models)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from lungview.model import registry

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    model_id = checked_id(args.id)
    out = args.out or paths.user_models() / model_id
    if (out / "card.json").exists():
        raise InputError(f"there is already a model {model_id}", out, "choose another --id")
    members = [registry.find(name) for name in args.members]
    with needed("combining", "train"):
        from lungview.training.combine import combine
    card = combine(members, model_id, out, name=args.name, data=args.data, split=args.split)
    print(f"{card.id}: the mean of {', '.join(m.id for m in card.ensemble)}, in {out}")
    return 0
