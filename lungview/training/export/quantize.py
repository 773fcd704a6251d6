"""A float32 LiteRT file becomes one with 8-bit weights, a quarter of its size, that answers the same.

Convolutions: 8-bit weights, a step for each output channel, chosen by `rounding` from what the layer sees of
training pictures; LiteRT multiplies them in integers, which is what makes them fast. Inputs are then 8-bit
too, and where a heat map does not bear that, the same weights are widened to float32 when the file is loaded:
as small, slower. The small rest, where integers would gain nothing and cost exactness, always is: depthwise
convolutions and small matrices from 16 bits, large matrices from 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np

from lungview.training.export import rounding
from lungview.training.export.second_moments import second_moments
from lungview.training.networks.litert_layers import OP, OUTPUT_AXIS, Layer, in_16_bits, layers, schema

_INTEGER_CONVOLUTION = 5  # versions of LiteRT's operations that take such weights
_WIDEN = 5


@dataclass(frozen=True, slots=True, eq=False)
class EightBits:
    """Weights in steps. found: int8, shaped as the weights; step: (n,) float32, of each output channel."""

    found: np.ndarray
    step: np.ndarray


def in_8_bits(content: bytes, pictures: np.ndarray | None = None) -> dict[int, EightBits]:
    """The weights of a float32 LiteRT file that 8 bits are enough for, by tensor.

    pictures: (n, rows, columns, channels) float32 as the network takes them, of the kind it will see; a few
    hundred. None: every weight to its nearest step.
    """
    seen = {} if pictures is None else second_moments(content, pictures)
    made: dict[int, EightBits] = {}  # layers may share their weights
    for layer in layers(schema.ModelT.InitFromPackedBuf(content, 0)):
        if not in_16_bits(layer) and layer.tensor not in made:
            made[layer.tensor] = _eight_bits(layer, seen.pop(layer.index, None))
    return made


def _eight_bits(layer: Layer, seen: np.ndarray | None) -> EightBits:
    axis = OUTPUT_AXIS[layer.code]
    rows = np.moveaxis(layer.weights, axis, 0).reshape(layer.weights.shape[axis], -1)
    step = rounding.steps(rows)
    return EightBits(rounding.rounded(rows, step, seen).reshape(layer.weights.shape), step)


def to_int8(content: bytes, weights: Mapping[int, EightBits], *, integers: bool = True) -> bytes:
    """The bytes of the same network with these weights of `in_8_bits`.

    integers: convolutions multiply them as they are, with 8-bit inputs; else in float32.
    """
    graph = schema.ModelT.InitFromPackedBuf(content, 0)
    writer = _Writer(graph)
    for layer in layers(graph):
        if in_16_bits(layer):
            writer.from_16_bits(layer)
        elif layer.code == OP.CONV_2D and integers:
            writer.in_integers(layer, weights[layer.tensor])
        else:
            writer.from_8_bits(layer, weights[layer.tensor])
    return writer.content()


class _Writer:
    """Puts other weights into a graph, and the graph into bytes."""

    def __init__(self, graph: Any) -> None:
        self._graph, self._part = graph, graph.subgraphs[0]
        self._widening: list[Any] = []
        self._made: dict[tuple[int, str], int] = {}  # layers may share their weights

    def in_integers(self, layer: Layer, weights: EightBits) -> None:
        """8-bit weights that LiteRT multiplies as they are, with inputs in 8 bits too."""
        self._replace(layer, self._once(layer, "integers", lambda: self._eight_bits(layer, weights)))
        operator = self._part.operators[layer.index]
        operator.opcodeIndex = self._operation(layer.code, _INTEGER_CONVOLUTION)

    def from_8_bits(self, layer: Layer, weights: EightBits) -> None:
        """8-bit weights, widened to float32 when the file is loaded."""

        def made() -> int:
            return self._widened(layer, self._eight_bits(layer, weights))

        self._replace(layer, self._once(layer, "8", made))

    def from_16_bits(self, layer: Layer) -> None:
        """16-bit floating-point weights, widened to float32 when the file is loaded."""
        self._replace(layer, self._once(layer, "16", lambda: self._widened(layer, self._sixteen_bits(layer))))

    def content(self) -> bytes:
        """The graph as a file, without the weights that nothing uses any more."""
        self._part.operators = [*self._widening, *self._part.operators]
        used = {i for o in self._part.operators for i in (*o.inputs, *o.outputs)}
        used |= {*self._part.inputs, *self._part.outputs}
        kept = {self._part.tensors[i].buffer for i in used if i >= 0}
        kept |= {m.buffer for m in self._graph.metadata or ()}
        for i, buffer in enumerate(self._graph.buffers):
            if i not in kept:
                buffer.data = None
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._graph.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _once(self, layer: Layer, kind: str, make: Any) -> int:
        key = (layer.tensor, kind)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _replace(self, layer: Layer, tensor: int) -> None:
        operator = self._part.operators[layer.index]
        operator.inputs = [operator.inputs[0], tensor, *operator.inputs[2:]]

    def _eight_bits(self, layer: Layer, weights: EightBits) -> int:
        step = weights.step
        quantization = schema.QuantizationParametersT()
        quantization.scale, quantization.zeroPoint = step, np.zeros(len(step), np.int64)
        quantization.quantizedDimension = OUTPUT_AXIS[layer.code]
        return self._tensor(layer, "int8", schema.TensorType.INT8, weights.found, quantization)

    def _sixteen_bits(self, layer: Layer) -> int:
        found = layer.weights.astype(np.float16)
        return self._tensor(layer, "float16", schema.TensorType.FLOAT16, found)

    def _widened(self, layer: Layer, narrow: int) -> int:
        wide = self._tensor(layer, "float32", schema.TensorType.FLOAT32)
        operator = schema.OperatorT()
        operator.opcodeIndex = self._operation(OP.DEQUANTIZE, _WIDEN)
        operator.inputs, operator.outputs = [narrow], [wide]
        self._widening.append(operator)
        return wide

    def _tensor(
        self,
        layer: Layer,
        suffix: str,
        kind: int,
        values: np.ndarray | None = None,
        quantization: Any = None,
    ) -> int:
        tensor = schema.TensorT()
        tensor.name = f"weights_{layer.tensor}/{suffix}"
        tensor.shape, tensor.type, tensor.quantization = layer.weights.shape, kind, quantization
        tensor.buffer = 0  # the empty one, of tensors that are computed
        if values is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            self._graph.buffers.append(buffer)
            tensor.buffer = len(self._graph.buffers) - 1
        self._part.tensors.append(tensor)
        return len(self._part.tensors) - 1

    def _operation(self, code: int, version: int) -> int:
        known = self._graph.operatorCodes
        for i, found in enumerate(known):
            if (found.builtinCode, found.version) == (code, version):
                return i
        made = schema.OperatorCodeT()
        made.builtinCode = made.deprecatedBuiltinCode = code
        made.version = version
        known.append(made)
        return len(known) - 1
