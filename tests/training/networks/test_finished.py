"""A finished model's weights, back in a network that can be trained further."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

from lungview.errors import WeightsError
from lungview.model import registry
from lungview.model.card import ClassLabel, ModelCard
from lungview.model.input import scale
from lungview.model.registry import Entry
from lungview.network.runtime import Network, verified
from lungview.training import architectures
from lungview.training.export import litert as export
from lungview.training.learn import calibrate, fit, teacher, weights
from lungview.training.learn.config import Config, Source
from lungview.training.learn.run_folder import RunFolder
from lungview.training.networks import from_litert as finished

# Kernels of each channel's own, an input that is scaled inside, grouped convolutions, layers that Keras
# counts, a normalised head of several layers, places in the map, and 8-bit weights multiplied in float32.
KINDS = (
    "mobilenet_v2",
    pytest.param("efficientnet_b0", marks=pytest.mark.long),  # EfficientNet-Lite0
    pytest.param("efficientnet_b0_nodule", marks=pytest.mark.long),
    "alexnet",
    pytest.param("inception_v3", marks=pytest.mark.long),
    pytest.param("resnet50_last20", marks=pytest.mark.long),
    "cnn",
    pytest.param("vgg16_nodule", marks=pytest.mark.long),
)


def _built(card: ModelCard, classes: int | None = None) -> Any:
    architecture = architectures.find(card.architecture)
    return architecture.build((*card.input_size, 3), classes or len(card.classes), None)


def _picture(side: int, seed: int = 0) -> np.ndarray:
    """A blotchy disc on black: a body or a nodule, of a radius that goes by the seed."""
    rough = np.random.default_rng(seed).uniform(0, 255, (8, 8)).astype(np.float32)
    picture = np.clip(cv2.resize(rough, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255)
    disc = cv2.circle(
        np.zeros((side, side), np.uint8), (side // 2, side // 2), side * (seed + 1) // 10, 1, -1
    )
    return np.asarray(picture * disc, dtype=np.uint8)


def _answers(card: ModelCard, content: bytes, model: Any) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities that file and network give for the same pictures, without the mirror image."""
    network = Network(dataclasses.replace(card, mirrored=False), content, threads=2)
    pictures = np.stack([_picture(card.input_size[0], seed) for seed in range(4)])
    values = np.stack([scale(p, card.scale, card.channels) for p in pictures])
    logits = np.asarray(model.predict_on_batch(values))
    return np.stack([network.run(v).probabilities for v in values]), calibrate.softmax(
        logits, card.temperature
    )


@pytest.mark.parametrize("name", KINDS)
def test_the_network_answers_as_the_shipped_file(name: str) -> None:
    entry = registry.find(name)
    model = _built(entry.card)
    finished.load(model, entry)
    answered, expected = _answers(entry.card, verified(entry), model)
    # Some layers of the file take 8-bit inputs.
    np.testing.assert_allclose(np.log(answered), np.log(expected), atol=0.3)
    assert np.ptp(np.log(answered), axis=0).max() > 1


@pytest.mark.parametrize("variant", ["float32", "float16"])
def test_normalisations_and_temperature_come_back(variant: str, tmp_path: Path) -> None:
    labels = tuple(ClassLabel(k, k, k == "a") for k in "abc")
    card = ModelCard("x", "X", "1", "custom", "cnn", labels, (64, 64), temperature=1.7, sha256="0" * 64)
    source = _built(card)
    rng = np.random.default_rng(1)
    for norm in (n for n in source.layers if isinstance(n, keras.layers.BatchNormalization)):
        norm.set_weights([rng.uniform(0.5, 1.5, w.shape).astype("f") for w in norm.get_weights()])
    for dense in (n for n in source.layers if isinstance(n, keras.layers.Dense)):
        dense.set_weights([dense.get_weights()[0], rng.normal(size=dense.units).astype("f")])
    content = export.to_tflite(source, variant=variant, temperature=1.7)
    (tmp_path / card.file).write_bytes(content)
    card = dataclasses.replace(card, sha256=hashlib.sha256(content).hexdigest())
    model = _built(card)
    finished.load(model, Entry(card, tmp_path))
    values = np.stack([scale(_picture(64, seed), card.scale, 3) for seed in range(4)])
    np.testing.assert_allclose(model(values), source(values), atol=0.02 if variant == "float16" else 1e-4)


