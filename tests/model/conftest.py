"""Model folders made on the spot, as the registry finds them."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from lungview.model.card import ClassLabel, ModelCard, to_json

CLASSES = (ClassLabel("benign", "Benign", False), ClassLabel("malignant", "Malignant", True))
CARD = ModelCard("a", "A", "1.0", "nodule", "cnn", CLASSES, (64, 64), sha256="0" * 64)
Install = Callable[..., Path]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """A function that installs a card (fields given by name) among the shipped models, or the user's own."""
    root = tmp_path / "models"
    root.mkdir()
    monkeypatch.setattr(paths, "models", lambda: root)

    def install(user: bool = False, **fields: object) -> Path:
        card = dataclasses.replace(CARD, **fields)
        folder = (paths.user_models() if user else root) / card.id
        folder.mkdir(parents=True)
        (folder / "card.json").write_text(json.dumps(to_json(card)))
        return folder

    return install
