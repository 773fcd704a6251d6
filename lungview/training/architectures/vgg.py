"""VGG16 and VGG19 (Simonyan and Zisserman 2014), without their 120 million weights of dense layers.

The last pooling is left out: a mean over the map follows anyway, and the heat map is twice as fine. Without
published weights every convolution is followed by batch normalisation (as in torchvision's vgg16_bn), or the
plain chain hardly learns; the export folds it into the convolutions.
"""

from typing import Any

import keras
from keras import layers

from lungview.training.architectures import edges
from lungview.training.architectures.architecture import Architecture, classifier

WIDTHS = (64, 128, 256, 512, 512)


def _build(depths: tuple[int, ...], shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    normalised = weights is None
    x = image
    if normalised:
        x = layers.Rescaling(edges.SCALE, offset=edges.OFFSET)(x)
    else:
        x = layers.Rescaling(1.0, offset=[-m for m in edges.CAFFE_MEAN])(x)
    for stage, (depth, width) in enumerate(zip(depths, WIDTHS, strict=True), start=1):
        for i in range(1, depth + 1):
            x = _convolution(x, width, f"block{stage}_conv{i}", normalised)
        if stage < len(depths):
            x = layers.MaxPooling2D(2, name=f"block{stage}_pool")(x)
    return keras.Model(
        image, classifier(x, classes, hidden=(256,), dropout=0.4), name=f"vgg{sum(depths) + 3}"
    )


def _convolution(x: Any, width: int, name: str, normalised: bool) -> Any:
    if not normalised:
        return layers.Conv2D(width, 3, padding="same", activation="relu", name=name)(x)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(name=f"{name}_bn", momentum=0.95)(x))


def _fetched(published: Any, model: Any) -> Any:
    base = published(include_top=False, weights="imagenet")
    for layer in base.layers:
        if layer.weights:
            model.get_layer(layer.name).set_weights(layer.get_weights())
    return model


def build_16(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    model = _build((2, 2, 3, 3, 3), shape, classes, weights)
    return _fetched(keras.applications.VGG16, model) if weights else model


def build_19(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    model = _build((2, 2, 4, 4, 4), shape, classes, weights)
    return _fetched(keras.applications.VGG19, model) if weights else model


PACKAGES = {edges.PACKAGE: edges.fill}
VGG16 = Architecture("vgg16", build_16, scale="0..255", packages=PACKAGES)
VGG19 = Architecture("vgg19", build_19, scale="0..255", packages=PACKAGES)
