"""A trained network becomes model.tflite: one function `serve`, one pass, everything the viewer needs.

serve(image (1, rows, columns, channels) float32 in the card's scale) →
    probabilities (1, classes), temperature inside, sum 1;
    cams (1, classes, h, w): Grad-CAM of each class after ReLU, not normalised;
    ood (1,): distance from the training pictures, higher is stranger (0 without a gate).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from lungview.training import grain as grains
from lungview.training import head as heads
from lungview.training import quantize

# int8_weights: the weights of int8, multiplied in float32.
VARIANTS = ("float32", "float16", "int8", "int8_weights")


@dataclass(frozen=True, eq=False)
class Gate:
    """How far an embedding is from the training pictures: the least distance to a class mean.

    means: (m, k). projection: (k, r), so that |(e − mean) · projection| is the Mahalanobis distance.
    The embedding is the feature map's mean over rows and columns, scaled to length 1 when `unit` is set.
    The distance is given in units of `limit`. grain: the range of the pictures' looks; then the distance is
    the larger of the two, each in units of its limit.
    """

    means: np.ndarray
    projection: np.ndarray
    unit: bool = False
    limit: float = 1.0
    grain: grains.Grain | None = None


def embedding(features: Any, unit: bool = False) -> Any:
    """(n, k): the mean of the feature map (n, h, w, k) over rows and columns."""
    e = ops.mean(features, axis=(1, 2))
    return e / (ops.norm(e, axis=-1, keepdims=True) + 1e-6) if unit else e


def distance(gate: Gate, e: Any) -> Any:
    """(n,): the distance of embeddings (n, k) to the nearest mean."""
    # Projected first, then subtracted: one small product instead of one a mean.
    projection = ops.convert_to_tensor(gate.projection.astype(np.float32))
    means = ops.convert_to_tensor((gate.means @ gate.projection).astype(np.float32))
    away = ops.expand_dims(ops.matmul(e, projection), 1) - ops.expand_dims(means, 0)
    return ops.sqrt(ops.min(ops.sum(away * away, axis=-1), axis=-1)) / gate.limit


def serving(model: Any, temperature: float = 1.0, gate: Gate | None = None) -> tuple[Any, Any, heads.Head]:
    """The function `serve`, and the parts it stands on, of a flat network (image → logits)."""
    features, head = heads.split(model)
    grain = gate.grain if gate else None
    if grain is not None:
        features = keras.Model(features.input, [features.output, *grains.stages(features)])

    def serve(image: Any) -> dict[str, Any]:
        maps, *early = features(image, training=False) if grain else [features(image, training=False)]
        logits, cams = heads.logits_and_cams(head, maps)
        far = distance(gate, embedding(maps, gate.unit)) if gate else ops.zeros((1,))
        if grain is not None:
            far = ops.maximum(far, grains.distance(grain, grains.statistics(early)) / grain.limit)
        return {"probabilities": ops.softmax(logits / temperature), "cams": cams, "ood": far}

    return serve, features, head


def to_tflite(
    model: Any,
    *,
    variant: str = "float16",
    temperature: float = 1.0,
    gate: Gate | None = None,
    pictures: np.ndarray | None = None,
) -> bytes:
    """The bytes of model.tflite. variant: one of VARIANTS. pictures: as `all_variants` takes them."""
    with _saved(model, temperature, gate) as folder:
        content = _convert(folder, half=variant == "float16")
    if not variant.startswith("int8"):
        return content
    weights = quantize.in_8_bits(content, pictures)
    return quantize.to_int8(content, weights, integers=variant == "int8")


def all_variants(
    model: Any, *, temperature: float = 1.0, gate: Gate | None = None, pictures: np.ndarray | None = None
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every variant, one after the other; float32 first.

    pictures: (n, rows, columns, channels) as the network takes them, what 8-bit weights are rounded for
    (`quantize.in_8_bits`).
    """
    with _saved(model, temperature, gate) as folder:
        content = _convert(folder, half=False)
        yield "float32", content
        yield "float16", _convert(folder, half=True)
    weights = quantize.in_8_bits(content, pictures)
    yield "int8", quantize.to_int8(content, weights)
    yield "int8_weights", quantize.to_int8(content, weights, integers=False)


@contextmanager
def _saved(model: Any, temperature: float, gate: Gate | None) -> Iterator[Path]:
    """The folder of the saved function `serve`, for as long as it is wanted."""
    serve, features, head = serving(model, temperature, gate)
    archive = keras.export.ExportArchive()
    archive.track(features)
    for layer in head.layers:
        archive.track(layer)
    shape = (1, *model.input.shape[1:])
    archive.add_endpoint("serve", serve, input_signature=[tf.TensorSpec(shape, tf.float32, name="image")])
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(str(Path(folder) / "saved"), verbose=False)
        yield Path(folder) / "saved"


def _convert(saved: Path, half: bool) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(str(saved), signature_keys=["serve"])
    if half:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())
