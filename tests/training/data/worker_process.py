"""One of the two processes of test_distribute.py: ROOT ADDRESSES INDEX. It trains, in this order,

plain: a network without chance or batch statistics, killed in its second epoch and taken up again.
statistics: one with batch statistics, and changed pictures. alone: worker 0 repeats `plain` by itself, in
batches of twice the size. lost: worker 1 is no more. What a worker ends with is in NAME-INDEX.npz.
"""

import os
import sys
from pathlib import Path

import numpy as np
from keras import Input, Model, layers

from lungview.errors import LungViewError
from lungview.training import architectures
from lungview.training.architectures.architecture import Architecture, classifier
from lungview.training.data import augment, distribute
from lungview.training.learn import fit
from lungview.training.learn.config import Config, Source


class Killed(Exception):
    pass


def _plain(shape, classes, _weights, normalised=False):
    image = Input(shape, name="image")
    x = layers.Conv2D(4, 5, strides=4, activation="relu")(image)
    if normalised:
        x = layers.BatchNormalization()(x)
    return Model(image, classifier(x, classes, dropout=0.0))


def _normalised(shape, classes, weights):
    return _plain(shape, classes, weights, normalised=True)


def _config(architecture: str, workers: int, recipe: augment.Recipe, **changes) -> Config:
    values = {
        "size": 32,
        "epochs": 2,
        "batch": 16 // workers,
        "rate": 2e-3,
        "preparation": "whole",
        "ema": 0.8,
    }
    source = (Source("pictures"),)
    values |= {"workers": workers, "recipe": recipe, **changes}
    return Config("sides", "Sides", "custom", architecture, source, **values)


def main(root: Path, addresses: str, index: int) -> None:
    place = distribute.parse(addresses, index)
    for name, network in (("plain", _plain), ("normalised", _normalised)):
        architectures.ARCHITECTURES[name] = Architecture(name, network, scale="-1..1")
    made = []
    build = fit.network
    fit.network = lambda *args, **named: made.append(build(*args, **named)) or made[-1]

    def train(name: str, config: Config, on_progress=None, where: distribute.Place = place) -> None:
        # Each its own folder, as without a shared disk; what is not the chief's must stay absent.
        fit.train(config, root / f"{name}-{where.index}", root, on_progress=on_progress, place=where)
        weights = {f"weights/{i}": w for i, w in enumerate(made[-1].get_weights())}
        np.savez(root / f"{name}-{where.index}.npz", **weights)

    def kill(epoch: int, *_) -> None:
        if epoch == 1:
            raise Killed

    plain = _config("plain", 2, augment.PLAIN)
    try:
        train("plain", plain, kill)
    except Killed:
        train("plain", plain)
    train("statistics", _config("normalised", 2, augment.Recipe(), epochs=1))
    if not place.chief:
        os._exit(0)
    train("alone", _config("plain", 1, augment.PLAIN), where=distribute.ALONE)
    try:
        with distribute.told(place):
            train("lost", plain)
    except LungViewError as error:
        (root / "lost.txt").write_text(f"{error.message}\n{error.hint}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
