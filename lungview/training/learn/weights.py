"""Weights to start from: nothing, Keras' own, an .npz file in one of three layouts, a run, or a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lungview.errors import WeightsError
from lungview.model import registry
from lungview.model.card import read_card
from lungview.training.architectures.architecture import Architecture
from lungview.training.learn.run_folder import RunFolder
from lungview.training.networks import from_litert as finished

Arrays = dict[str, np.ndarray]


def start(architecture: Architecture, shape: tuple[int, int, int], classes: int, source: str) -> Any:
    """A flat network with its starting weights, and only what may change left trainable.

    source: "none", "imagenet" (fetched by Keras), one of the architecture's packages, an .npz file, or
    the folder of an earlier run or of a finished model, of the same architecture. Raises WeightsError,
    InputError, CardError.
    """
    if source == "none":
        return architecture.build(shape, classes, None)
    if source == "imagenet":
        if not architecture.imagenet:
            raise WeightsError(f"Keras publishes no ImageNet weights for {architecture.name}")
        model = architecture.build(shape, classes, "imagenet")
    else:
        model = architecture.build(shape, classes, None)
        path = Path(source)
        if source in architecture.packages:
            architecture.packages[source](model)
        elif is_model(source):
            finished.load(model, registry.Entry(read_card(path), path))
        elif path.is_dir():
            RunFolder(path).load_best(model)
        else:
            load(model, path)
    freeze(model, architecture.trainable, everywhere=is_model(source))
    return model


def mean(
    architecture: Architecture, shape: tuple[int, int, int], classes: int, sources: Sequence[str]
) -> Any:
    """As `start`, with the mean of the weights of all sources: of runs that began as one, one network.

    Such a mean answers about as their ensemble would (Wortsman et al. 2022), and costs one network's time.
    """
    model = start(architecture, shape, classes, sources[0])
    if len(sources) > 1:
        others = [start(architecture, shape, classes, source).get_weights() for source in sources[1:]]
        each = zip(model.get_weights(), *others, strict=True)
        model.set_weights([np.mean(same, axis=0) for same in each])
    return model


def is_model(source: str) -> bool:
    """Whether the weights are those of a finished model's folder."""
    return (Path(source) / "card.json").is_file()


def load(model: Any, path: Path) -> int:
    """Copy the file's arrays into the model; the number of layers that got theirs. Raises WeightsError."""
    if not path.exists():
        raise WeightsError(
            f"there is no .npz file, run folder or model “{path}”", hint="lungview models list"
        )
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (OSError, ValueError, EOFError) as error:
        raise WeightsError(f"not a readable .npz file ({error})", path) from error
    reader: Callable[[Any, Arrays], dict[str, list[np.ndarray]]] = _by_name
    if "conv00/w" in arrays:
        reader = _in_order
    elif "conv1.weight" in arrays:
        reader = _alexnet
    try:
        wanted = reader(model, arrays)
        for name, values in wanted.items():
            model.get_layer(name).set_weights(values)
    except (KeyError, ValueError) as error:
        sentence = str(error).splitlines()[0]
        raise WeightsError(f"the weights do not fit {model.name}: {sentence}", path) from error
    if not wanted:
        raise WeightsError(f"no layer of {model.name} has a name that is in the file", path)
    return len(wanted)


def _by_name(model: Any, arrays: Arrays) -> dict[str, list[np.ndarray]]:
    """Keys `layer/i`, in the order of layer.get_weights()."""
    found: dict[str, list[np.ndarray]] = {}
    names = {layer.name for layer in model.layers}
    for key in sorted(arrays, key=_numbered):
        layer = key.rpartition("/")[0]
        if layer in names:
            found.setdefault(layer, []).append(arrays[key])
    return found


def _numbered(key: str) -> tuple[str, int]:
    name, _, number = key.rpartition("/")
    return name, int(number) if number.isdigit() else 0


def _in_order(model: Any, arrays: Arrays) -> dict[str, list[np.ndarray]]:
    """Keys `convNN/w|s|b`: int8 kernels, their scale, and the bias that the normalisation adds."""
    found: dict[str, list[np.ndarray]] = {}
    norms = _made_in_order(model, keras.layers.BatchNormalization)
    for i, layer in enumerate(_made_in_order(model, keras.layers.Conv2D)):
        key = f"conv{i:02d}"
        found[layer.name] = [arrays[f"{key}/w"].astype(np.float32) * arrays[f"{key}/s"]]
        # The identity but for its shift: keras' epsilon is taken out of the variance.
        one = np.full_like(arrays[f"{key}/b"], 1 - norms[i].epsilon)
        found[norms[i].name] = [arrays[f"{key}/b"], np.zeros_like(one), one]
    return found


def _made_in_order(model: Any, kind: type) -> list[Any]:
    chosen = [layer for layer in model.layers if isinstance(layer, kind)]
    # Keras numbers unnamed layers as they are made: conv2d, conv2d_1, …; a graph lists them otherwise.
    return sorted(chosen, key=lambda layer: int((re.search(r"_(\d+)$", layer.name) or [0, 0])[1]))


def _alexnet(_model: Any, arrays: Arrays) -> dict[str, list[np.ndarray]]:
    """Keys `convN.weight` OIHW and `convN.bias`; grouped ones go to the two halves."""
    found: dict[str, list[np.ndarray]] = {}
    for i in range(1, 6):
        kernel, bias = arrays[f"conv{i}.weight"].transpose(2, 3, 1, 0), arrays[f"conv{i}.bias"]
        if i in (1, 3):
            found[f"conv{i}"] = [kernel, bias]
            continue
        half = kernel.shape[-1] // 2
        found[f"conv{i}a"] = [kernel[..., :half], bias[:half]]
        found[f"conv{i}b"] = [kernel[..., half:], bias[half:]]
    return found


def freeze(model: Any, trainable: int | None, *, everywhere: bool = False) -> None:
    """Leave the last `trainable` layers of the backbone (None: all) and the head to be trained.

    Batch normalisation of the backbone stays as loaded: with small batches its statistics would be lost.
    everywhere: the head's does, too: a finished model has none left.
    """
    pool = next(i for i, layer in enumerate(model.layers) if layer.name == "pool")
    first = 0 if trainable is None else pool - trainable
    for i, layer in enumerate(model.layers[:pool]):
        layer.trainable = i >= first and not isinstance(layer, keras.layers.BatchNormalization)
    for layer in model.layers[pool:]:
        if everywhere and isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
