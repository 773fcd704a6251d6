"""The exported heat map against Grad-CAM by automatic differentiation."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from lungview.errors import ModelError
from lungview.training.networks import head


def _network(tail: str) -> keras.Model:
    keras.utils.set_random_seed(3)
    layers = keras.layers
    image = keras.Input((48, 64, 3))
    x = layers.Conv2D(6, 5, strides=4, padding="same", activation="relu")(image)
    x = layers.Conv2D(10, 3, strides=2, padding="same", activation="swish")(x)
    if tail == "mean":
        return keras.Model(image, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))
    x = layers.Flatten()(x) if tail == "flatten" else layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(12, activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(layers.Dense(7)(x))
    x = layers.ReLU()(x)
    model = keras.Model(image, layers.Dense(4, activation="softmax")(x))
    rng = np.random.default_rng(0)  # batch statistics away from 0 and 1
    model.layers[-5].set_weights([rng.uniform(0.5, 2, 12).astype("f") for _ in range(4)])
    return model


def _taped(model: keras.Model, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits and Grad-CAM of every class by tf.GradientTape, straight from the definition."""
    last = next(i for i, layer in enumerate(model.layers) if len(layer.output.shape) == 2) - 1
    features = keras.Model(model.input, model.layers[last].output)(image)
    cams = []
    for c in range(4):
        with tf.GradientTape() as tape:
            tape.watch(features)
            x = features
            for layer in model.layers[last + 1 :]:
                final = layer is model.layers[-1]
                # the logits: the last layer without its softmax
                x = x @ layer.kernel + layer.bias if final else layer(x, training=False)
            score = x[0, c]
        weights = tf.reduce_mean(tape.gradient(score, features), (1, 2))[:, None, None]
        cams.append(tf.nn.relu(tf.reduce_sum(weights * features, -1))[0].numpy())
    return x.numpy(), np.stack(cams)


@pytest.mark.parametrize("tail", ["mean", "hidden", "flatten"])
def test_heat_maps_of_all_classes_equal_grad_cam_by_gradient_tape(tail: str) -> None:
    model = _network(tail)
    image = np.random.default_rng(1).normal(size=(1, 48, 64, 3)).astype("f")
    logits, cams = _taped(model, image)
    features, parts = head.split(model)
    got_logits, got = head.logits_and_cams(parts, features(image))
    assert cams.max() > 0
    np.testing.assert_allclose(got_logits, logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(got[0], cams, rtol=1e-3, atol=1e-5)


def test_a_head_that_cannot_be_followed_back_is_named() -> None:
    image = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(4, 3)(image)
    x = keras.layers.LayerNormalization()(keras.layers.Flatten()(x))
    model = keras.Model(image, keras.layers.Dense(2)(x))
    with pytest.raises(ModelError, match="LayerNormalization"):
        head.split(model)


def test_a_network_without_rows_and_columns_is_refused() -> None:
    flat = keras.Input((32,))
    with pytest.raises(ModelError, match="no feature map"):
        head.split(keras.Model(flat, keras.layers.Dense(2)(flat)))
