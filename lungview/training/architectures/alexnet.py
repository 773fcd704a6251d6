"""AlexNet (Krizhevsky et al. 2012): grouped convolutions and local response normalisation as published.

Its two dense layers of 4096 (54 million weights) are one of 256 on the feature map's mean, and the last
pooling is left out: the heat map is twice as fine.
"""

from typing import Any

import keras
from keras import layers, ops

from lungview.training.architectures.architecture import Architecture, classifier


@keras.saving.register_keras_serializable(package="lungview")
class LocalResponseNormalization(layers.Layer):  # type: ignore[misc]
    """x / (1 + 1e-4 / 5 · Σ x²)^0.75 over five neighbouring channels (§3.3 of the paper, as Caffe has it)."""

    def call(self, x: Any) -> Any:
        count = int(x.shape[-1])
        square = ops.pad(x * x, ((0, 0), (0, 0), (0, 0), (2, 2)))
        total = sum(square[..., i : i + count] for i in range(5))
        return x / ops.power(1.0 + 1e-4 / 5 * total, 0.75)

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


def _grouped(x: Any, width: int, size: int, name: str) -> Any:
    # Two halves that do not see each other: the paper's two cards. Spelled out, because a grouped
    # convolution has no gradient on a CPU.
    half = int(x.shape[-1]) // 2
    parts = [
        layers.Conv2D(width // 2, size, padding="same", activation="relu", name=f"{name}{side}")(part)
        for side, part in (("a", x[..., :half]), ("b", x[..., half:]))
    ]
    return layers.Concatenate(name=name)(parts)


def build(shape: tuple[int, int, int], classes: int, _weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    x = layers.Conv2D(96, 11, strides=4, activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(LocalResponseNormalization(name="norm1")(x))
    x = _grouped(x, 256, 5, "conv2")
    x = layers.MaxPooling2D(3, strides=2, name="pool2")(LocalResponseNormalization(name="norm2")(x))
    x = layers.Conv2D(384, 3, padding="same", activation="relu", name="conv3")(x)
    x = _grouped(x, 384, 3, "conv4")
    x = _grouped(x, 256, 3, "conv5")
    return keras.Model(image, classifier(x, classes, hidden=(256,), dropout=0.3), name="alexnet")


ALEXNET = Architecture("alexnet", build, scale="imagenet", size=227, imagenet=False)
