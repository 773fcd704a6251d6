"""The card that a run describes itself by."""

from __future__ import annotations

from lungview.model.card import ModelCard
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
