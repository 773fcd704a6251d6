"""A model folder on disk: the network's file and the card that says what it is."""

from __future__ import annotations

import json
from pathlib import Path

from lungview.errors import LungViewError
from lungview.model.card import ModelCard, to_json


def write(card: ModelCard, content: bytes, out: Path) -> None:
    """OUT/model.tflite, then OUT/card.json: a folder with a card is whole. Raises LungViewError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / card.file).write_bytes(content)
        write_card(card, out)
    except OSError as error:
        raise LungViewError(f"the model could not be written ({error.strerror})", out) from error


def write_card(card: ModelCard, out: Path) -> None:
    """OUT/card.json."""
    text = json.dumps(to_json(card), indent=1, ensure_ascii=False)
    (out / "card.json").write_text(text + "\n", encoding="utf-8")
