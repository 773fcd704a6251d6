"""The training: batches that a seed and a number decide, a cosine, averaged weights, a state on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lungview.training.findings import loss, patches
from lungview.training.findings.samples.sample import Sample
from lungview.training.findings.samples.transplant import Graft
from lungview.training.learn.ahead import ahead

_AHEAD = 6  # batches made while the network learns
_LOGGED = 100  # steps a line of log.csv
_KEEP_S = 150.0  # between two states on disk


@dataclass(frozen=True, slots=True)
class Plan:
    """steps of `batch` patches; rate: peak of a cosine after `warmup` steps; ema: of the averaged weights."""

    steps: int
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 300
    decay: float = 0.02
    ema: float = 0.999
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is learnt from: samples and how likely each is drawn; nodules to put into other lungs."""

    samples: Sequence[Sample]
    chances: np.ndarray
    grafts: Sequence[Graft] = ()


def _batch(
    material: Material, plan: Plan, recipe: patches.Recipe, number: int
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([plan.seed, number])
    chosen = rng.choice(len(material.samples), plan.batch, p=material.chances / material.chances.sum())
    made = [patches.patch(material.samples[k], recipe, rng, material.grafts) for k in chosen]
    pictures, known = (np.stack([m[k] for m in made]) for k in (0, 1))
    if keras.config.image_data_format() == "channels_first":
        return np.moveaxis(pictures, -1, 1).copy(), np.moveaxis(known, -1, 1).copy()
    return pictures, known


def batches(
    material: Material, plan: Plan, recipe: patches.Recipe, first: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The batches from number `first` on, made ahead in a thread: a fork would inherit locks of others."""
    return ahead((_batch(material, plan, recipe, number) for number in range(first, plan.steps)), _AHEAD)


def train(model: Any, material: Material, plan: Plan, recipe: patches.Recipe, out: Path) -> None:
    """Train `model`; it ends with the averaged weights. out/state.npz: where a killed run goes on."""
    out.mkdir(parents=True, exist_ok=True)
    made = batches(material, plan, recipe, _first(out))
    schedule = keras.optimizers.schedules.CosineDecay(
        plan.rate * 0.03, plan.steps - plan.warmup, warmup_target=plan.rate, warmup_steps=plan.warmup
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=plan.decay, use_ema=True, ema_momentum=plan.ema, clipnorm=5.0
    )
    model.compile(optimizer, loss=loss.loss)
    optimizer.build(model.trainable_variables)
    number = _restore(model, out)
    kept = time.monotonic()
    for pictures, known in made:
        with _half_precision():
            value = float(model.train_on_batch(pictures, known))  # the mean since the last reset
        number += 1
        if number % _LOGGED == 0:
            _log(out, number, value)
            model.reset_metrics()
        if time.monotonic() - kept > _KEEP_S or number == plan.steps:
            _keep(model, out, number)
            kept = time.monotonic()
    optimizer.finalize_variable_values(model.trainable_variables)
    save(model, out / "weights.npz")


def save(model: Any, path: Path) -> None:
    """The weights, whole or not at all."""
    _write(path, {f"{i}": np.asarray(w) for i, w in enumerate(model.get_weights())})


def load(model: Any, path: Path) -> None:
    """Weights that `save` wrote, or the averaged ones of a state.npz."""
    with np.load(path) as kept:
        if "step" in kept.files:
            names = [f"weights/{i}" for i in range(len(model.weights))]
            weights = {v.path: kept[n] for v, n in zip(model.weights, names, strict=True)}
            averaged = {v.path: kept[f"average/{i}"] for i, v in enumerate(model.trainable_variables)}
            model.set_weights([{**weights, **averaged}[v.path] for v in model.weights])
        else:
            model.set_weights([kept[str(i)] for i in range(len(model.weights))])


def _half_precision() -> Any:
    """bfloat16 on the PyTorch backend: half the time on a processor that has it."""
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    return torch.autocast("cpu", torch.bfloat16)


def _first(out: Path) -> int:
    path = out / "state.npz"
    if not path.is_file():
        return 0
    with np.load(path) as kept:
        return int(kept["step"])


def _keep(model: Any, out: Path, number: int) -> None:
    store: dict[str, Any] = {}
    model.optimizer.save_own_variables(store)
    arrays = {f"optimizer/{k}": np.asarray(v) for k, v in store.items()}
    arrays |= {f"weights/{i}": np.asarray(w) for i, w in enumerate(model.get_weights())}
    averages = model.optimizer._model_variables_moving_average  # Keras has no other way to them
    arrays |= {f"average/{i}": keras.ops.convert_to_numpy(v) for i, v in enumerate(averages)}
    _write(out / "state.npz", {**arrays, "step": np.array(number)})


def _restore(model: Any, out: Path) -> int:
    path = out / "state.npz"
    if not path.is_file():
        return 0
    with np.load(path) as kept:
        model.set_weights([kept[f"weights/{i}"] for i in range(len(model.weights))])
        names = [k for k in kept.files if k.startswith("optimizer/")]
        model.optimizer.load_own_variables({k.removeprefix("optimizer/"): kept[k] for k in names})
        return int(kept["step"])


def _write(path: Path, arrays: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, **arrays)
    partial.replace(path)


def _log(out: Path, number: int, value: float) -> None:
    with (out / "log.csv").open("a", encoding="utf-8") as file:
        file.write(f"{number},{value:.5f},{time.time():.0f}\n")
