"""MobileNetV2 (Sandler et al. 2018): the fastest of the pretrained ones."""

from typing import Any

import keras

from lungview.training.architectures.architecture import Architecture, classifier


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    base = keras.applications.MobileNetV2(input_tensor=image, include_top=False, weights=weights)
    return keras.Model(image, classifier(base.output, classes), name="mobilenet_v2")


MOBILENET_V2 = Architecture("mobilenet_v2", build, scale="-1..1")
