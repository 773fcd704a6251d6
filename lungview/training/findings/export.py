"""The findings network as a LiteRT file: `serve(image)` to `maps`, probabilities of the three heads."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from lungview.nodules.detector.tiles import TILE


def to_tflite(model: Any) -> bytes:
    """model.tflite of a trained network, in float32."""

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
