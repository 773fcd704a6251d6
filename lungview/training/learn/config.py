"""What a training run is told: a TOML file, checked field by field, whose every value can be repeated."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lungview.errors import InputError
from lungview.training.data.augment import Recipe

# What changes nothing in a training: what is said of it, and how the trained network is asked.
TEXTS = (
    "mirrored",
    "variant",
    "passes",
    "name",
    "version",
    "data_note",
    "limits",
    "licence_data",
    "licence_weights",
)

VARIANTS = ("", "float16", "int8", "int8_weights")
TASKS = ("subtype", "nodule", "custom")


@dataclass(frozen=True, slots=True)
class Source:
    """One set of pictures. data: folder or CSV, split: CSV or ""; relative ones start at the data root."""

    data: str
    split: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """One training run.

    size: side of the square input, px. weights: "none", "imagenet", an .npz file, a run, or a model; or
    several of them, commas between: their mean. epochs: 0 = the weights as they are, to be calibrated and
    exported.
    trainable: layers of the backbone, counted from its end, that are trained; 0 = what the architecture says.
    head_first: the head learns before the rest, on the features of the loaded backbone.
    features_first: passes in which the backbone learns the first teacher's features, before any label.
    steps: batches an epoch (0 = every picture once). rate: peak learning rate; it rises over the first
    `warmup` share of the run and falls as a cosine. decay: AdamW's. clip: limit of the gradient's norm.
    ema: momentum of the weights' moving average, which is what is validated and kept; 0 = none
    (none either where batch statistics are learned).
    rating: a column of readers' ratings of malignancy to learn from, where there is one (dataset.rated).
    smoothing: share of a label given to all classes. patience: epochs without a better validation loss until
    the run ends (0 = never). workers: processes that train together; `batch` and `steps` are each one's.
    precision: Keras' dtype policy. teacher: run folders or models, commas between; the mean of their
    probabilities, at `teacher_temperature`, counts `teacher_share` of the loss.
    fold, folds: the groups of fold 1, 2, … of `folds` are the test part, whatever the data says; 0 = as the
    data says.
    mirrored: the trained network answers for a picture and its mirror image together, as in ModelCard.
    variant: the export that ships, "float16", "int8" or "int8_weights" (whose convolutions are multiplied in
    float32: slower, heat maps more exact); "" = the smallest that keeps accuracy and heat maps.
    passes: the share of training and validation pictures, each held out with its group, that the suitability
    gate must let through (`grain.limit`).
    data_note, limits, licence_data, licence_weights: for the card, word for word.
    """

    id: str
    name: str
    task: str
    architecture: str
    sources: tuple[Source, ...]
    size: int = 224
    preparation: str = "body"
    weights: str = "none"
    trainable: int = 0
    head_first: bool = False
    features_first: int = 0
    epochs: int = 24
    steps: int = 0
    batch: int = 16
    rate: float = 3e-4
    warmup: float = 0.1
    decay: float = 1e-4
    clip: float = 1.0
    ema: float = 0.98
    rating: str = ""
    smoothing: float = 0.05
    patience: int = 0
    seed: int = 1
    workers: int = 1
    precision: str = "float32"
    teacher: str = ""
    teacher_share: float = 0.5
    teacher_temperature: float = 2.0
    fold: int = 0
    folds: int = 0
    mirrored: bool = False
    variant: str = ""
    passes: float = 0.9
    version: str = "1.0.0"
    data_note: str = ""
    limits: str = ""
    licence_data: str = ""
    licence_weights: str = ""
    recipe: Recipe = field(default_factory=Recipe)

    def __post_init__(self) -> None:
        _check(self.task in TASKS, "task", f"one of {', '.join(TASKS)}", self.task)
        _check(32 <= self.size <= 1024, "size", "32 to 1024", self.size)
        _check(self.trainable >= 0, "trainable", "0 or more", self.trainable)
        _check(not self.trainable or self.weights != "none", "weights", "given for trainable", self.weights)
        _check(self.features_first >= 0, "features_first", "0 or more", self.features_first)
        _check(self.epochs >= 0, "epochs", "0 or more", self.epochs)
        _check(self.epochs > 0 or self.weights != "none", "weights", "given for 0 epochs", self.weights)
        _check(self.batch >= 1, "batch", "1 or more", self.batch)
        _check(self.workers >= 1, "workers", "1 or more", self.workers)
        _check(self.rate > 0, "rate", "above 0", self.rate)
        _check(0 <= self.ema < 1, "ema", "in 0…1", self.ema)
        _check(0 <= self.smoothing < 1, "smoothing", "in 0…1", self.smoothing)
        _check(not self.features_first or bool(self.teacher), "teacher", "given for features_first", "none")
        _check(0 <= self.teacher_share <= 1, "teacher_share", "in 0…1", self.teacher_share)
        _check(self.variant in VARIANTS, "variant", f"one of {', '.join(VARIANTS[1:])}", self.variant)
        _check(0 < self.passes < 1, "passes", "between 0 and 1", self.passes)
        _check(self.folds == 0 or self.folds >= 2, "folds", "0, or 2 or more", self.folds)
        _check(min(1, self.folds) <= self.fold <= self.folds, "fold", f"1 to {self.folds}", self.fold)


def _check(ok: bool, name: str, expected: str, found: object) -> None:
    if not ok:
        raise InputError(f"{name} must be {expected}, not {found!r}")


def read(path: Path) -> Config:
    """The run a TOML file describes. Raises InputError: which field, what was expected."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the configuration cannot be read ({error.strerror})", path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the configuration is not TOML ({error})", path) from error
    return parse(data)


def parse(data: Mapping[str, Any]) -> Config:
    """The run of parsed TOML or JSON values."""
    fields = {f.name: f for f in dataclasses.fields(Config)}
    unknown = sorted(set(data) - set(fields))
    _check(not unknown, "a field", f"one of {', '.join(fields)}", ", ".join(unknown))
    for name in ("id", "name", "task", "architecture", "sources"):
        _check(name in data, name, "given", None)
    values = dict(data)
    try:
        values["sources"] = tuple(Source(**s) for s in data["sources"])
        if "recipe" in data:
            values["recipe"] = Recipe(**data["recipe"])
        return Config(**values)
    except TypeError as error:
        raise InputError(f"the configuration has a field of the wrong name or type ({error})") from error


def same_training(a: Config, b: Config) -> bool:
    """Whether two runs differ in words at most."""
    ours, theirs = to_json(a), to_json(b)
    return all(ours[name] == theirs[name] for name in ours if name not in TEXTS)


def to_json(config: Config) -> dict[str, Any]:
    """Plain values; `parse` takes them back."""
    return dataclasses.asdict(config)
