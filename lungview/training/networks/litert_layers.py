"""The layers of a LiteRT file whose weights can be made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated

schema: Any = schema_py_generated  # generated, and typed more narrowly than it is
OP = schema.BuiltinOperator
OUTPUT_AXIS = {OP.CONV_2D: 0, OP.FULLY_CONNECTED: 0, OP.DEPTHWISE_CONV_2D: 3}
FEWEST = 1024  # weights of a layer below it stay as they are
SMALL_MATRIX = 65_536  # weights of a matrix up to it are kept in 16 bits


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer with constant weights. index: of its operation; tensor: of its weights; weights: float32."""

    index: int
    code: int
    tensor: int
    weights: np.ndarray


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


def in_16_bits(layer: Layer) -> bool:
    """Of those, the ones that 8 bits would not make faster, and would make less exact."""
    small = layer.weights.size <= SMALL_MATRIX and layer.code != OP.CONV_2D
    return layer.code == OP.DEPTHWISE_CONV_2D or small
