"""The head learns first, on what the loaded backbone already sees; only then is everything trained.

A head that starts at random sends large, meaningless gradients into a backbone that was good (Kumar et al.
2022, "Fine-tuning can distort pretrained features"). Its features are computed once and kept, so this costs a
few forward passes: less than one epoch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from keras import ops

from lungview.training.learn import loss as losses

PASSES = 4  # versions of every training picture: as it is, and changed
EPOCHS = 60
BATCH = 64
RATE = 3e-3
# Of the squared weights, of features of spread 1: a logistic regression with C = 0.1 on 2,000 pictures.
PENALTY = 2.5e-3


def start(model: Any, batches: Iterable[tuple[np.ndarray, np.ndarray]], smoothing: float) -> float:
    """Train what follows the layer `pool` on the features of `batches` (values, targets); the last loss."""
    pool = model.get_layer("pool")
    features = keras.Model(model.input, pool.output)
    pairs = [(np.asarray(features.predict_on_batch(v), np.float32), t) for v, t in batches]
    x, targets = (np.concatenate(part) for part in zip(*pairs, strict=True))
    head = model.layers[model.layers.index(pool) + 1 :]
    first = next(layer for layer in head if layer.weights)
    mean, spread = np.zeros(x.shape[1], np.float32), np.ones(x.shape[1], np.float32)
    if isinstance(first, keras.layers.Dense):
        # Features differ in size by orders of magnitude; a step that suits one is nothing to another.
        mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3 * x.std()
    found = _trained(head, (x - mean) / spread, targets, smoothing)
    if isinstance(first, keras.layers.Dense):
        kernel, bias = first.get_weights()
        kernel = kernel / spread[:, None]
        first.set_weights([kernel, bias - mean @ kernel])
    return found


def _trained(head: list[Any], x: np.ndarray, targets: np.ndarray, smoothing: float) -> float:
    image = keras.Input((x.shape[1],))
    out = image
    for layer in head:
        out = layer(out)
    model = keras.Model(image, out)
    steps = EPOCHS * math.ceil(len(x) / BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    classes, dense = targets.shape[1], [layer for layer in head if isinstance(layer, keras.layers.Dense)]
    plain = losses.training_loss(classes, smoothing)

    def penalised(wanted: Any, logits: Any) -> Any:
        return plain(wanted, logits) + PENALTY * sum(ops.sum(layer.kernel**2) for layer in dense)

    model.compile(keras.optimizers.Adam(rate), penalised)
    history = model.fit(x, targets, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return float(history.history["loss"][-1])
