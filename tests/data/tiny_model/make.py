"""Makes model.tflite and card.json beside this file: a real, tiny network whose right answer is known.

It is trained on pictures made here: a grey noisy ground, with a bright square ("bright"), a dark square
("dark") or nothing ("plain"). Its heat map must therefore light the square, wherever a test plants one.
Run from the repository's root, with the extra `train`: python tests/data/tiny_model/make.py
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import keras
import numpy as np

from lungview.image.window import Window
from lungview.model.card import ClassLabel, ModelCard, to_json
from lungview.training.export.litert import Gate, to_tflite
from lungview.training.gate import look_distance as ood

SIDE = 96
FOLDER = Path(__file__).parent
CLASSES = (
    ClassLabel("bright", "Bright square", malignant=True),
    ClassLabel("dark", "Dark square", malignant=True),
    ClassLabel("plain", "Nothing", malignant=False),
)


def picture(kind: int, rng: np.random.Generator) -> np.ndarray:
    """(96, 96) in [0, 1]: grey ground near 0.45 with noise; kind 0 bright, 1 dark square, 2 neither."""
    values = np.full((SIDE, SIDE), rng.uniform(0.42, 0.48))
    values += rng.normal(0, rng.uniform(0.005, 0.03), values.shape)
    if kind < 2:
        n = int(rng.integers(14, 30))
        top, left = rng.integers(0, SIDE - n, 2)
        values[top : top + n, left : left + n] += rng.uniform(0.35, 0.45) * (1 if kind == 0 else -1)
    return np.clip(values, 0, 1)


def data(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, n)
    grey = np.stack([picture(int(k), rng) for k in kinds]).astype(np.float32)
    return np.repeat(grey[..., None], 3, axis=-1) * 2 - 1, kinds


def train() -> tuple[keras.Model, np.ndarray, np.ndarray]:
    """The network (flat, image → logits), the training pictures and their classes."""
    keras.utils.set_random_seed(7)
    image = keras.Input((SIDE, SIDE, 3))
    x = image
    for filters in (12, 24, 32):
        x = keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(image, keras.layers.Dense(len(CLASSES), name="logits")(x))
    rate = keras.optimizers.schedules.CosineDecay(4e-3, 24 * 1500 // 32)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    images, kinds = data(1500, seed=1)
    model.fit(images, kinds, batch_size=32, epochs=24, verbose=0)
    return model, images, kinds


def gate(model: keras.Model, images: np.ndarray, kinds: np.ndarray) -> tuple[Gate, np.ndarray]:
    """The range of what the training pictures show, and their distances in it."""
    inner = keras.Model(model.input, model.layers[-2].output)
    e = inner.predict(images, verbose=0)
    space = ood.fit(e, kinds)
    return Gate(space), ood.distances(space, e)


def main() -> None:
    model, images, kinds = train()
    made, distances = gate(model, images, kinds)
    content = to_tflite(model, variant="float16", gate=made)
    test, answers = data(500, seed=2)
    accuracy = float((model.predict(test, verbose=0).argmax(1) == answers).mean())
    card = ModelCard(
        id="tiny", name="Tiny test network", version="1.0.0", task="custom", architecture="tiny",
        classes=CLASSES, input_size=(SIDE, SIDE), preparation="whole", scale="-1..1",
        window=Window(-600.0, 1500.0, name="Lung"), ood_threshold=round(float(distances.max()) * 1.05, 2),
        sha256=hashlib.sha256(content).hexdigest(), size=len(content),
        data="Squares drawn by tests/data/tiny_model/make.py", split="other seed",
        metrics={"test": {"n": 500, "accuracy": accuracy}},
        intended_use="Tests of this program only.", limits="Knows nothing of medicine.",
        licence_data="Apache-2.0", licence_weights="Apache-2.0",
    )  # fmt: skip
    (FOLDER / "model.tflite").write_bytes(content)
    (FOLDER / "card.json").write_text(json.dumps(to_json(card), indent=1) + "\n", encoding="utf-8")
    print(f"accuracy {accuracy:.3f}, {len(content)} bytes, largest distance {distances.max():.2f}")


if __name__ == "__main__":
    main()
