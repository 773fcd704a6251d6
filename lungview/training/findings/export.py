"""The findings network as a LiteRT file: `serve(image)` to `maps`, probabilities of the three heads."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from lungview.nodules.detector.tiles import TILE
from lungview.training.export import quantize


def to_tflite(model: Any, pictures: np.ndarray | None = None, variant: str = "float32") -> bytes:
    """model.tflite of a trained network. pictures: (n, *TILE, 3), what 8-bit weights are rounded for.

    variant: "float32", "int8" (integers multiply) or "int8_weights" (8-bit weights, floats multiply).
    """
    content = _converted(model)
    if variant == "float32":
        return content
    weights = quantize.in_8_bits(content, pictures)
    return quantize.to_int8(content, weights, integers=variant == "int8")


def _converted(model: Any) -> bytes:
    def serve(image: Any) -> dict[str, Any]:
        return {"maps": ops.sigmoid(model(image, training=False))}

    archive = keras.export.ExportArchive()
    archive.track(model)
    signature = [tf.TensorSpec((1, *TILE, 3), tf.float32, name="image")]
    archive.add_endpoint("serve", serve, input_signature=signature)
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "saved"
        archive.write_out(str(saved), verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(saved), signature_keys=["serve"])
        return bytes(converter.convert())
