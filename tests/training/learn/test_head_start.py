"""The head learns on what the backbone sees, and the backbone stays as it is."""

import keras
import numpy as np

from lungview.training.learn import head_start


def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    image = keras.Input((16, 16, 3))
    x = keras.layers.Conv2D(6, 3, activation="relu", name="backbone")(image)
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    x = keras.layers.Dropout(0.1)(x)
    return keras.Model(image, keras.layers.Dense(2, name="logits")(x))


def batches(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Dark pictures are of the first class, bright ones of the second."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(4):
        which = rng.integers(0, 2, 32)
        values = rng.normal(0, 0.2, (32, 16, 16, 3)) + (which * 0.4 + 0.3)[:, None, None, None]
        made.append((values.astype(np.float32), np.eye(2, dtype=np.float32)[which]))
    return made


def test_the_head_tells_the_classes_and_the_backbone_has_not_moved() -> None:
    model = network()
    before = [w.copy() for w in model.get_layer("backbone").get_weights()]
    head_start.start(model, batches(0), smoothing=0.0)
    values, targets = batches(9)[0]
    called = np.asarray(model.predict_on_batch(values)).argmax(axis=1)
    assert (called == targets.argmax(axis=1)).mean() > 0.95
    for then, now in zip(before, model.get_layer("backbone").get_weights(), strict=True):
        np.testing.assert_array_equal(then, now)


def test_features_of_very_different_size_are_learned_alike() -> None:
    model = network()
    kernel, bias = model.get_layer("backbone").get_weights()
    model.get_layer("backbone").set_weights([kernel * np.float32(1e-3), bias])
    head_start.start(model, batches(0), smoothing=0.0)
    values, targets = batches(9)[0]
    called = np.asarray(model.predict_on_batch(values)).argmax(axis=1)
    assert (called == targets.argmax(axis=1)).mean() > 0.95
