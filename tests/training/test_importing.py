"""A user's own network: taken when it is plain Keras, refused in one sentence when it is not."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")

from lungview import cli
from lungview.errors import ModelError
from lungview.model import registry
from lungview.network import runtime
from lungview.training import importing


def _network(last: keras.layers.Layer) -> keras.Model:
    keras.utils.set_random_seed(1)
    base = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(6, 3, activation="relu")])
    layers = [keras.Input((32, 32, 3)), base, keras.layers.GlobalAveragePooling2D(), last]
    return keras.Sequential(layers)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_an_imported_network_answers_in_the_program_as_in_keras(suffix: str, tmp_path: Path, capsys) -> None:
    model = _network(keras.layers.Dense(3, activation="softmax"))
    model.save(tmp_path / f"own{suffix}")
    classes = ["--class", "a", "--class", "b:Class B", "--class", "c:Class C:malignant"]
    assert cli.main(["models", "import", str(tmp_path / f"own{suffix}"), "--id", "own", *classes]) == 0
    entry = registry.find("own")
    assert [c.text for c in entry.card.classes] == ["A", "Class B", "Class C"]
    assert [c.malignant for c in entry.card.classes] == [False, False, True]
    values = np.random.default_rng(0).random((32, 32, 3)).astype("f")
    found = runtime.load(entry).run(values)
    np.testing.assert_allclose(found.probabilities, model(values[None]).numpy()[0], atol=2e-3)
    assert found.cams.shape == (3, 30, 30)


def test_one_sigmoid_output_becomes_two_classes() -> None:
    model = _network(keras.layers.Dense(1, activation="sigmoid"))
    values = np.random.default_rng(0).random((2, 32, 32, 3)).astype("f")
    logits = importing.as_logits(importing.as_graph(model))(values).numpy()
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(p[:, 1], model(values).numpy()[:, 0], rtol=1e-5)


def test_a_lambda_layer_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Lambda(lambda x: x * 2)])
    model.save(tmp_path / "a.keras")
    with pytest.raises(ModelError, match="Lambda"):
        importing.read(tmp_path / "a.keras")


def _with_config(path: Path, config: object) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return path


@pytest.mark.parametrize(
    "node",
    [
        {"module": "os", "class_name": "function", "config": "system"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "subprocess", "class_name": "Popen", "config": {}},
    ],
)
def test_a_description_that_names_foreign_code_is_refused(node: dict, tmp_path: Path) -> None:
    config = {"module": "keras", "class_name": "Sequential", "config": {"layers": [{"x": node}]}}
    with pytest.raises(ModelError, match=r"not of Keras|no activation of Keras"):
        importing.read(_with_config(tmp_path / "a.keras", config))


@pytest.mark.parametrize("content", [pickle.dumps({"a": 1}), b"", b"\x89HDF\r\n\x1a\n" + bytes(64)])
def test_a_file_that_is_no_network_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(content)
    with pytest.raises(ModelError, match=r"not a whole \.keras or \.h5 network"):
        importing.read(tmp_path / "a.h5")


def test_a_truncated_keras_file_is_one_sentence(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    _network(keras.layers.Dense(2)).save(tmp_path / "a.keras")
    buffer.write((tmp_path / "a.keras").read_bytes()[:-200])
    (tmp_path / "b.keras").write_bytes(buffer.getvalue())
    with pytest.raises(ModelError):
        importing.read(tmp_path / "b.keras")


def test_outputs_and_classes_must_be_as_many(tmp_path: Path, capsys) -> None:
    _network(keras.layers.Dense(3)).save(tmp_path / "a.keras")
    code = cli.main(
        ["models", "import", str(tmp_path / "a.keras"), "--id", "a", "--class", "x", "--class", "y"]
    )
    assert code == 1
    assert "3 outputs, but 2 classes" in capsys.readouterr().err
