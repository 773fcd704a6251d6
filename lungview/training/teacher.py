"""What a network is made of, by its configuration; and trained ones that another network learns from."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from lungview.errors import InputError
from lungview.model.input import scale
from lungview.training import architectures, weights
from lungview.training.config import Config
from lungview.training.run_folder import RunFolder


def network(config: Config, classes: int, root: Path, *, fresh: bool = True) -> Any:
    """The network, with its starting weights when `fresh`; in the configured precision."""
    architecture = architectures.find(config.architecture)
    if config.trainable:
        architecture = dataclasses.replace(architecture, trainable=config.trainable)
    source = config.weights
    if source not in ("none", "imagenet") and not Path(source).exists():
        source = str(root / source)
    shape = (config.size, config.size, 3)
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(config.precision)
    try:
        if fresh or source == "none":
            return weights.start(architecture, shape, classes, source)
        # A run that goes on brings its own weights; only the graph and what is frozen matter.
        model = architecture.build(shape, classes, "imagenet" if source == "imagenet" else None)
        weights.freeze(model, architecture.trainable)
        return model
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def trained(run: RunFolder, root: Path, classes: int) -> Any:
    """The network of a run with its best weights, in float32 whatever it was trained in."""
    config = dataclasses.replace(run.config(), precision="float32")
    model = network(config, classes, root, fresh=False)
    run.load_best(model)
    return model


class Teacher:
    """Trained runs whose mean probability a student learns from."""

    def __init__(self, config: Config, root: Path, classes: int) -> None:
        runs = [RunFolder(Path(name.strip())) for name in config.teacher.split(",")]
        self._networks = [_taught(run, config.task, root, classes) for run in runs]
        self._temperature = config.teacher_temperature
        self._student = architectures.find(config.architecture).scale
        self._pooled: Any = None

    def features(self, values: np.ndarray) -> np.ndarray:
        """(n, k) float32: the first run's features after pooling, of pictures in the student's scale."""
        model, name = self._networks[0]
        if self._pooled is None:
            self._pooled = keras.Model(model.input, model.get_layer("pool").output)
        seen = _resized(scale(to_picture(values, self._student), name), model)
        return np.asarray(self._pooled.predict_on_batch(seen), dtype=np.float32)

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """(n, C) at the student's temperature, of pictures in the student's scale and size."""
        picture = to_picture(values, self._student)
        found = [self._judged(model, name, picture) for model, name in self._networks]
        return np.asarray(np.mean(found, axis=0))

    def _judged(self, model: Any, scale_name: str, picture: np.ndarray) -> np.ndarray:
        logits = model.predict_on_batch(_resized(scale(picture, scale_name), model))
        return np.asarray(ops.softmax(np.asarray(logits) / self._temperature))


def _resized(values: np.ndarray, model: Any) -> Any:
    side = model.input.shape[1]
    same = values.shape[1] == side
    return values if same else ops.image.resize(values, (side, side), antialias=True)


def _taught(run: RunFolder, task: str, root: Path, classes: int) -> tuple[Any, str]:
    """The network of a finished run, and the scale it takes. Raises InputError."""
    config = run.config()
    if config.task != task:
        raise InputError(f"the teacher's task is {config.task}, not {task}", run.path)
    model = network(config, classes, root, fresh=False)
    run.load_best(model)
    return model, architectures.find(config.architecture).scale


def to_picture(values: np.ndarray, name: str) -> np.ndarray:
    """The inverse of model.input.scale: (n, rows, columns) float32 in 0…255."""
    grey = np.asarray(values[..., 0], dtype=np.float32)
    if name == "0..255":
        return grey
    zero, one = scale(np.array([[[0]], [[255]]], np.uint8), name)[..., 0].reshape(2)
    return np.asarray((grey - zero) / (one - zero) * 255, dtype=np.float32)
