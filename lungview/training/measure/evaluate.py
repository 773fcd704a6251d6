"""What a model is worth on labelled pictures: it answers as in the program, through `classify`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lungview.batch.carriers.spread import Spread, died_reading, here
from lungview.classify.case import Case, Verdict
from lungview.classify.classify import classify
from lungview.errors import InputError, LungViewError, ModelError
from lungview.image.slice import Instance, Slice
from lungview.model.card import ModelCard
from lungview.model.registry import Entry
from lungview.training.data import labels as names
from lungview.training.data import rewindowed as variants
from lungview.training.data.dataset import read
from lungview.training.data.likeness import digest
from lungview.training.data.listing import Row, rows
from lungview.training.measure import metrics

BUNDLE = 16  # pictures that go to a worker together

Progress = Callable[[int, int], None]
_NOTHING_SEEN = np.zeros((0, 0), dtype=np.uint8)  # what the network saw is in no figure


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Pictures to be judged: listing, targets (n, C) as dataset.Samples has them, and bootstrap groups."""

    rows: tuple[Row, ...]
    targets: np.ndarray
    groups: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One model's answers to n pictures.

    ok: (n,) bool, whether there is an answer; where there is none, probabilities are 0. suitable, certain:
    (n,) bool, the gate let it through; the verdict is a call. seconds: (n,) of preparing and inferring.
    """

    probabilities: np.ndarray
    ok: np.ndarray
    suitable: np.ndarray
    certain: np.ndarray
    distances: np.ndarray
    seconds: np.ndarray
    errors: tuple[tuple[str, str], ...] = ()


def labelled(data: Path, card: ModelCard, split: Path | None = None, part: str = "") -> Labelled:
    """The pictures of `part`: "train", "valid", "test", "all", or "" = test where the data has one, else all.

    Labels that the model has no class for are left out. Raises InputError.
    """
    listed = rows(data, split)
    parts = {r.split for r in listed}
    part = part or ("test" if "test" in parts else "all")
    chosen = [r for r in listed if part == "all" or r.split == part]
    kept = [(r, names.admitted(r.label, card.classes)) for r in chosen]
    found = [(r, a) for r, a in kept if a is not None]
    if not found:
        raise InputError(f"no pictures in the part “{part}”", data)
    groups = [r.group or str(r.path) for r, _ in found]
    targets = np.array([a for _, a in found], dtype=np.float32)
    return Labelled(tuple(r for r, _ in found), targets, np.array(groups))


def answers(
    entry: Entry,
    pictures: Labelled,
    change: variants.Change | None = None,
    on_progress: Progress | None = None,
    spread: Spread = here,
) -> Answers:
    """One model's answers, each picture changed first where `change` is given.

    spread: where they are asked for. Raises ModelError, ReportError.
    """
    cases = []
    for case in spread(_case, pictures.rows, entry, change, lost=_lost, each=BUNDLE):
        cases.append(case)
        if on_progress is not None:
            on_progress(len(cases), len(pictures))
    return collect(cases, len(entry.card.classes))


def _lost(row: Row) -> Case:
    return Case(Instance(row.path), error=died_reading(row.path))


def _case(row: Row, entry: Entry, change: variants.Change | None) -> Case:
    source: Path | Slice = row.path
    if change is not None:
        try:
            source = variants.changed(read(row.path), change)
        except LungViewError:
            source = row.path  # classify says what is wrong with it
    case = classify(source, entry, override=True)  # to measure what the gate holds back
    if isinstance(case.error, ModelError):
        raise case.error  # it would be the same for every picture
    if case.prediction is None:
        return case
    return dataclasses.replace(case, prediction=dataclasses.replace(case.prediction, seen=_NOTHING_SEEN))


def collect(cases: Sequence[Case], classes: int) -> Answers:
    """Cases as arrays."""
    predictions = [c.prediction for c in cases]
    nothing = (0.0,) * classes
    return Answers(
        np.array([p.probabilities if p else nothing for p in predictions]),
        np.array([p is not None for p in predictions]),
        np.array([p is not None and p.suitability.suitable for p in predictions]),
        np.array([p is not None and _certain(p.verdict) for p in predictions]),
        np.array([p.suitability.score if p else np.nan for p in predictions]),
        np.array([p.seconds.prepare + p.seconds.infer if p else np.nan for p in predictions]),
        tuple((str(c.instance.path), c.error.message) for c in cases if c.error is not None),
    )


def _certain(verdict: Verdict) -> bool:
    return verdict is Verdict.CALLED


def figures(card: ModelCard, pictures: Labelled, found: Answers, draws: int = 1000) -> dict[str, Any]:
    """Every figure of one set of answers, as plain JSON values; nan becomes null. Raises InputError."""
    if not found.ok.any():
        reason = found.errors[0][1] if found.errors else "no pictures"
        raise InputError(f"{card.id} has no answer for any of {len(pictures)} pictures: {reason}")
    p, t = found.probabilities[found.ok], pictures.targets[found.ok]
    groups = pictures.groups[found.ok]
    table = metrics.confusion(p, t)
    result = {
        "model": card.id,
        "n": len(p),
        "failed": int((~found.ok).sum()),
        "groups": len(np.unique(groups)),
        **_scores(card, p, t),
        "per_class": _by_class(card, table),
        "confusion": table.tolist(),
        "ci95": metrics.intervals(
            lambda index: _scores(card, p[index], t[index]), groups, draws, sizes=_sizes(card, t, groups)
        ),
        "reliability": metrics.reliability(p, t).tolist(),
        "ece_if_calibrated": metrics.calibrated_ece(p, _units(pictures)[found.ok], draws),
        "risk_coverage": _curve(p, t),
        **_gate(card, pictures, found),
        "milliseconds": float(np.nanmedian(found.seconds) * 1e3),
    }
    return {key: rounded(value) for key, value in result.items()}


def _scores(card: ModelCard, p: np.ndarray, t: np.ndarray) -> dict[str, float]:
    result = {
        "accuracy": metrics.accuracy(p, t),
        "macro_f1": metrics.macro_f1(p, t),
        "auc": metrics.macro_auc(p, t),
        "ece": metrics.ece(p, t),
    }
    malignant = np.array([c.malignant for c in card.classes])
    if malignant.any() and not malignant.all():
        score, cancer = p[:, malignant].sum(axis=1), t[:, ~malignant].sum(axis=1) == 0
        sensitivity, specificity = metrics.rates(score, cancer, card.operating_point.threshold)
        result |= {
            "auc_cancer": metrics.auc(score, cancer),
            "sensitivity": sensitivity,
            "specificity": specificity,
        }
    return result


def _units(pictures: Labelled) -> np.ndarray:
    """(n,) what is right or wrong as one: a nodule where the data names them, else the group."""
    each = zip(pictures.rows, pictures.groups, strict=True)
    return np.array([f"{group}/{row.extra.get('nodule_id', '')}" for row, group in each])


def _sizes(card: ModelCard, t: np.ndarray, groups: np.ndarray) -> dict[str, int]:
    """How many groups the figures of one kind of pictures, or of both, are of."""
    malignant = np.array([c.malignant for c in card.classes])
    cancer = t[:, ~malignant].sum(axis=1) == 0
    ill, well = len(np.unique(groups[cancer])), len(np.unique(groups[~cancer]))
    return {"sensitivity": ill, "specificity": well, "auc_cancer": min(ill, well)}


def _by_class(card: ModelCard, table: np.ndarray) -> dict[str, dict[str, float]]:
    found = metrics.per_class(table)
    return {
        key: {name: float(values[i]) for name, values in found.items()} for i, key in enumerate(card.keys)
    }


def _curve(p: np.ndarray, t: np.ndarray) -> list[list[float]]:
    curve = metrics.risk_coverage(p, t, p.max(axis=1))
    index = np.unique(np.linspace(0, len(curve) - 1, 21).astype(int))
    return [[float(v) for v in row] for row in curve[index]]


def _gate(card: ModelCard, pictures: Labelled, found: Answers) -> dict[str, Any]:
    """What the suitability gate and the uncertain band hold back, and how good the rest is."""
    passed = found.suitable & found.ok
    certain = passed & found.certain
    of_passed = _scores(card, found.probabilities[passed], pictures.targets[passed]) if passed.any() else {}
    return {
        "refused": float((~passed[found.ok]).mean()),
        "suitable": {name: of_passed.get(name) for name in ("accuracy", "auc", "auc_cancer")},
        "uncertain": {
            "share": float(1 - certain.sum() / max(passed.sum(), 1)),
            "accuracy_of_calls": metrics.accuracy(found.probabilities[certain], pictures.targets[certain]),
        },
    }


def robustness(
    entry: Entry,
    pictures: Labelled,
    plain: float,
    on_progress: Progress | None = None,
    spread: Spread = here,
) -> dict[str, Any]:
    """Accuracy under each fixed change, the mean over the five windows, and its drop from `plain`."""

    def accuracy(change: variants.Change) -> float:
        found = answers(entry, pictures, change, on_progress, spread)
        return metrics.accuracy(found.probabilities[found.ok], pictures.targets[found.ok])

    windows = {name: accuracy(change) for name, change in variants.REWINDOWED.items()}
    frames = {name: accuracy(change) for name, change in variants.REFRAMED.items()}
    mean = float(np.mean(list(windows.values())))
    reframed = {"mean": float(np.mean(list(frames.values()))), **frames}
    return {
        "rewindowed": rounded({"mean": mean, "drop": plain - mean, **windows}),
        "reframed": rounded(reframed),
    }


def rounded(value: Any) -> Any:
    """Numbers rounded to what they are worth, nan as null: JSON knows no nan."""
    if isinstance(value, Mapping):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(v) for v in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 5) if np.isfinite(value) else None
    return value


def without(pictures: Labelled, found: Answers, left_out: np.ndarray) -> tuple[Labelled, Answers]:
    """The same without the pictures of a mask."""
    keep = np.flatnonzero(~left_out)
    fields = {f.name: getattr(found, f.name)[keep] for f in dataclasses.fields(Answers) if f.name != "errors"}
    kept = Labelled(tuple(pictures.rows[i] for i in keep), pictures.targets[keep], pictures.groups[keep])
    return kept, Answers(**fields)


def copies(
    card: ModelCard, pictures: Labelled, found: Answers, data: Path, trained: Path | None = None
) -> dict[str, Any]:
    """How many of these pictures are, pixel for pixel, training pictures, and the accuracy without them.

    trained: the split (paths relative to `data`) that the model was trained with, train and valid parts;
    without it the train part of the data's own folders. Empty where there is no such part.
    """
    listed = rows(data, trained, all_files=True) if trained is not None or data.is_dir() else ()
    seen = [r.path for r in listed if r.split in (("train", "valid") if trained else ("train",))]
    if not seen:
        return {}
    known = {_digest(path) for path in seen}
    copied = np.array([_digest(r.path) in known for r in pictures.rows])
    kept, answered = without(pictures, found, copied)
    p, t = answered.probabilities[answered.ok], kept.targets[answered.ok]
    rest = {"accuracy": metrics.accuracy(p, t), "macro_f1": metrics.macro_f1(p, t)}
    by_class = {
        key: int((copied & (pictures.targets.argmax(axis=1) == i)).sum()) for i, key in enumerate(card.keys)
    }
    return {"training_copies": {"n": int(copied.sum()), "by_class": by_class, "without_them": rounded(rest)}}


def _digest(path: Path) -> str:
    try:
        return digest(read(path))
    except LungViewError:
        return str(path)
