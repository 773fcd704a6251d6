"""What is kept of a training run: enough to go on after a kill, to repeat it, and to export it."""

from __future__ import annotations

import csv
import json
import math
import platform
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lungview.errors import InputError, LungViewError
from lungview.machine import cpus
from lungview.spreadsheet import ENCODING, Table
from lungview.training.learn import config as configs
from lungview.training.learn.config import Config

COLUMNS = ("epoch", "loss", "valid_loss", "valid_accuracy", "rate", "seconds")


class RunFolder:
    """config.json, log.csv, last.npz (weights, optimiser, epoch), best.npz (weights), curves.png.

    A finished fold of a cross-validation also has answers.npz: the probabilities of its test part.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, config: Config) -> bool:
        """Make the folder, or take it up again: whether there is a state to go on from.

        Raises InputError when the folder holds a run of another configuration.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        written = self.path / "config.json"
        if written.is_file():
            if not configs.same_training(self.config(), config):
                message = "the folder holds a run of another configuration"
                raise InputError(message, self.path, "choose another")
            return (self.path / "last.npz").is_file()
        versions = {"python": platform.python_version(), "keras": keras.__version__, "numpy": np.__version__}
        versions |= {"backend": keras.backend.backend(), "cpus": str(cpus())}
        (self.path / "versions.json").write_text(json.dumps(versions, indent=1), encoding="utf-8")
        values = configs.to_json(config)
        self._write("config.json", lambda p: p.write_text(json.dumps(values, indent=1), encoding="utf-8"))
        return False

    def config(self) -> Config:
        """The configuration of a run that was begun. Raises InputError."""
        try:
            return configs.parse(json.loads((self.path / "config.json").read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InputError("not the folder of a training run (no config.json)", self.path) from error

    def keep(self, model: Any, epoch: int, best: float) -> None:
        """The state after `epoch`, whole or not at all."""
        store: dict[str, Any] = {}
        model.optimizer.save_own_variables(store)
        arrays = {f"optimizer/{k}": np.asarray(v) for k, v in store.items()}
        arrays |= {f"weights/{i}": w for i, w in enumerate(model.get_weights())}
        self._save("last.npz", {**arrays, "epoch": np.array(epoch), "best": np.array(best)})

    def restore(self, model: Any) -> tuple[int, float]:
        """Put the kept state into a compiled model; the epoch it was kept after, the best loss so far."""
        with np.load(self.path / "last.npz") as kept:
            model.set_weights([kept[f"weights/{i}"] for i in range(len(model.weights))])
            model.optimizer.build(model.trainable_variables)
            names = [k for k in kept.files if k.startswith("optimizer/")]
            model.optimizer.load_own_variables({k.removeprefix("optimizer/"): kept[k] for k in names})
            return int(kept["epoch"]), float(kept["best"])

    def keep_best(self, model: Any) -> None:
        self._save("best.npz", {f"weights/{i}": w for i, w in enumerate(model.get_weights())})

    def load_best(self, model: Any) -> None:
        """Put the best weights into a model of the same architecture. Raises InputError."""
        try:
            with np.load(self.path / "best.npz") as kept:
                model.set_weights([kept[f"weights/{i}"] for i in range(len(model.weights))])
        except (OSError, KeyError, ValueError) as error:
            raise InputError(f"no finished epoch in this run ({error})", self.path) from error

    def keep_answers(self, probabilities: np.ndarray, paths: tuple[str, ...], temperature: float) -> None:
        """What the finished run says of its test part: probabilities (n, C) of the pictures `paths`."""
        values = {"probabilities": probabilities, "paths": np.array(paths)}
        self._save("answers.npz", {**values, "temperature": np.array(temperature)})

    def answers(self) -> tuple[np.ndarray, tuple[str, ...], float] | None:
        """What `keep_answers` kept; None while the run is not finished."""
        if not (self.path / "answers.npz").is_file():
            return None
        with np.load(self.path / "answers.npz") as kept:
            return kept["probabilities"], tuple(kept["paths"].tolist()), float(kept["temperature"])

    def log(self, row: dict[str, float]) -> None:
        """One line of log.csv."""
        path = self.path / "log.csv"
        new = not path.exists()
        with path.open("a", newline="", encoding=ENCODING) as file:
            Table(file, COLUMNS, head=new).row(f"{row[k]:.6g}" for k in COLUMNS)

    def history(self) -> list[dict[str, float]]:
        """The lines of log.csv; of an epoch that was run twice, the last."""
        with (self.path / "log.csv").open(newline="", encoding=ENCODING) as file:
            lines = [{k: float(v) for k, v in line.items()} for line in csv.DictReader(file)]
        return list({line["epoch"]: line for line in lines}.values())

    def _save(self, name: str, arrays: dict[str, Any]) -> None:
        # savez adds .npz to a path without it, hence the open file.
        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.savez(file, **arrays)

        self._write(name, write)

    def _write(self, name: str, write: Any) -> None:
        # Beside it first: a kill or a full disk in between leaves the old file whole.
        partial = self.path / f"{name}.partial"
        try:
            write(partial)
            partial.replace(self.path / name)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise LungViewError(
                f"the run could not be kept ({error.strerror}); the last good state is", self.path
            ) from error


class Onlooker(RunFolder):
    """The run folder as a worker has it that is not the chief: nothing is read or written."""

    def begin(self, config: Config) -> bool:  # noqa: ARG002
        return False

    def keep(self, model: Any, epoch: int, best: float) -> None:
        pass

    def restore(self, model: Any) -> tuple[int, float]:  # noqa: ARG002
        return 0, math.inf

    def keep_best(self, model: Any) -> None:
        pass

    def log(self, row: dict[str, float]) -> None:
        pass
