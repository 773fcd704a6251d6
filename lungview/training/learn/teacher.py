"""What a network is made of, by its configuration; and trained ones that another network learns from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from keras import ops

from lungview.errors import InputError, ModelError
from lungview.model import registry
from lungview.model.card import ModelCard
from lungview.model.input import scale
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.training import architectures
from lungview.training.architectures.architecture import Architecture
from lungview.training.learn import weights
from lungview.training.learn.config import Config
from lungview.training.learn.run_folder import RunFolder


def network(config: Config, classes: int, root: Path, *, fresh: bool = True) -> Any:
    """The network, with its starting weights when `fresh`; in the configured precision."""
    architecture = architectures.find(config.architecture)
    if config.trainable:
        architecture = dataclasses.replace(architecture, trainable=config.trainable)
    sources = _sources(config.weights, root, architecture)
    shape = (config.size, config.size, 3)
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(config.precision)
    try:
        if fresh or sources == ["none"]:
            return weights.mean(architecture, shape, classes, sources)
        # A run that goes on brings its own weights; only the graph and what is frozen matter.
        model = architecture.build(shape, classes, "imagenet" if sources == ["imagenet"] else None)
        weights.freeze(model, architecture.trainable, everywhere=any(map(weights.is_model, sources)))
        return model
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _sources(named: str, root: Path, architecture: Architecture) -> list[str]:
    """Where the weights of a configuration are: one place, or several with commas between."""
    names = [named] if (root / named).exists() else named.split(",")
    known = ("none", "imagenet", *architecture.packages)
    return [name if name in known else _source(name, root) for name in map(str.strip, names)]


def _source(named: str, root: Path) -> str:
    """Where the weights of a configuration are: a path, as it is or from `root`, or a model's folder."""
    if Path(named).exists():
        return named
    if (root / named).exists():
        return str(root / named)
    try:
        return str(registry.find(named).folder)
    except ModelError:
        return str(root / named)


def trained(run: RunFolder, root: Path, classes: int) -> Any:
    """The network of a run with its best weights, in float32 whatever it was trained in."""
    config = dataclasses.replace(run.config(), precision="float32")
    model = network(config, classes, root, fresh=False)
    run.load_best(model)
    return model


# Pictures (n, rows, columns) float32 in 0…255 → (n, C) logits, up to a number that all classes share.
Judge = Callable[[np.ndarray], np.ndarray]


class Teacher:
    """Trained runs, or finished models, whose mean probability a student learns from."""

    def __init__(self, config: Config, root: Path, classes: int) -> None:
        """Raises InputError for one that judges something else, ModelError for one that there is not."""
        self._names = [name.strip() for name in config.teacher.split(",")]
        self._first: Any = None  # the first run's network and scale
        self._judges = [self._judge(name, config, root, classes) for name in self._names]
        self._temperature = config.teacher_temperature
        self._student = architectures.find(config.architecture).scale
        self._pooled: Any = None

    def features(self, values: np.ndarray) -> np.ndarray:
        """(n, k) float32: the first run's features after pooling, of pictures in the student's scale.

        Raises InputError when the first teacher is a finished model, whose file gives no features.
        """
        if self._first is None:
            raise InputError(f"{self._names[0]} has no features to learn", hint="name a run folder first")
        model, name = self._first
        if self._pooled is None:
            self._pooled = keras.Model(model.input, model.get_layer("pool").output)
        seen = _resized(scale(to_picture(values, self._student), name), model)
        return np.asarray(self._pooled.predict_on_batch(seen), dtype=np.float32)

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """(n, C) at the student's temperature, of pictures in the student's scale and size."""
        picture = to_picture(values, self._student)
        found = [ops.softmax(judge(picture) / self._temperature) for judge in self._judges]
        return np.asarray(np.mean([np.asarray(f) for f in found], axis=0))

    def _judge(self, name: str, config: Config, root: Path, classes: int) -> Judge:
        if not (Path(name) / "config.json").is_file():
            return _finished(registry.find(name), config, classes)
        model, scale_name = _taught(RunFolder(Path(name)), config.task, root, classes)
        if name == self._names[0]:
            self._first = model, scale_name
        return lambda picture: np.asarray(
            model.predict_on_batch(_resized(scale(picture, scale_name), model)), dtype=np.float32
        )


def _finished(entry: Entry, config: Config, classes: int) -> Judge:
    """What a model in LiteRT says, shipped or the user's own: it is asked a picture at a time."""
    card = entry.card
    found, wanted = (
        f"{task} of {count} classes in pictures prepared as {preparation}"
        for task, count, preparation in (
            (card.task, len(card.classes), card.preparation),
            (config.task, classes, config.preparation),
        )
    )
    if found != wanted:
        raise InputError(f"the teacher {card.id} judges {found}, not {wanted}")
    networks = [runtime.load(member) for member in registry.members(entry)]

    def judge(picture: np.ndarray) -> np.ndarray:
        each = [[n.run(_for(n.card, p)).probabilities for p in picture] for n in networks]
        return np.asarray(np.log(np.maximum(np.mean(each, axis=0), 1e-7)))

    return judge


def _for(card: ModelCard, picture: np.ndarray) -> np.ndarray:
    rows, columns = card.input_size
    if picture.shape != (rows, columns):
        picture = cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
    return scale(picture, card.scale, card.channels)


def _resized(values: np.ndarray, model: Any) -> Any:
    side = model.input.shape[1]
    same = values.shape[1] == side
    return values if same else ops.image.resize(values, (side, side), antialias=True)


def _taught(run: RunFolder, task: str, root: Path, classes: int) -> tuple[Any, str]:
    """The network of a finished run, and the scale it takes. Raises InputError."""
    config = run.config()
    if config.task != task:
        raise InputError(f"the teacher's task is {config.task}, not {task}", run.path)
    return trained(run, root, classes), architectures.find(config.architecture).scale


def to_picture(values: np.ndarray, name: str) -> np.ndarray:
    """The inverse of model.input.scale: (n, rows, columns) float32 in 0…255."""
    grey = np.asarray(values[..., 0], dtype=np.float32)
    if name == "0..255":
        return grey
    zero, one = scale(np.array([[[0]], [[255]]], np.uint8), name)[..., 0].reshape(2)
    return np.asarray((grey - zero) / (one - zero) * 255, dtype=np.float32)
