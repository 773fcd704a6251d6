"""A finished model's weights, back in the network that they came from, to train it further.

The file has each normalisation folded into the convolution before it, so they come back as the identity but
for its shift, and stay so (`weights.freeze`): what is learned from here on is the kernels.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from lungview.errors import WeightsError
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.training.networks.litert_layers import OP, schema

_TYPES = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT8: np.int8,
}
# A layer's name as the export leaves it: …/conv2_block1_1_conv_1/convolution
_NAME = re.compile(r"([^/;]+)_\d+/(?:convolution|depthwise)")
# What a file that is no network of ours may lead to; its hash says only that it is the card's.
_UNLIKE = (ValueError, LookupError, TypeError, AttributeError, struct.error)
_COUNTED = re.compile(r"conv2d(?:_(\d+))?")  # Keras' own names count on over a process


def load(model: Any, entry: Entry) -> None:
    """Put the weights of a model folder into a network of the same architecture, just built.

    The last layer stays as it is when the two have different numbers of classes. Raises WeightsError when
    the file is damaged or is of another architecture or, where the head looks at places, of another size.
    """
    card = entry.card
    if card.ensemble:
        raise WeightsError(f"{card.id}: an ensemble has no weights of its own; its members have")
    content = runtime.verified(entry)
    try:
        graph = schema.ModelT.InitFromPackedBuf(content, 0)
        _convolutions(model, dict(_kernels(graph)))
        _matrices(model, list(_dense(graph)), card.temperature)
    except _UNLIKE as error:
        sentence = str(error).partition("\n")[0] or type(error).__name__
        raise WeightsError(f"the weights of {card.id} do not fit {model.name}: {sentence}") from error


def _convolutions(model: Any, found: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    norms = {id(n.input): n for n in model.layers if isinstance(n, keras.layers.BatchNormalization)}
    for norm in norms.values():
        norm.set_weights(_shift(norm, np.zeros(norm.moving_mean.shape, np.float32)))
    kinds = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)
    layers = {layer.name: layer for layer in model.layers if isinstance(layer, kinds)}
    if len(layers) != len(found):
        raise ValueError(f"it has {len(found)} convolutions, not {len(layers)}")
    for name, own in zip(sorted(found, key=_place), sorted(layers, key=_place), strict=True):
        if name != own and not (_COUNTED.fullmatch(name) and _COUNTED.fullmatch(own)):
            raise ValueError(f"it has no layer {own}")
        (kernel, bias), layer = found[name], layers[own]
        if own == next(iter(layers)):
            kernel = kernel / _scaling(model)
        norm = norms.get(id(layer.output))
        if norm is not None:
            norm.set_weights(_shift(norm, bias))
            bias = np.zeros_like(bias)
        layer.set_weights([kernel, bias] if layer.use_bias else [kernel])


def _shift(norm: Any, bias: np.ndarray) -> list[np.ndarray]:
    """The weights of a normalisation that only adds `bias`: Keras' epsilon is taken out of the variance."""
    one = np.ones_like(bias)
    return [*([one] if norm.scale else []), bias, np.zeros_like(bias), one - norm.epsilon]


def _scaling(model: Any) -> float:
    """What the network multiplies its input with, where the file has that in its first kernel.

    It has not where something is added, too: the padding of the convolution is of zeros, before or after.
    """
    scalings = [n for n in model.layers if isinstance(n, keras.layers.Rescaling)]
    return float(np.prod([n.scale for n in scalings if not np.any(n.offset)]))


def _place(name: str) -> tuple[int, str]:
    """Where a layer comes when two networks' are put side by side: counted ones in order, others by name."""
    counted = _COUNTED.fullmatch(name)
    return (int(counted[1] or 0), "") if counted else (-1, name)


def _matrices(model: Any, found: list[tuple[np.ndarray, np.ndarray]], temperature: float) -> None:
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    if len(dense) != len(found):
        raise ValueError(f"its head has {len(found)} dense layers, not {len(dense)}")
    *hidden, (kernel, bias) = found
    for layer, (inner, shift) in zip(dense, hidden, strict=False):
        layer.set_weights([inner, shift])
    if len(bias) == dense[-1].units:
        # The file's logits are divided by the temperature.
        dense[-1].set_weights([kernel * temperature, bias * temperature])


def _kernels(graph: Any) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Name, kernel as Keras has it, and bias of each convolution."""
    part = graph.subgraphs[0]
    for operator in part.operators:
        if _code(graph, operator) in (OP.CONV_2D, OP.DEPTHWISE_CONV_2D):
            name = _NAME.search(part.tensors[operator.outputs[0]].name.decode())
            if name is None:
                raise ValueError("it has a convolution without a name")
            kernel, bias = (_constant(graph, int(i)) for i in operator.inputs[1:3])
            # (out, rows, columns, in), and (1, rows, columns, channels) where each channel has its own.
            yield name[1], (kernel.transpose(1, 2, 3, 0), bias)


def _dense(graph: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Matrix as Keras has it and bias of each dense layer, in order; heat maps and gate have no bias."""
    seen = set()
    for operator in graph.subgraphs[0].operators:
        if _code(graph, operator) != OP.FULLY_CONNECTED:
            continue
        if operator.inputs[2] >= 0 and operator.inputs[1] not in seen:
            seen.add(operator.inputs[1])
            matrix, bias = (_constant(graph, int(i)) for i in operator.inputs[1:3])
            yield matrix.T, bias


def _constant(graph: Any, index: int) -> np.ndarray:
    """The values of a tensor of weights, float32, from 8 or 16 bits where they are kept so."""
    part = graph.subgraphs[0]
    widened = (o for o in part.operators if _code(graph, o) == OP.DEQUANTIZE)
    narrow = {int(o.outputs[0]): int(o.inputs[0]) for o in widened}
    tensor = part.tensors[narrow.get(index, index)]
    data = graph.buffers[tensor.buffer].data
    if data is None:
        raise ValueError("it has weights that are computed")
    values = np.frombuffer(data.tobytes(), _TYPES[tensor.type]).reshape(tensor.shape).astype(np.float32)
    if tensor.type != schema.TensorType.INT8:
        return values
    steps = tensor.quantization
    axis = [1] * values.ndim
    axis[steps.quantizedDimension] = -1
    return np.asarray(values * np.asarray(steps.scale, np.float32).reshape(axis))


def _code(graph: Any, operator: Any) -> int:
    return int(graph.operatorCodes[operator.opcodeIndex].builtinCode)
