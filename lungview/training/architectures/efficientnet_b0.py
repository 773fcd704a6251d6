"""EfficientNetB0 (Tan and Le 2019); scales its input itself."""

from typing import Any

import keras

from lungview.training.architectures.architecture import Architecture, classifier

# Of the batch statistics, from random weights: Keras' 0.99 is for a million pictures an epoch, and lags
# behind a network that changes within some hundred steps.
MOMENTUM = 0.95


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    base = keras.applications.EfficientNetB0(input_tensor=image, include_top=False, weights=weights)
    if weights:
        return keras.Model(image, classifier(base.output, classes), name="efficientnet_b0")
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = MOMENTUM
    logits = classifier(base.output, classes, dropout=0.4, places=True)
    return keras.Model(image, logits, name="efficientnet_b0")


EFFICIENTNET_B0 = Architecture("efficientnet_b0", build, scale="0..255")
