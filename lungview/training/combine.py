"""Several models become one more: the mean of their probabilities, with a card of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lungview.errors import InputError
from lungview.model import model_folder
from lungview.model.card import Member, ModelCard, OperatingPoint, combined_sha256
from lungview.model.registry import Entry
from lungview.training.learn import calibrate
from lungview.training.measure import evaluate


def card_of(members: Sequence[Entry], model_id: str, name: str = "") -> ModelCard:
    """The card of an ensemble; without figures, its operating point the mean of its members'.

    Raises InputError when the members do not judge the same thing in the same way.
    """
    cards = [m.card for m in members]
    first = cards[0]
    if len({c.id for c in cards}) < 2:
        raise InputError("an ensemble has two or more members")
    for card in cards[1:]:
        if (card.task, card.classes, card.preparation) != (
            first.task,
            first.classes,
            first.preparation,
        ) or card.ensemble:
            raise InputError(f"{card.id} does not judge what {first.id} judges")
    points = [(c.operating_point.threshold, *c.operating_point.uncertain) for c in cards]
    threshold, low, high = (round(float(v), 4) for v in np.mean(points, axis=0))
    return dataclasses.replace(
        first,
        id=model_id,
        name=name or f"Ensemble of {len(cards)}, {first.task}",
        version="1.0.0",
        architecture="ensemble",
        temperature=1.0,
        mirrored=False,  # each member is asked in its own way
        calibrated=all(c.calibrated for c in cards),
        operating_point=OperatingPoint(threshold, (low, high)),
        ood_threshold=1.0,  # in units of each member's own
        sha256=combined_sha256(c.sha256 for c in cards),
        size=0,
        ensemble=tuple(Member(c.id, c.sha256) for c in cards),
        data=_either([c.data for c in cards]),
        split=_either([c.split for c in cards]),
        limits=_either([c.limits for c in cards]),
        licence_data=_either([c.licence_data for c in cards]),
        licence_weights=_either([c.licence_weights for c in cards]),
        metrics={},
    )


def combine(
    members: Sequence[Entry],
    model_id: str,
    out: Path,
    *,
    name: str = "",
    data: Path | None = None,
    split: Path | None = None,
) -> ModelCard:
    """Write OUT/card.json; the card. The operating point is that of the validation part of `data`, if given.

    Raises InputError, ModelError.
    """
    card = card_of(members, model_id, name)
    out.mkdir(parents=True, exist_ok=True)
    if data is not None:
        card = dataclasses.replace(card, operating_point=operating_point(Entry(card, out), data, split))
    model_folder.write_card(card, out)
    return card


def operating_point(entry: Entry, data: Path, split: Path | None) -> OperatingPoint:
    """That of the validation part, by the answers the program gives. Raises InputError, ModelError."""
    card = entry.card
    pictures = evaluate.labelled(data, card, split, "valid")
    found = evaluate.answers(entry, pictures)
    malignant = np.array([c.malignant for c in card.classes])
    scores = found.probabilities[found.ok][:, malignant].sum(axis=1)
    cancer = pictures.targets[found.ok][:, ~malignant].sum(axis=1) == 0
    return calibrate.operating_point(scores, cancer)


def _either(texts: Sequence[str]) -> str:
    """Each different text once."""
    return " ".join(dict.fromkeys(t for t in texts if t))
