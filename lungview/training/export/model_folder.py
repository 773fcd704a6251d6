"""A model folder: the card that a run describes itself by, and the files on disk."""

from __future__ import annotations

import json
from pathlib import Path

from lungview.errors import LungViewError
from lungview.model.card import ModelCard, to_json
from lungview.training import architectures
from lungview.training.data.dataset import Look, Samples
from lungview.training.learn.config import Config

INTENDED_USE = "Research and demonstration. Not a medical device, not for diagnosis."
LICENCE_WEIGHTS = "Apache-2.0"


def describe(config: Config, samples: Samples, temperature: float) -> ModelCard:
    """The card of a run before anything is exported or measured."""
    counts = {p: int((samples.splits == p).sum()) for p in ("train", "valid", "test")}
    look = Look(preparation=config.preparation)
    return ModelCard(
        id=config.id,
        name=config.name,
        version=config.version,
        task=config.task,
        architecture=config.architecture,
        classes=samples.classes,
        input_size=(config.size, config.size),
        preparation=config.preparation,
        window=look.window,
        fit=look.fit,
        scale=architectures.find(config.architecture).scale,
        temperature=round(temperature, 4),
        mirrored=config.mirrored,
        calibrated=True,
        ood_threshold=1.0,
        sha256="0" * 64,
        data=config.data_note or ", ".join(sorted(set(samples.sources.tolist()))),
        split=f"{counts['train']} to train, {counts['valid']} to validate, {counts['test']} to test; "
        "no group (an examination, or near-duplicates) is in two parts",
        intended_use=INTENDED_USE,
        limits=config.limits,
        licence_data=config.licence_data,
        licence_weights=config.licence_weights or LICENCE_WEIGHTS,
    )


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
