"""A float32 LiteRT file becomes one with 8-bit weights, a quarter of its size, that answers the same.

Convolutions: 8-bit weights, a step for each output channel, chosen by `rounding` from what the layer sees of
training pictures; LiteRT multiplies them in integers, which is what makes them fast. Inputs are then 8-bit
too, and where a heat map does not bear that, the same weights are widened to float32 when the file is loaded:
as small, slower. The small rest, where integers would gain nothing and cost exactness, always is: depthwise
convolutions and small matrices from 16 bits, large matrices from 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from lungview.training import rounding

schema: Any = schema_py_generated  # generated, and typed more narrowly than it is
_OP = schema.BuiltinOperator
OUTPUT_AXIS = {_OP.CONV_2D: 0, _OP.FULLY_CONNECTED: 0, _OP.DEPTHWISE_CONV_2D: 3}
FEWEST = 1024  # weights of a layer below it stay as they are
SMALL_MATRIX = 65_536  # weights of a matrix up to it are kept in 16 bits
MOST_INPUTS = 4096  # of a matrix whose inputs' moments are looked at: they take its square
POSITIONS = 32  # looked at in a picture, of each layer's input
_BATCH = 16  # pictures between two matrix products
_INTEGER_CONVOLUTION = 5  # versions of LiteRT's operations that take such weights
_WIDEN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer with constant weights. index: of its operation; tensor: of its weights; weights: float32."""

    index: int
    code: int
    tensor: int
    weights: np.ndarray


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
        if not _in_16_bits(layer) and layer.tensor not in made:
            made[layer.tensor] = _eight_bits(layer, seen.pop(layer.index, None))
    return made


def _in_16_bits(layer: Layer) -> bool:
    small = layer.weights.size <= SMALL_MATRIX and layer.code != _OP.CONV_2D
    return layer.code == _OP.DEPTHWISE_CONV_2D or small


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
        if _in_16_bits(layer):
            writer.from_16_bits(layer)
        elif layer.code == _OP.CONV_2D and integers:
            writer.in_integers(layer, weights[layer.tensor])
        else:
            writer.from_8_bits(layer, weights[layer.tensor])
    return writer.content()


def layers(graph: Any) -> Iterator[Layer]:
    """The layers whose weights are worth making smaller."""
    part = graph.subgraphs[0]
    for index, operator in enumerate(part.operators):
        code = graph.operatorCodes[operator.opcodeIndex].builtinCode
        if code not in OUTPUT_AXIS:
            continue
        tensor = part.tensors[operator.inputs[1]]
        data = graph.buffers[tensor.buffer].data
        if data is None or tensor.type != schema.TensorType.FLOAT32 or len(data) < 4 * FEWEST:
            continue
        weights = np.frombuffer(data, np.float32).reshape(tensor.shape)
        yield Layer(index, code, int(operator.inputs[1]), weights)


# what the layers see


def second_moments(content: bytes, pictures: np.ndarray) -> dict[int, np.ndarray]:
    """The mean of x xᵀ over what each layer sees of the pictures, by operation: (k, k) float32.

    x: the k input values under the kernel, or of the matrix, in the order of the weights. Grouped and dilated
    convolutions are left out, and so are matrices of more than MOST_INPUTS, and what is kept in 16 bits.
    """
    graph = schema.ModelT.InitFromPackedBuf(content, 0)
    watched = [layer for layer in layers(graph) if not _in_16_bits(layer) and _plain(graph, layer)]
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
    if layer.code == _OP.FULLY_CONNECTED:
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
    if layer.code == _OP.FULLY_CONNECTED:
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


# the file


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
        operator.opcodeIndex = self._operation(_OP.DEQUANTIZE, _WIDEN)
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
