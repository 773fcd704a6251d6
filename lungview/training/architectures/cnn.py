"""A small network from scratch: four stages of two normalised convolutions, then dense layers."""

from typing import Any

import keras
from keras import layers

from lungview.training.architectures.architecture import Architecture, classifier

WIDTHS = (24, 48, 96, 128)


def build(shape: tuple[int, int, int], classes: int, _weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    x = image
    for stage, width in enumerate(WIDTHS, start=1):
        for i in (1, 2):
            # The first of a stage halves the map: half the work, and nothing is lost that pooling would keep.
            x = _convolution(x, width, f"{stage}{i}", strides=3 - i)
    return keras.Model(image, classifier(x, classes, hidden=(128,), dropout=0.4, places=True), name="cnn")


def _convolution(x: Any, width: int, name: str, strides: int) -> Any:
    x = layers.Conv2D(
        width, 3, strides, "same", use_bias=False, kernel_initializer="he_normal", name=f"conv{name}"
    )(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.95, name=f"bn{name}")(x))


CNN = Architecture("cnn", build, scale="-1..1", size=128, imagenet=False)
