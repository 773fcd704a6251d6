"""A small network from scratch: four stages of two convolutions, batch normalisation and pooling."""

from typing import Any

import keras
from keras import layers

from lungview.training.architectures.architecture import Architecture, classifier


def build(shape: tuple[int, int, int], classes: int, _weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    x = image
    for stage, width in enumerate((32, 64, 128, 256), start=1):
        for i in (1, 2):
            # The first of a stage halves the map: half the work, and nothing is lost that pooling would keep.
            x = layers.Conv2D(
                width, 3, strides=3 - i, padding="same", use_bias=False, name=f"conv{stage}{i}"
            )(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.95, name=f"bn{stage}{i}")(x))
    return keras.Model(image, classifier(x, classes, hidden=(128,), dropout=0.3), name="cnn")


CNN = Architecture("cnn", build, scale="-1..1", imagenet=False)
