"""The head of a network, forward and backward, as matrix products: what makes Grad-CAM exportable.

A head is the short chain of layers between the feature map and the logits. LiteRT has no gradient tape, so
the gradient of every logit with respect to the feature map is written out here, layer by layer, from the
last to the first. It is exact, and for all classes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from lungview.errors import ModelError

# One step back: gradient (classes, n) at the layer's output, layer input (1, …) → gradient at the input.
Backward = Callable[[Any, Any, Any], Any]


def _dense(layer: Any, gradient: Any, _x: Any) -> Any:
    return ops.matmul(gradient, ops.transpose(layer.kernel))


def _relu(_layer: Any, gradient: Any, x: Any) -> Any:
    return gradient * ops.cast(x > 0, gradient.dtype)


def _batch_norm(layer: Any, gradient: Any, _x: Any) -> Any:
    scale = 1.0 / ops.sqrt(layer.moving_variance + layer.epsilon)
    return gradient * (scale * layer.gamma if layer.scale else scale)


def _same(_layer: Any, gradient: Any, _x: Any) -> Any:
    return gradient


BACKWARD: dict[type, Backward] = {
    keras.layers.Dense: _dense,
    keras.layers.ReLU: _relu,
    keras.layers.BatchNormalization: _batch_norm,
    keras.layers.Dropout: _same,
}


@dataclass(frozen=True)
class Head:
    """pooling: "mean" (global average) or "flatten"; layers: what follows it, up to the logits."""

    pooling: str
    layers: tuple[Any, ...]


def pooled(head: Head, features: Any) -> Any:
    """(1, n): the feature map (1, h, w, k) as the head's first layer sees it; n is k, or h·w·k."""
    if head.pooling == "mean":
        return ops.mean(features, axis=(1, 2))
    return ops.reshape(features, (1, -1))


def logits_and_cams(head: Head, features: Any) -> tuple[Any, Any]:
    """(1, classes) logits and (1, classes, h, w) Grad-CAM of each class after ReLU, of one feature map.

    Grad-CAM: weights = mean over the map of d logit / d feature; map = ReLU(Σ weights × features)
    (Selvaraju et al. 2017, equations 1 and 2).
    """
    x = pooled(head, features)
    inputs = []
    for layer in head.layers:
        inputs.append(x)
        x = layer(x, training=False) if not isinstance(layer, keras.layers.Dropout) else x
    gradient = ops.eye(int(x.shape[-1]))
    for layer, seen in zip(reversed(head.layers), reversed(inputs), strict=True):
        gradient = BACKWARD[type(layer)](layer, gradient, seen)
    _, h, w, k = (int(n) for n in features.shape)
    if head.pooling == "mean":  # d mean / d feature = 1 / (h·w), everywhere
        weights = gradient / (h * w)
    else:
        weights = ops.mean(ops.reshape(gradient, (-1, h * w, k)), axis=1)
    maps = ops.matmul(weights, ops.transpose(ops.reshape(features, (h * w, k))))
    return x, ops.reshape(ops.relu(maps), (1, -1, h, w))


def split(model: Any) -> tuple[Any, Head]:
    """The part up to the feature map as a model, and the head, of a flat network (image → logits).

    The feature map is the last output with rows and columns. A softmax at the end is left away.
    Raises ModelError where the layers after it are not a plain chain this file can go back through.
    """
    chain = _tail(model)
    first, layers = chain[0], chain[1:]
    pooling = {"GlobalAveragePooling2D": "mean", "Flatten": "flatten"}.get(type(first).__name__)
    if pooling is None:
        raise ModelError(
            f"the layer after the last feature map must pool or flatten it, not {type(first).__name__}"
        )
    plain = [p for layer in layers for p in _plain(layer)]
    unknown = sorted({type(p).__name__ for p in plain if type(p) not in BACKWARD})
    if unknown:
        raise ModelError(f"no Grad-CAM through these layers of the head: {', '.join(unknown)}")
    features = keras.Model(model.input, first.input, name="features")
    return features, Head(pooling, tuple(plain))


def _tail(model: Any) -> list[Any]:
    """The layers after the last one whose output has rows and columns, in order."""
    tail: list[Any] = []
    for layer in reversed(model.layers):
        if len(layer.output.shape) == 4:
            break
        tail.insert(0, layer)
    if not tail or len(tail) == len(model.layers):
        raise ModelError("the network has no feature map with rows and columns before its output")
    return tail


def _plain(layer: Any) -> list[Any]:
    """A dense layer with its own activation as two layers; a softmax as none (logits are wanted)."""
    name = keras.activations.serialize(layer.activation) if hasattr(layer, "activation") else "linear"
    if isinstance(layer, keras.layers.Softmax) or (
        isinstance(layer, keras.layers.Activation) and name == "softmax"
    ):
        return []
    if isinstance(layer, keras.layers.Activation) and name == "relu":
        return [keras.layers.ReLU()]
    if isinstance(layer, keras.layers.Dense) and name in ("relu", "softmax"):
        linear = keras.layers.Dense(layer.units, use_bias=layer.use_bias)
        linear.build(layer.input.shape)
        linear.set_weights(layer.get_weights())
        return [linear] if name == "softmax" else [linear, keras.layers.ReLU()]
    if isinstance(layer, keras.layers.Dense) and name != "linear":
        raise ModelError(f"no Grad-CAM through the activation {name} of the head")
    return [layer]
