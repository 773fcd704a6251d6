"""Which models there are: a folder each, card.json and the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lungview.model.card import ModelCard


@dataclass(frozen=True, slots=True)
class Entry:
    """A model on disk: its card, and the folder that holds card.json and the weights."""

    card: ModelCard
    folder: Path