def test_another_number_of_classes_begins_with_a_new_last_layer() -> None:
    entry = registry.find("alexnet")
    model, same = _built(entry.card, classes=2), _built(entry.card)
    before = model.get_layer("logits").get_weights()[0]
    finished.load(model, entry)
    finished.load(same, entry)
    np.testing.assert_array_equal(model.get_layer("logits").get_weights()[0], before)
    np.testing.assert_array_equal(model.get_layer("hidden1").kernel, same.get_layer("hidden1").kernel)


@pytest.mark.parametrize(
    ("named", "architecture", "size", "sentence"),
    [
        ("ensemble", "cnn", 160, "an ensemble has no weights of its own"),
        (
            "cnn",
            "alexnet",
            160,
            "do not fit alexnet: it has no layer|do not fit alexnet: it has 8 convolutions",
        ),
        ("mobilenet_v2", "cnn", 160, "do not fit cnn: it has 52 convolutions, not 8"),
        ("cnn", "cnn", 128, "do not fit cnn"),
    ],
)
def test_weights_of_another_network_are_one_sentence(
    named: str, architecture: str, size: int, sentence: str
) -> None:
    model = architectures.find(architecture).build((size, size, 3), 4, None)
    with pytest.raises(WeightsError, match=sentence) as caught:
        finished.load(model, registry.find(named))
    assert "\n" not in caught.value.message


def test_a_damaged_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    entry = registry.find("cnn")
    content = bytearray(verified(entry))
    content[len(content) // 2] ^= 1
    (tmp_path / entry.card.file).write_bytes(content)
    with pytest.raises(WeightsError, match=r"SHA-256|damaged"):
        finished.load(_built(entry.card), Entry(entry.card, tmp_path))


def test_a_file_that_is_no_network_is_one_sentence(tmp_path: Path) -> None:
    entry = registry.find("cnn")
    for content in (b"", bytes(64), np.random.default_rng(0).bytes(4096)):
        (tmp_path / entry.card.file).write_bytes(content)
        card = dataclasses.replace(entry.card, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        with pytest.raises(WeightsError, match="cnn") as caught:
            finished.load(_built(card), Entry(card, tmp_path))
        assert "\n" not in caught.value.message


def test_no_normalisation_is_trained_further() -> None:
    entry = registry.find("resnet50_last20")
    model = weights.start(architectures.find("resnet50_last20"), (96, 96, 3), 4, str(entry.folder))
    norms = [n for n in model.layers if isinstance(n, keras.layers.BatchNormalization)]
    assert len(norms) == 54
    assert not any(n.trainable for n in norms)
    assert model.get_layer("hidden1").trainable


def test_a_run_goes_on_from_a_model_and_then_from_itself(folder, tmp_path: Path) -> None:
    data = folder(train__normal=6, valid__normal=3, train__adenocarcinoma=6, valid__adenocarcinoma=3)
    config = Config(
        "more",
        "More",
        "subtype",
        "alexnet",
        (Source(str(data)),),
        size=96,
        epochs=1,
        weights="alexnet",
        rate=1e-9,
    )
    fit.train(config, tmp_path / "run", tmp_path)
    run = RunFolder(tmp_path / "run")
    model, first = (
        teacher.trained(run, tmp_path, 4),
        _built(dataclasses.replace(registry.find("alexnet").card, input_size=(96, 96))),
    )
    finished.load(first, registry.find("alexnet"))
    for ours, theirs in zip(model.get_weights(), first.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert fit.train(config, tmp_path / "run", tmp_path).epochs == 1
