"""EfficientNetB0 (Tan and Le 2019); scales its input itself."""

from typing import Any

import keras

from lungview.training.architectures.architecture import Architecture, classifier


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    base = keras.applications.EfficientNetB0(input_tensor=image, include_top=False, weights=weights)
    return keras.Model(image, classifier(base.output, classes), name="efficientnet_b0")


EFFICIENTNET_B0 = Architecture("efficientnet_b0", build, scale="0..255")
