"""The 8-bit file against the float32 file it is made from."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from ai_edge_litert.interpreter import Interpreter

from lungview.training.export import litert as export
from lungview.training.export import quantize
from lungview.training.export import second_moments as moments

SIDE = 40


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Strided, padded, pointwise and depthwise convolutions, and matrices on both sides of the limit."""
    keras.utils.set_random_seed(3)
    layers = keras.layers
    image = keras.Input((SIDE, SIDE, 3))
    x = layers.Conv2D(32, 5, strides=2, activation="relu")(image)
    x = layers.DepthwiseConv2D(7, padding="same", activation="relu")(x)
    x = layers.Conv2D(96, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(300, 1, activation="relu")(x)
    x = layers.Dense(256, activation="relu")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(5)(x))


@pytest.fixture(scope="module")
def exact(network: keras.Model) -> bytes:
    return export.to_tflite(network, variant="float32")


def _pictures(seed: int, count: int) -> np.ndarray:
    """Smooth pictures: what lies beside a value tells about it, as in a slice."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(size=(count, 5, 5, 3)).astype(np.float32)
    return np.repeat(np.repeat(coarse, SIDE // 5, axis=1), SIDE // 5, axis=2)


def _eight_bits(content: bytes, pictures: np.ndarray | None = None, *, integers: bool = True) -> bytes:
    return quantize.to_int8(content, quantize.in_8_bits(content, pictures), integers=integers)


def _maps(content: bytes, pictures: np.ndarray) -> np.ndarray:
    serve = Interpreter(model_content=content).get_signature_runner("serve")
    return np.stack([serve(image=p[None])["cams"][0] for p in pictures])


def test_second_moments_are_those_of_what_keras_convolves(
    network: keras.Model, exact: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras' own patches of each layer's input, at every place: there are no more than are looked at."""
    from keras import ops

    monkeypatch.setattr(moments, "POSITIONS", 1000)
    pictures = _pictures(0, 6)
    found = list(moments.second_moments(exact, pictures).values())
    convolutions = [n for n in network.layers if type(n) is keras.layers.Conv2D]
    of_matrix = found[len(convolutions)]
    pooled = ops.convert_to_numpy(keras.Model(network.input, network.layers[-2].input)(pictures))
    np.testing.assert_allclose(of_matrix, pooled.T @ pooled / len(pooled), rtol=1e-3, atol=1e-5)
    for layer, squares in zip(convolutions, found[: len(convolutions)], strict=True):
        seen = keras.Model(network.input, layer.input)(pictures)
        patches = ops.image.extract_patches(seen, layer.kernel_size, layer.strides, padding=layer.padding)
        rows = ops.convert_to_numpy(patches).reshape(-1, patches.shape[-1])
        np.testing.assert_allclose(squares, rows.T @ rows / len(rows), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("given", [None, _pictures(2, 20)], ids=["nearest", "for pictures"])
def test_heat_maps_stay(exact: bytes, given: np.ndarray | None) -> None:
    shown = _pictures(1, 10)
    expected = _maps(exact, shown)
    found = _maps(_eight_bits(exact, given), shown)
    assert np.sqrt(np.square(found - expected).mean()) < 0.1 * expected.std()
    for ours, theirs in zip(found, expected, strict=True):
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.99


def test_the_file_is_about_a_quarter(exact: bytes) -> None:
    assert len(_eight_bits(exact)) < 0.35 * len(exact)


def test_the_moments_of_a_flattened_map_are_not_asked_for(exact: bytes, monkeypatch) -> None:
    """They would take gigabytes; its weights go to their nearest steps."""
    with_them = len(moments.second_moments(exact, _pictures(0, 2)))
    monkeypatch.setattr(moments, "MOST_INPUTS", 299)  # the matrix has 300, and its gradient's 256
    assert len(moments.second_moments(exact, _pictures(0, 2))) == with_them - 2
    assert len(_eight_bits(exact, _pictures(0, 2))) == len(_eight_bits(exact))


def test_the_same_weights_in_float32_keep_more_of_the_maps_and_take_no_more_room(exact: bytes) -> None:
    shown = _pictures(5, 24)
    wanted = _maps(exact, shown)
    quick, careful = (_eight_bits(exact, shown, integers=integers) for integers in (True, False))
    errors = [np.abs(_maps(content, shown) - wanted).mean() for content in (quick, careful)]
    assert errors[1] < 0.8 * errors[0]
    assert len(careful) < 1.2 * len(quick)


def test_a_grouped_convolution_is_rounded_to_nearest_and_answers_as_before() -> None:
    keras.utils.set_random_seed(4)
    image = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Conv2D(32, 3, activation="relu")(image)
    x = keras.layers.Conv2D(64, 3, groups=4, activation="relu")(x)
    x = keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x))
    content = export.to_tflite(keras.Model(image, x), variant="float32")
    pictures = _pictures(5, 4)
    found = _maps(_eight_bits(content, pictures), pictures)
    assert np.corrcoef(found.ravel(), _maps(content, pictures).ravel())[0, 1] > 0.99
