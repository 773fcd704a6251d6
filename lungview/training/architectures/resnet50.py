"""ResNet50 (He et al. 2015), and the variant of which only the last twenty layers are trained."""

from typing import Any

import keras
import numpy as np
from keras import layers

from lungview.model.input import IMAGENET_STD
from lungview.training.architectures.architecture import Architecture, classifier


def backbone(shape: tuple[int, int, int], weights: str | None) -> tuple[Any, Any]:
    """The input and the feature map; takes RGB as (x / 255 − mean) / std, whatever the weights were for."""
    image = keras.Input(shape, name="image")
    base = keras.applications.ResNet50(input_tensor=image, include_top=False, weights=weights)
    if weights == "imagenet":
        first = base.get_layer("conv1_conv")
        kernel, bias = first.get_weights()
        first.set_weights([from_caffe(kernel), bias])
    return image, base.output


def from_caffe(kernel: np.ndarray) -> np.ndarray:
    """A first kernel (h, w, 3, n) for BGR − mean in 0…255, as one for RGB (x / 255 − mean) / std.

    Keras' ResNet50 was converted from Caffe. The two means differ by
    half a grey level at most.
    """
    return np.asarray(kernel[:, :, ::-1, :] * (255 * IMAGENET_STD)[None, None, :, None])


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image, features = backbone(shape, weights)
    return keras.Model(image, classifier(features, classes), name="resnet50")


def build_last20(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    """Batch normalisation, dropout and three dense layers on the feature map's mean."""
    image, features = backbone(shape, weights)
    x = layers.GlobalAveragePooling2D(name="pool")(features)
    x = layers.BatchNormalization(name="head_bn")(x)
    x = layers.Dropout(0.4)(x)
    x = layers.Dense(256, activation="relu", name="hidden1")(x)
    x = layers.Dropout(0.4)(x)
    x = layers.Dense(64, activation="relu", name="hidden2")(x)
    return keras.Model(
        image, layers.Dense(classes, name="logits", dtype="float32")(x), name="resnet50_last20"
    )


RESNET50 = Architecture("resnet50", build, scale="imagenet")
# The last 20 layers are the second and the third block of the fifth stage.
RESNET50_LAST20 = Architecture("resnet50_last20", build_last20, scale="imagenet", trainable=20)
