"""The exported file, run by LiteRT."""

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from lungview.model.card import read_card

TINY = Path(__file__).parents[2] / "data" / "tiny_model"


def _planted(top: int, left: int, sign: int) -> np.ndarray:
    values = np.full((96, 96), 0.45) + np.random.default_rng(top).normal(0, 0.01, (96, 96))
    values[top : top + 20, left : left + 20] += 0.38 * sign
    return np.repeat(values[None, ..., None], 3, axis=-1).astype(np.float32) * 2 - 1


@pytest.fixture(scope="module")
def serve():
    return Interpreter(model_path=str(TINY / "model.tflite")).get_signature_runner("serve")


@pytest.mark.parametrize(("kind", "sign"), [(0, 1), (1, -1)])
@pytest.mark.parametrize(("top", "left"), [(5, 60), (40, 12), (70, 70)])
def test_the_heat_map_lights_the_planted_square(serve, kind: int, sign: int, top: int, left: int) -> None:
    answer = serve(image=_planted(top, left, sign))
    cam = answer["cams"][0, kind]
    row, column = (8 * (n + 0.5) for n in np.unravel_index(cam.argmax(), cam.shape))
    assert answer["probabilities"][0].argmax() == kind
    assert top <= row < top + 20
    assert left <= column < left + 20


def test_noise_is_stranger_than_the_card_allows_and_its_own_kind_is_not(serve) -> None:
    threshold = read_card(TINY).ood_threshold
    noise = np.random.default_rng(0).uniform(-1, 1, (1, 96, 96, 3)).astype(np.float32)
    assert float(serve(image=noise)["ood"][0]) > threshold
    assert float(serve(image=_planted(40, 40, 1))["ood"][0]) < threshold


@pytest.mark.tensorflow
@pytest.mark.parametrize(("variant", "least"), [("float32", 0.99999), ("float16", 0.999), ("int8", 0.99)])
def test_the_file_answers_as_the_network_it_was_made_from(variant: str, least: float) -> None:
    keras = pytest.importorskip("keras")
    from lungview.training.export import litert as export
    from lungview.training.gate import look_distance as ood

    keras.utils.set_random_seed(5)
    image = keras.Input((64, 64, 3))
    x = keras.layers.Conv2D(32, 5, strides=4, activation="relu")(image)
    x = keras.layers.Conv2D(64, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Dense(32, activation="relu")(keras.layers.GlobalAveragePooling2D()(x))
    model = keras.Model(image, keras.layers.Dense(3)(x))
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300)
    space = ood.fit(rng.normal(0.3, 0.3, (300, 64)), labels)
    gate = export.Gate(space, limit=2.0)
    content = export.to_tflite(model, variant=variant, temperature=1.7, gate=gate)
    values = rng.uniform(-1, 1, (1, 64, 64, 3)).astype(np.float32)
    answer = Interpreter(model_content=content).get_signature_runner("serve")(image=values)
    expected = np.exp(model(values).numpy() / 1.7)
    np.testing.assert_allclose(answer["probabilities"], expected / expected.sum(), atol=0.01)
    cams = export.serving(model)[0](values)["cams"].numpy()
    assert np.corrcoef(answer["cams"].ravel(), cams.ravel())[0, 1] >= least
    e = keras.Model(model.input, model.layers[2].output)(values).numpy().mean((1, 2))
    assert float(answer["ood"][0]) == pytest.approx(ood.distances(space, e)[0] / 2.0, rel=0.02)
