"""`lungview models import FILE`: a user's own Keras network, with the few things only its user knows."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from lungview import paths
from lungview.cli.extras import needed
from lungview.errors import InputError
from lungview.model import card as cards
from lungview.model.card import ClassLabel, ModelCard


def add(actions: Any) -> None:
    parser = actions.add_parser("import", help="take a .keras or .h5 network (needs lungview[train])")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--id", required=True, help="short name: letters, digits, - and _")
    parser.add_argument(
        "--class",
        dest="classes",
        action="append",
        required=True,
        metavar="KEY[:TEXT][:malignant]",
        help="one for each output, in their order",
    )
    parser.add_argument("--name", default="", help="what people see")
    parser.add_argument("--task", choices=cards.TASKS, default="custom")
    parser.add_argument(
        "--scale", choices=cards.SCALES, default="0..1", help="of the values it was trained on"
    )
    parser.add_argument("--preparation", choices=cards.PREPARATIONS, default="whole")
    parser.add_argument("--fit", choices=cards.FITS, default="stretch")
    parser.add_argument("--limits", default="Imported: not measured here.")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    card = _card(args)
    out = paths.user_models() / card.id
    if out.exists():
        raise InputError(f"there is already a model {card.id}", out, "choose another --id")
    with needed("importing", "train"):
        from lungview.training.importing import import_model
    card = import_model(args.file, card, out)
    print(f"{card.id}: {card.input_size[0]} × {card.input_size[1]}, {card.size / 1e6:.1f} MB, in {out}")
    return 0


def _card(args: argparse.Namespace) -> ModelCard:
    return ModelCard(
        id=checked_id(args.id),
        name=args.name or args.id,
        version="1.0.0",
        task=args.task,
        architecture="imported",
        classes=tuple(_label(text) for text in args.classes),
        input_size=(224, 224),  # the network's own is filled in
        preparation=args.preparation,
        fit=args.fit,
        scale=args.scale,
        sha256="0" * 64,
        data="not stated",
        intended_use="Research and demonstration. Not a medical device, not for diagnosis.",
        limits=args.limits,
        licence_weights="the user's own",
    )


def checked_id(text: str) -> str:
    """The id, which is also a folder's name. Raises InputError."""
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise InputError(f"an id has letters, digits, - and _ only, not “{text}”")
    return text


def _label(text: str) -> ClassLabel:
    key, *rest = text.split(":")
    malignant = bool(rest) and rest[-1] == "malignant"
    words = rest[:-1] if malignant else rest
    return ClassLabel(key, words[0] if words else key.replace("_", " ").capitalize(), malignant)
