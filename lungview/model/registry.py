"""Which models there are: a folder each, card.json and the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.errors import CardError, ModelError
from lungview.model.card import ModelCard, read_card

_DEFAULT = "DEFAULT"  # a file in models/ that holds the id of the model to begin with


@dataclass(frozen=True, slots=True)
class Entry:
    """A model on disk: its card, and the folder that holds card.json and the weights."""

    card: ModelCard
    folder: Path


def scan() -> tuple[tuple[Entry, ...], tuple[CardError, ...]]:
    """The shipped models, then the user's, by folder name; and why a folder with a card is no model.

    A user's model with the id of a shipped one is not taken: a result must name one model.
    """
    entries: dict[str, Entry] = {}
    errors: list[CardError] = []
    for root in (paths.models(), paths.user_models()):
        for card_file in sorted(root.glob("*/card.json")):
            folder = card_file.parent
            try:
                card = read_card(folder)
            except CardError as error:
                errors.append(CardError(error.message, folder, error.hint))
                continue
            if card.id in entries:
                errors.append(CardError(f"there is another model with the id {card.id}", folder))
            else:
                entries[card.id] = Entry(card, folder)
    return tuple(entries.values()), tuple(errors)


def entries() -> tuple[Entry, ...]:
    """Every model that can be run."""
    return scan()[0]


def find(model_id: str) -> Entry:
    """The model of that id, or in that folder. Raises ModelError, naming those there are."""
    found = entries()
    for entry in found:
        if entry.card.id == model_id:
            return entry
    folder = Path(model_id)
    if (folder / "card.json").is_file():
        return Entry(read_card(folder), folder)
    known = ", ".join(e.card.id for e in found) or "none"
    raise ModelError(f"there is no model {model_id}; installed: {known}", hint="lungview models list")


def default() -> Entry:
    """The model that is used when none is named. Raises ModelError when there is none."""
    found = entries()
    if not found:
        raise ModelError("no model is installed", paths.models(), "lungview models import FILE")
    named = paths.models() / _DEFAULT
    name = named.read_text(encoding="utf-8").strip() if named.is_file() else ""
    whole_slice = [e for e in found if e.card.preparation != "box"]
    return next((e for e in found if e.card.id == name), (whole_slice or list(found))[0])
