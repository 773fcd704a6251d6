"""Write tests/network/models/*.tflite anew: `python -m tests.network.make_models` (needs the extra `train`).

Small networks with the signature every model has, and some that break it in one way each.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

MODELS = Path(__file__).parent / "models"
SIZE, CLASSES = 32, 3


class Good(tf.Module):
    """One convolution, average pooling, a dense head: class activation maps are exact."""

    def __init__(self) -> None:
        super().__init__()
        random = np.random.default_rng(7)
        self.kernel = tf.Variable(random.normal(0, 0.2, (5, 5, 3, 8)).astype(np.float32))
        self.dense = tf.Variable(random.normal(0, 2.0, (8, CLASSES)).astype(np.float32))

    @tf.function(input_signature=[tf.TensorSpec([1, SIZE, SIZE, 3], tf.float32, name="image")])
    def serve(self, image):
        features = tf.nn.relu(tf.nn.conv2d(image, self.kernel, 4, "SAME"))
        pooled = tf.reduce_mean(features, [1, 2])
        return self.answer(
            {
                "probabilities": tf.nn.softmax(pooled @ self.dense),
                "cams": tf.nn.relu(tf.einsum("bhwc,ck->bkhw", features, self.dense)),
                "ood": tf.reduce_sum(pooled**2, axis=1),
            }
        )

    def answer(self, outputs):
        return outputs


class NotANumber(Good):
    """A square root of a negative number: NaN for any picture but a blank one."""

    def answer(self, outputs):
        return {**outputs, "ood": tf.sqrt(-outputs["ood"])}


class TwoOutputs(Good):
    def answer(self, outputs):
        return {k: v for k, v in outputs.items() if k != "ood"}


class Scores(Good):
    """Probabilities that are none: they sum to 2."""

    def answer(self, outputs):
        return {**outputs, "probabilities": 2.0 * outputs["probabilities"]}


class Maps(tf.Module):
    """Maps of half the sides: the mean of each square, its share of 1, and what is left of 1."""

    @tf.function(input_signature=[tf.TensorSpec([1, SIZE, SIZE, 3], tf.float32, name="image")])
    def serve(self, image):
        mean = tf.reduce_mean(tf.nn.avg_pool2d(image, 2, 2, "VALID"), axis=-1, keepdims=True)
        return {"maps": tf.concat([mean, mean / 2, 1 - mean], axis=-1)}


def _mean(values: tf.Tensor, side: int) -> tf.Tensor:
    """Of the square around each place; first of columns, then of rows: 122 additions instead of 3,721."""
    return tf.nn.avg_pool2d(tf.nn.avg_pool2d(values, (side, 1), 1, "SAME"), (1, side), 1, "SAME")


class Blobs(tf.Module):
    """Maps of a whole tile: what is denser than its surroundings, nine tenths, and none."""

    @tf.function(input_signature=[tf.TensorSpec([1, 192, 256, 3], tf.float32, name="image")])
    def serve(self, image):
        middle = tf.nn.avg_pool2d(image[..., 1:2], 2, 2, "VALID")
        dense = tf.nn.relu(tf.sign(middle - 0.5))
        near, wide = (_mean(dense, side) for side in (7, 61))
        nodule = tf.nn.relu(near - wide)
        return {"maps": tf.concat([nodule, nodule * 0 + 0.9, nodule * 0], axis=-1)}


def write(name: str, module: tf.Module) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures={"serve": module.serve})
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=["serve"])
        (MODELS / f"{name}.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    MODELS.mkdir(exist_ok=True)
    for name, kind in {
        "good": Good,
        "not_a_number": NotANumber,
        "two_outputs": TwoOutputs,
        "scores": Scores,
        "maps": Maps,
        "blobs": Blobs,
    }.items():
        write(name, kind())
