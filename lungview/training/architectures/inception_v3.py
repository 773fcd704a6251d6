"""InceptionV3 (Szegedy et al. 2015), cut at `mixed8` (1280 features): what free weights there are end there.

The cut leaves away the last two of eleven blocks, which are also the largest.
"""

from typing import Any

import keras

from lungview.training.architectures.architecture import Architecture, classifier


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    base = keras.applications.InceptionV3(input_tensor=image, include_top=False, weights=weights)
    return keras.Model(image, classifier(base.get_layer("mixed8").output, classes), name="inception_v3")


INCEPTION_V3 = Architecture("inception_v3", build, scale="-1..1", size=299)
