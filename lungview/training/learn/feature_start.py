"""A network from random weights first learns to see what its teacher sees; only then to name it.

A label is two bits a picture; the teacher's pooled features are thousands of numbers, and of some hundred
pictures a network learns far more from those (Romero et al. 2015, "FitNets"). The teacher looks at every view
once, beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from lungview.model.input import scale

VIEWS = 10  # of every training picture
RATE = 1e-3
BATCH = 32
DECAY = 1e-4


def start(model: Any, views: np.ndarray, features: np.ndarray, *, scale_name: str, passes: int) -> float:
    """Train all of `model` up to its layer `pool` on (views, features); the last mean squared error.

    views: (n, rows, columns) uint8. features: (n, k) of the teacher, of any spread. An error of 1 is that of
    a network which always says the mean. scale_name: of what the network takes.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    wanted = ((features - mean) / (spread + 1e-3 * spread.mean())).astype(np.float32)
    pool = model.get_layer("pool").output
    said = keras.layers.Dense(wanted.shape[1], dtype="float32")(keras.layers.Dropout(0.1)(pool))
    student = keras.Model(model.input, said)
    steps = -(-len(views) // BATCH) * passes
    schedule = keras.optimizers.schedules.CosineDecay(
        RATE / 20, steps, alpha=0.01, warmup_target=RATE, warmup_steps=max(1, steps // 10)
    )
    student.compile(keras.optimizers.AdamW(schedule, weight_decay=DECAY, global_clipnorm=1.0), "mse")
    error = float("nan")
    for seed in range(passes):
        errors = []
        for index in _shuffled(len(views), seed):
            student.reset_metrics()
            errors.append(float(student.train_on_batch(scale(views[index], scale_name), wanted[index])))
        error = float(np.mean(errors))
    return error


def _shuffled(count: int, seed: int) -> Iterator[np.ndarray]:
    order = np.random.default_rng(seed).permutation(count)
    yield from (order[i : i + BATCH] for i in range(0, count, BATCH))
