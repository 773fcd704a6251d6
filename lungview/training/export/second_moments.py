"""What the layers of a LiteRT network see of pictures: what their weights are rounded for."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from lungview.training.networks.litert_layers import OP, Layer, in_16_bits, layers, schema

MOST_INPUTS = 4096  # of a matrix whose inputs' moments are looked at: they take its square
POSITIONS = 32  # looked at in a picture, of each layer's input
_BATCH = 16  # pictures between two matrix products


def second_moments(content: bytes, pictures: np.ndarray) -> dict[int, np.ndarray]:
    """The mean of x xᵀ over what each layer sees of the pictures, by operation: (k, k) float32.

    x: the k input values under the kernel, or of the matrix, in the order of the weights. Grouped and dilated
    convolutions are left out, and so are matrices of more than MOST_INPUTS, and what is kept in 16 bits.
    """
    graph = schema.ModelT.InitFromPackedBuf(content, 0)
    watched = [layer for layer in layers(graph) if not in_16_bits(layer) and _plain(graph, layer)]
    # Without XNNPACK, which keeps no values between the layers.
    interpreter = Interpreter(
        model_content=content,
        num_threads=2,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    rng = np.random.default_rng(0)
    sums = {layer.index: _Sum() for layer in watched}
    for picture in pictures:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None])
        interpreter.invoke()
        for layer in watched:
            operator = graph.subgraphs[0].operators[layer.index]
            values = interpreter.get_tensor(int(operator.inputs[0]))
            sums[layer.index].add(_seen(values, layer, operator.builtinOptions, rng))
    return {index: found.mean() for index, found in sums.items()}


def _plain(graph: Any, layer: Layer) -> bool:
    if layer.code == OP.FULLY_CONNECTED:
        return bool(layer.weights.shape[1] <= MOST_INPUTS)
    part = graph.subgraphs[0]
    operator = part.operators[layer.index]
    options = operator.builtinOptions
    channels = part.tensors[operator.inputs[0]].shape[3]
    return bool(
        layer.weights.shape[3] == channels and options.dilationHFactor == 1 and options.dilationWFactor == 1
    )


class _Sum:
    """Σ x xᵀ, added up some pictures at a time: one large product is quicker than many small ones."""

    def __init__(self) -> None:
        self._waiting: list[np.ndarray] = []
        self._total: Any = np.float32(0)
        self._count = 0

    def add(self, x: np.ndarray) -> None:
        self._waiting.append(x)
        if len(self._waiting) == _BATCH:
            self._flush()

    def mean(self) -> np.ndarray:
        self._flush()
        return np.asarray(self._total / np.float32(max(self._count, 1)), dtype=np.float32)

    def _flush(self) -> None:
        if self._waiting:
            x = np.concatenate(self._waiting)
            self._total, self._count = self._total + x.T @ x, self._count + len(x)
            self._waiting.clear()


def _seen(values: np.ndarray, layer: Layer, options: Any, rng: np.random.Generator) -> np.ndarray:
    """(m, k) float32: what the layer multiplies with its weights."""
    if layer.code == OP.FULLY_CONNECTED:
        return np.ascontiguousarray(values.reshape(-1, layer.weights.shape[1]))
    return _under_kernel(values[0], layer, options, rng)


def _under_kernel(values: np.ndarray, layer: Layer, options: Any, rng: np.random.Generator) -> np.ndarray:
    """(m, k) float32: the input (rows, columns, channels) under the kernel at up to POSITIONS places."""
    _, high, wide, _ = layer.weights.shape
    if options.padding == schema.Padding.SAME:
        rows = _same(values.shape[0], options.strideH, high)
        values = np.pad(values, (rows, _same(values.shape[1], options.strideW, wide), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(values, (high, wide), axis=(0, 1))
    windows = windows[:: options.strideH, :: options.strideW]
    places = windows.shape[0] * windows.shape[1]
    chosen = rng.choice(places, min(places, POSITIONS), replace=False)
    found = windows[chosen // windows.shape[1], chosen % windows.shape[1]]
    return np.ascontiguousarray(found.transpose(0, 2, 3, 1)).reshape(len(chosen), -1)


def _same(size: int, stride: int, kernel: int) -> tuple[int, int]:
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2
