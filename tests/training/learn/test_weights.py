"""Starting weights from files of three layouts."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from lungview.errors import InputError, WeightsError
from lungview.training import architectures
from lungview.training.architectures import alexnet, resnet50
from lungview.training.learn import weights

SMALL = (64, 64, 3)


def _model() -> keras.Model:
    return architectures.find("cnn").build((32, 32, 3), 2, None)


def test_arrays_named_by_layer_go_to_their_layers(tmp_path: Path) -> None:
    donor, model = _model(), _model()
    arrays = {f"{layer.name}/{i}": w for layer in donor.layers for i, w in enumerate(layer.get_weights())}
    np.savez(tmp_path / "w.npz", **arrays)
    weights.load(model, tmp_path / "w.npz")
    x = np.random.default_rng(0).normal(size=(1, 32, 32, 3)).astype("f")
    np.testing.assert_array_equal(model(x), donor(x))


def test_a_wrong_shape_is_one_sentence(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"conv11/0": np.zeros((3, 3, 3, 7), np.float32)})
    with pytest.raises(WeightsError, match="do not fit cnn") as caught:
        weights.load(_model(), tmp_path / "w.npz")
    assert "\n" not in caught.value.message


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", **{"elsewhere/0": np.zeros(3, np.float32)})
    with pytest.raises(WeightsError, match="no layer of cnn"):
        weights.load(_model(), tmp_path / "w.npz")


def test_a_name_of_nothing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"no \.npz file, run folder or model .*nothing"):
        weights.start(architectures.find("cnn"), (32, 32, 3), 2, str(tmp_path / "nothing"))


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", a=np.array([{}], dtype=object))
    with pytest.raises(WeightsError, match="not a readable"):
        weights.load(_model(), tmp_path / "w.npz")


def test_grouped_kernels_see_only_their_half(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    shapes = {1: (96, 3, 11), 2: (256, 48, 5), 3: (384, 256, 3), 4: (384, 192, 3), 5: (256, 192, 3)}
    arrays = {}
    for i, (out, into, side) in shapes.items():
        arrays[f"conv{i}.weight"] = rng.normal(0, 0.05, (out, into, side, side)).astype("f")
        arrays[f"conv{i}.bias"] = rng.normal(0, 0.05, out).astype("f")
    np.savez(tmp_path / "w.npz", **arrays)
    model = alexnet.build(SMALL, 2, None)
    weights.load(model, tmp_path / "w.npz")
    inner = keras.Model(model.input, [model.get_layer(n).output for n in ("pool1", "conv2")])
    x, y = (np.asarray(v) for v in inner(rng.normal(size=(1, *SMALL)).astype("f")))
    # One output pixel of the second half by hand: only channels 48…95 of its input count.
    kernel, bias = arrays["conv2.weight"][200], arrays["conv2.bias"][200]
    patch = x[0, 0:5, 0:5, 48:]
    patch = np.pad(patch, ((0, 5 - patch.shape[0]), (0, 5 - patch.shape[1]), (0, 0)))
    by_hand = max(0.0, float((patch.transpose(2, 0, 1) * kernel).sum() + bias))
    assert y[0, 2, 2, 200] == pytest.approx(by_hand, rel=1e-4, abs=1e-5)


def test_caffe_weights_of_resnet_give_the_same_for_our_scale() -> None:
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(7, 7, 3, 4)).astype("f")
    rgb = rng.uniform(0, 255, (7, 7, 3))
    caffe = rgb[..., ::-1] - np.array([103.939, 116.779, 123.68])
    ours = (rgb / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    expected = np.einsum("ijc,ijcn->n", caffe, kernel)
    # The two means differ by half a grey level of 255, which is all the difference there may be.
    most = 0.5 * np.abs(kernel).sum(axis=(0, 1, 2)).max()
    found = np.einsum("ijc,ijcn->n", ours, resnet50.from_caffe(kernel))
    np.testing.assert_allclose(found, expected, atol=most)
    assert np.abs(expected).max() > 10 * most


def test_only_the_last_twenty_layers_of_the_backbone_and_the_head_are_trained() -> None:
    model = architectures.find("resnet50_last20").build(SMALL, 4, None)
    weights.freeze(model, 20)
    names = {layer.name for layer in model.layers if layer.trainable_weights}
    convolutions = {f"conv5_block{b}_{i}_conv" for b in (2, 3) for i in (1, 2, 3)}
    assert names == convolutions | {"head_bn", "hidden1", "hidden2", "logits"}


def test_an_unknown_architecture_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"mobilenet_v2.*alexnet"):
        architectures.find("lenet")


def test_weights_that_nobody_publishes_are_refused() -> None:
    with pytest.raises(WeightsError, match="no ImageNet weights for cnn"):
        weights.start(architectures.find("cnn"), (32, 32, 3), 2, "imagenet")


@pytest.mark.shared
@pytest.mark.slow
def test_published_features_come_out_of_the_given_weights(shared_data: Path) -> None:
    # Pictures that differ give features that differ: what wrongly ordered kernels do not do.
    file = shared_data / "weights" / "inceptionv3_to_mixed8_int8.npz"
    model = weights.start(architectures.find("inception_v3"), (139, 139, 3), 4, str(file))
    x = np.random.default_rng(0).uniform(-1, 1, (2, 139, 139, 3)).astype("f")
    features = np.asarray(keras.Model(model.input, model.get_layer("pool").output)(x))
    assert np.isfinite(features).all()
    assert 0.01 < features.mean() < 1
