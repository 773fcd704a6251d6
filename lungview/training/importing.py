"""A user's own .keras or .h5 network becomes a model folder, without running any code that is in the file."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from lungview.errors import ModelError
from lungview.model import model_folder
from lungview.model.card import ModelCard
from lungview.training.architectures import alexnet  # registers its layer  # noqa: F401
from lungview.training.export import litert as export

# Below this, safe mode had holes (CVE-2025-8747, CVE-2025-9905, CVE-2025-9906).
SAFE_KERAS = (3, 11, 3)
# Layers that run code from the file, or load more files.
REFUSED = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "__lambda__"}
OUR_LAYERS = "lungview>"


def import_model(path: Path, card: ModelCard, out: Path, *, variant: str = "float16") -> ModelCard:
    """Read, inspect and export the network in `path` into the folder `out`; its card, completed.

    card: what the user says of it; input size, channels, hash and size are filled in from the network. It has
    no suitability gate and is not calibrated, and the card says so. Raises ModelError: one sentence.
    """
    model = as_logits(as_graph(read(path)))
    rows, columns, channels = _input(model, path)
    outputs = int(model.output.shape[-1])
    if outputs != len(card.classes):
        raise ModelError(
            f"the network has {outputs} outputs, but {len(card.classes)} classes were named", path
        )
    content = export.to_tflite(model, variant=variant)
    card = replace(
        card,
        input_size=(rows, columns),
        channels=channels,
        calibrated=False,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    model_folder.write(card, content, out)
    return card


def read(path: Path) -> Any:
    """The network of a .keras or .h5 file, once its description is found to be of known layers only."""
    if tuple(int(n) for n in keras.__version__.split(".")[:3]) < SAFE_KERAS:
        raise ModelError(
            f"Keras {keras.__version__} does not read such files safely; 3.11.3 or later does", path
        )
    inspect(description(path), path)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        sentence = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f"Keras cannot read the network ({sentence})", path) from error
    if not isinstance(model, keras.Model) or len(model.inputs or ()) != 1 or len(model.outputs) != 1:
        raise ModelError("the network must take one picture and give one row of classes", path)
    return model


def description(path: Path) -> Any:
    """The network's description, parsed as JSON: nothing of it is run. Raises ModelError."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return json.loads(archive.read("config.json"))
        with h5py.File(path, "r") as file:
            return json.loads(file.attrs["model_config"])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(
            "not a whole .keras or .h5 network (weights alone, pickles and SavedModels are not taken)", path
        ) from error


def inspect(config: Any, path: Path) -> None:
    """Raises ModelError when the description names anything but Keras' own layers and functions."""
    for node in _nodes(config):
        name, module = str(node["class_name"]), node.get("module")
        registered = str(node.get("registered_name") or "")
        if name in REFUSED:
            raise ModelError(
                f"the network holds a {name.strip('_')} layer, which would run code from the file", path
            )
        if registered.startswith(OUR_LAYERS):
            continue
        if module == "builtins" and name == "function":
            _inspect_function(node.get("config"), path)
        elif module is not None and module.split(".")[0] != "keras":
            raise ModelError(f"the network holds {module}.{name}, which is not of Keras", path)


def _inspect_function(name: object, path: Path) -> None:
    # `"function"` with any name makes Keras look that name up: only its own activations are meant.
    if not isinstance(name, str) or not hasattr(keras.activations, name):
        raise ModelError(f"the network names the function {name!r}, which is no activation of Keras", path)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object description in parsed JSON."""
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def as_graph(model: Any) -> Any:
    """The same network with its Sequential parts, also nested ones, laid out as one chain."""
    if not isinstance(model, keras.Sequential):
        return model
    image = keras.Input(model.inputs[0].shape[1:], name="image")
    x = image
    for layer in _chain(model):
        copy = layer.__class__.from_config(layer.get_config())
        x = copy(x)
        copy.set_weights(layer.get_weights())
    return keras.Model(image, x, name=model.name)


def _chain(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if isinstance(layer, keras.Sequential):
            yield from _chain(layer)
        else:
            yield layer


def as_logits(model: Any) -> Any:
    """The network with one output a class. One sigmoid output becomes two: not it, and it."""
    last = model.layers[-1]
    single = isinstance(last, keras.layers.Dense) and last.units == 1
    if not single or keras.activations.serialize(last.activation) != "sigmoid":
        return model
    kernel, bias = last.get_weights() if last.use_bias else (*last.get_weights(), np.zeros(1, np.float32))
    two = keras.layers.Dense(2, name="logits")
    result = keras.Model(model.input, two(last.input))
    two.set_weights([np.concatenate([0 * kernel, kernel], axis=1), np.concatenate([0 * bias, bias])])
    return result


def _input(model: Any, path: Path) -> tuple[int, int, int]:
    shape = model.input.shape
    if len(shape) != 4 or None in shape[1:] or shape[-1] not in (1, 3):
        raise ModelError(
            f"the network must take (rows, columns, 1 or 3) of fixed size, not {shape[1:]}", path
        )
    return int(shape[1]), int(shape[2]), int(shape[3])
