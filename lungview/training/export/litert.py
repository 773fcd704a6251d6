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

from lungview.training.export import quantize
from lungview.training.gate import look_distance as ood
from lungview.training.gate import nearest_picture as grains
from lungview.training.networks import head as heads

# int8_weights: the weights of int8, multiplied in float32.
VARIANTS = ("float32", "float16", "int8", "int8_weights")


@dataclass(frozen=True, eq=False)
class Gate:
    """How far a picture is from the training pictures, in units of the distance at which it is a stranger.

    space: what they show; `limit` is its distance's. grain: how they look; then the distance is the larger of
    the two.
    """

    space: ood.Space
    limit: float = 1.0
    grain: grains.Grain | None = None


def embedding(features: Any) -> Any:
    """(n, k): the mean of the feature map (n, h, w, k) over rows and columns."""
    return ops.mean(features, axis=(1, 2))


def distance(gate: Gate, features: Any, early: list[Any]) -> Any:
    """(n,): the distance of feature maps (n, h, w, k), and of the `grain.stages` before them."""
    shown = ood.coordinates(gate.space, embedding(features))
    far = ood.distance(gate.space, shown) / gate.limit
    if gate.grain is None:
        return far
    look = grains.distance(gate.grain, grains.statistics(early), shown[:, : gate.space.leading])
    return ops.maximum(far, look / gate.grain.limit)


def serving(model: Any, temperature: float = 1.0, gate: Gate | None = None) -> tuple[Any, Any, heads.Head]:
    """The function `serve`, and the parts it stands on, of a flat network (image → logits)."""
    features, head = heads.split(model)
    looks = gate is not None and gate.grain is not None
    if looks:
        features = keras.Model(features.input, [features.output, *grains.stages(features)])

    def serve(image: Any) -> dict[str, Any]:
        maps, *early = features(image, training=False) if looks else [features(image, training=False)]
        logits, cams = heads.logits_and_cams(head, maps)
        far = distance(gate, maps, early) if gate else ops.zeros((1,))
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
