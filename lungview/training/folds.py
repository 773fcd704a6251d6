"""Cross-validation by group: a run for each fold, and the figures of all their test parts together."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lungview.errors import InputError, LungViewError
from lungview.spreadsheet import ENCODING, Table
from lungview.training import architectures
from lungview.training.data.dataset import Samples, in_fold
from lungview.training.data.listing import Row
from lungview.training.export import described
from lungview.training.learn import calibrate, fit, teacher
from lungview.training.learn.config import Config
from lungview.training.learn.run_folder import RunFolder
from lungview.training.measure import evaluate, metrics, nodules

# Of evaluate.figures; the rest is of the suitability gate, which is made when a model is exported.
KEPT = ["n", "groups", "accuracy", "macro_f1", "auc", "ece", "auc_cancer", "ci95"]
KEPT += ["per_class", "confusion", "reliability", "risk_coverage"]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One finished fold: its number from 1, its test part, and what its run says of it.

    probabilities: (n, C), calibrated by `temperature`, which comes from the fold's validation part.
    """

    number: int
    test: Samples
    probabilities: np.ndarray
    temperature: float


def cross_validate(
    config: Config, count: int, out: Path, root: Path, on_progress: fit.Progress | None = None
) -> Iterator[Fold]:
    """Train the folds that are not finished, in OUT/fold1 …; each fold as it ends.

    The folds are made by config.seed. Raises InputError (count, data, folder), and as fit.train.
    """
    whole = fit.samples_of(dataclasses.replace(config, fold=0, folds=0), root, out / "cache")
    _check(whole, count, config.seed)
    for number in range(1, count + 1):
        run = RunFolder(out / f"fold{number}")
        of_fold = dataclasses.replace(config, fold=number, folds=count)
        samples = in_fold(whole, number, count, config.seed)
        run.begin(of_fold)
        if run.answers() is None:
            fit.train(of_fold, run.path, root, cache=out / "cache", on_progress=on_progress)
            _answer(run, root, samples)
            keras.backend.clear_session()
        yield _finished(run, number, samples.part("test"))


def _check(samples: Samples, count: int, seed: int) -> None:
    groups = samples.groups.tolist()
    most = len(set(groups))
    if not 2 <= count <= most:
        raise InputError(f"the number of folds must be 2 to {most}, the number of groups, not {count}")
    for number in range(1, count + 1):
        if "test" not in in_fold(samples, number, count, seed).splits:
            raise InputError(f"the groups cannot be divided into {count} folds", hint="choose fewer")


def _answer(run: RunFolder, root: Path, samples: Samples) -> None:
    """Keep what the run says of its test part; it is finished then."""
    model = teacher.trained(run, root, len(samples.classes))
    config = run.config()
    name, mirrored = architectures.find(config.architecture).scale, config.mirrored
    valid, test = samples.part("valid"), samples.part("test")
    temperature = calibrate.temperature(
        fit.logits_of(model, valid.pictures, name, mirrored=mirrored), valid.targets
    )
    logits = fit.logits_of(model, test.pictures, name, mirrored=mirrored)
    run.keep_answers(calibrate.softmax(logits, temperature), test.paths, temperature)


def _finished(run: RunFolder, number: int, test: Samples) -> Fold:
    kept = run.answers()
    if kept is None or kept[1] != test.paths:
        raise InputError(
            "the data has changed since this fold was trained", run.path, "choose another folder"
        )
    return Fold(number, test, kept[0], kept[2])


def scores(fold: Fold) -> dict[str, float]:
    """The figures of one fold alone: few pictures, so for a look at how far folds differ."""
    p, t = fold.probabilities, fold.test.targets
    named = {"accuracy": metrics.accuracy(p, t), "auc": metrics.macro_auc(p, t)}
    groups = len(set(fold.test.groups.tolist()))
    return {"n": len(p), "groups": groups, **named, "temperature": fold.temperature}


def pooled(config: Config, folds: Sequence[Fold], out: Path, draws: int = 1000) -> dict[str, Any]:
    """The figures of all folds' answers as one set, 95 % intervals by group; writes OUT/folds.csv and .json.

    by_fold: `scores` of each. per_nodule: as nodules.per_nodule. Raises LungViewError when the disk is full.
    """
    card = described.describe(config, folds[0].test, temperature=1.0)
    pictures, found = _together(folds)
    figures = evaluate.figures(card, pictures, found, draws)
    result = {"id": config.id, "folds": len(folds), "seed": config.seed}
    result |= {name: figures[name] for name in KEPT if name in figures}
    result["ci95"] = {name: ends for name, ends in figures["ci95"].items() if name in KEPT}
    result |= nodules.per_nodule(pictures, found, card, draws)
    result["by_fold"] = [{"fold": f.number, **evaluate.rounded(scores(f))} for f in folds]
    try:
        _write_table(folds, out / "folds.csv")
        (out / "folds.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise LungViewError(f"the figures could not be written ({error.strerror})", out) from error
    return result


def _together(folds: Sequence[Fold]) -> tuple[evaluate.Labelled, evaluate.Answers]:
    """The pictures and answers as evaluate takes them; there is no gate that could refuse one."""
    rows = tuple(
        Row(Path(path), label, "test", str(group), extra)
        for fold in folds
        for path, label, group, extra in _lines(fold)
    )
    probabilities = np.concatenate([f.probabilities for f in folds])
    yes, zero = np.ones(len(rows), dtype=bool), np.zeros(len(rows))
    targets = np.concatenate([f.test.targets for f in folds])
    pictures = evaluate.Labelled(rows, targets, np.array([r.group for r in rows]))
    return pictures, evaluate.Answers(probabilities, yes, yes, yes, zero, zero)


def _lines(fold: Fold) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Path, the classes that the label admits, group and extra columns of each picture."""
    keys = np.array([c.key for c in fold.test.classes])
    for i, admits in enumerate(fold.test.targets > 0):
        yield fold.test.paths[i], "|".join(keys[admits]), str(fold.test.groups[i]), fold.test.extra[i]


def _write_table(folds: Sequence[Fold], path: Path) -> None:
    keys = [c.key for c in folds[0].test.classes]
    names = sorted({name for fold in folds for extra in fold.test.extra for name in extra})
    with path.open("w", newline="", encoding=ENCODING) as file:
        table = Table(file, ["path", "class", "group", "fold", *(f"p_{key}" for key in keys), *names])
        for fold in folds:
            for line, p in zip(_lines(fold), fold.probabilities, strict=True):
                said, extra = [f"{value:.8g}" for value in p], [line[3].get(name, "") for name in names]
                table.row([*line[:3], fold.number, *said, *extra])
