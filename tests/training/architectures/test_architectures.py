"""Every network: built, and its exported heat maps against Grad-CAM by tf.GradientTape."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from lungview.model.card import SCALES, ClassLabel, ModelCard
from lungview.network.runtime import Network
from lungview.training.architectures import ARCHITECTURES, Architecture
from lungview.training.export import litert as export
from lungview.training.networks import head

SIDES = {"inception_v3": 96, "alexnet": 96}
LABELS = (ClassLabel("a", "A", True), ClassLabel("b", "B", False), ClassLabel("c", "C", False))


def _small(architecture: Architecture) -> tuple[keras.Model, np.ndarray]:
    keras.utils.set_random_seed(11)
    side = SIDES.get(architecture.name, 64)
    model = architecture.build((side, side, 3), len(LABELS), None)
    image = np.random.default_rng(2).normal(0, 1, (1, side, side, 3)).astype(np.float32)
    return model, image * 60 + 120 if architecture.scale == "0..255" else image


def _taped(model: keras.Model, features: tf.Tensor) -> np.ndarray:
    """(classes, h, w) Grad-CAM of every class, straight from the definition."""
    pool = [layer.name for layer in model.layers].index("pool")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(features)
        x = features
        for layer in model.layers[pool:]:
            x = layer(x, training=False)
        scores = [x[0, c] for c in range(len(LABELS))]
    maps = []
    for score in scores:
        weights = tf.reduce_mean(tape.gradient(score, features), (1, 2))[:, None, None]
        maps.append(tf.nn.relu(tf.reduce_sum(weights * features, -1))[0].numpy())
    return np.stack(maps)


def _kinds() -> list[object]:
    """The others differ from these in what Keras builds them of, not in what the head is split at."""
    here = ("mobilenet_v2", "alexnet", "cnn")
    return [
        pytest.param(a, id=a.name, marks=() if a.name in here else pytest.mark.long)
        for a in ARCHITECTURES.values()
    ]


@pytest.mark.parametrize("architecture", _kinds())
def test_heat_maps_are_grad_cam(architecture: Architecture) -> None:
    model, image = _small(architecture)
    assert architecture.scale in SCALES
    features, parts = head.split(model)
    maps = features(image, training=False)
    expected = _taped(model, maps)
    logits, cams = head.logits_and_cams(parts, maps)
    assert expected.max() > 0
    assert np.ptp(expected) > 0
    np.testing.assert_allclose(cams[0], expected, rtol=1e-3, atol=1e-5 * expected.max())
    np.testing.assert_allclose(logits, model(image, training=False), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("variant", "least"), [("float16", 0.999), ("int8", 0.99)])
@pytest.mark.parametrize(
    "name", ["alexnet", pytest.param("mobilenet_v2", marks=pytest.mark.long)]
)  # every shipped one is checked at packaging
def test_the_exported_file_keeps_the_heat_maps(name: str, variant: str, least: float) -> None:
    model, image = _small(ARCHITECTURES[name])
    side = image.shape[1]
    card = ModelCard("x", "X", "1", "custom", name, LABELS, (side, side), sha256="0" * 64)
    output = Network(card, export.to_tflite(model, variant=variant), threads=2).run(image[0])
    expected = _taped(model, head.split(model)[0](image, training=False))
    assert np.corrcoef(output.cams.ravel(), expected.ravel())[0, 1] >= least
