"""Labelled pictures, prepared once as `model.input` prepares them for inference, kept as uint8."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lungview.errors import InputError, LungViewError
from lungview.image import readers
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.machine import cpus
from lungview.model.card import ClassLabel
from lungview.model.input import see
from lungview.training.data import labels as names
from lungview.training.data.listing import Row, rows
from lungview.training.data.split import grouped, of_fold

# Part of the key of kept arrays: raise it when the preparation changes what it gives.
PREPARATION_VERSION = 2


# What slices in HU are shown through: what the public pictures of that kind were saved with. Those of nodules
# have their soft tissue at 226 of 255, as in a lung window.
WINDOWS: Mapping[str, Window] = {
    "box": Window(-600.0, 1600.0, name="Preparation"),
    "body": Window(-300.0, 1400.0, name="Preparation"),
    "whole": Window(-300.0, 1400.0, name="Preparation"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures are prepared: the fields of ModelCard that `see` takes."""

    size: tuple[int, int] = (224, 224)
    preparation: str = "body"
    fit: str = "pad"

    @property
    def window(self) -> Window:
        return WINDOWS[self.preparation]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """n labelled pictures. Every array has n entries, in the same order.

    pictures: (n, rows, columns) uint8. targets: (n, C) float32, 1 for every class the label admits: one 1 is
    an ordinary label, several a partial one ("malignant" among subtypes).
    groups: what must stay in one part (patient, or near-duplicates). splits: "train", "valid", "test".
    sources: the name of the data each picture came from. failures: (path, sentence) of what gave no picture.
    """

    classes: tuple[ClassLabel, ...]
    pictures: np.ndarray
    targets: np.ndarray
    groups: np.ndarray
    splits: np.ndarray
    sources: np.ndarray
    paths: tuple[str, ...]
    extra: tuple[dict[str, str], ...] = ()
    failures: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def partial(self) -> np.ndarray:
        """(n,) bool: the label admits more than one class."""
        return np.asarray(self.targets.sum(axis=1) > 1)

    @property
    def labels(self) -> np.ndarray:
        """(n,) int class index, -1 where the label is partial."""
        return np.where(self.partial, -1, self.targets.argmax(axis=1))

    @property
    def cancer(self) -> np.ndarray:
        """(n,) bool: the label admits malignant classes only."""
        malignant = np.array([c.malignant for c in self.classes])
        return np.asarray((self.targets * ~malignant).sum(axis=1) == 0)

    def take(self, chosen: np.ndarray) -> Samples:
        """The pictures of a boolean mask or an index array."""
        index = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return dataclasses.replace(
            self,
            pictures=self.pictures[index],
            targets=self.targets[index],
            groups=self.groups[index],
            splits=self.splits[index],
            sources=self.sources[index],
            paths=tuple(self.paths[i] for i in index),
            extra=tuple(self.extra[i] for i in index),
        )

    def part(self, split: str) -> Samples:
        """The train, valid or test part; may be empty."""
        return self.take(self.splits == split)


def join(parts: Sequence[Samples]) -> Samples:
    """Several sources as one. Raises InputError when their classes differ."""
    if any(p.classes != parts[0].classes for p in parts):
        raise InputError("the sources name different classes", hint="train them as one task")
    arrays = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in ("pictures", "targets", "groups", "splits", "sources")
    }
    return Samples(
        parts[0].classes,
        **arrays,
        paths=tuple(x for p in parts for x in p.paths),
        extra=tuple(x for p in parts for x in p.extra),
        failures=tuple(x for p in parts for x in p.failures),
    )


def in_fold(samples: Samples, fold: int, count: int, seed: int) -> Samples:
    """The same pictures in the parts that split.of_fold gives them; as they are for a count of 0."""
    if not count:
        return samples
    labels = [",".join(map(str, np.flatnonzero(admits))) for admits in samples.targets]
    parts = of_fold(labels, samples.groups.tolist(), fold, count, seed)
    return dataclasses.replace(samples, splits=np.array(parts))


def rated(samples: Samples, column: str) -> Samples:
    """The same pictures with readers' ratings as targets: (rating − 1) / 4 malignant, the rest benign.

    column: of `extra`, numbers from 1 (highly unlikely to be malignant) to 5 (highly suspicious), as in
    LIDC-IDRI. Where it is empty, the target stays. Raises InputError for another number, for data without
    the column, and for other classes than one malignant and one benign.
    """
    malignant = np.array([c.malignant for c in samples.classes])
    if malignant.sum() != 1 or len(malignant) != 2:
        raise InputError("ratings of malignancy need one benign and one malignant class")
    if not any(extra.get(column) for extra in samples.extra):
        raise InputError(f"the data has no ratings in a column {column}")
    targets = samples.targets.copy()
    for target, extra in zip(targets, samples.extra, strict=True):
        if text := extra.get(column, ""):
            target[malignant] = share = _share(text)
            target[~malignant] = 1 - share
    return dataclasses.replace(samples, targets=targets)


def _share(rating: str) -> float:
    try:
        value = float(rating)
    except ValueError:
        value = float("nan")
    if not 1 <= value <= 5:
        raise InputError(f"a rating of malignancy is a number from 1 to 5, not “{rating}”")
    return round((value - 1) / 4 * 64) / 64  # so that both shares are exact and add up to 1


def load(
    data: Path,
    task: str,
    *,
    split: Path | None = None,
    look: Look | None = None,
    cache: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Samples:
    """The labelled pictures of one source, prepared.

    task: "subtype", "nodule", or "custom" (the classes that the data names). data, split: as listing.rows.
    Where nothing says which part a picture belongs to, parts are made by group, in proportion.
    cache: a folder that keeps the prepared arrays, so that a second run starts at once.
    A picture that cannot be read is left out and named in `failures`. Raises InputError: one sentence.
    """
    look = look or Look()
    listed = rows(data, split)
    classes = names.classes_of(task, (r.label for r in listed))
    admitted = [names.admitted(r.label, classes) for r in listed]
    kept = [(r, a) for r, a in zip(listed, admitted, strict=True) if a is not None]
    if len({a for _, a in kept}) < 2:
        raise InputError(
            f"fewer than two of the classes {', '.join(c.key for c in classes)} have pictures", data
        )
    pictures, ok, failures = _pictures([r for r, _ in kept], look, cache, on_progress)
    kept = [pair for pair, good in zip(kept, ok, strict=True) if good]
    if not kept:
        raise InputError(f"no picture could be read; the first: {failures[0][1]}", data)
    return _samples(data, classes, kept, pictures[ok], failures)


def _samples(
    data: Path,
    classes: tuple[ClassLabel, ...],
    kept: list[tuple[Row, tuple[bool, ...]]],
    pictures: np.ndarray,
    failures: list[tuple[str, str]],
) -> Samples:
    listed = [r for r, _ in kept]
    root = data if data.is_dir() else data.parent
    paths = tuple(_relative(r.path, root) for r in listed)
    groups = [f"{root.name}/{r.group or path}" for r, path in zip(listed, paths, strict=True)]
    splits = [r.split for r in listed]
    if not all(splits):
        splits = list(grouped([names.normalise(r.label) for r in listed], groups))
    return Samples(
        classes,
        pictures,
        np.array([a for _, a in kept], dtype=np.float32),
        np.array(groups),
        np.array(splits),
        np.array([root.name] * len(listed)),
        paths,
        tuple(dict(r.extra) for r in listed),
        tuple(failures),
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _pictures(
    listed: list[Row], look: Look, cache: Path | None, on_progress: Callable[[int, int], None] | None
) -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """(n, rows, columns) uint8, (n,) bool which could be read, and a sentence for each that could not."""
    kept = None if cache is None else cache / f"{_key(listed, look)}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as arrays:
            return arrays["pictures"], arrays["ok"], json.loads(str(arrays["failures"]))
    pictures = np.zeros((len(listed), *look.size), np.uint8)
    ok = np.zeros(len(listed), dtype=bool)
    failures: list[tuple[str, str]] = []
    with ThreadPoolExecutor(cpus()) as pool:
        for i, found in enumerate(pool.map(lambda row: _prepared(row.path, look), listed)):
            if isinstance(found, LungViewError):
                failures.append((str(listed[i].path), found.message))
            else:
                pictures[i], ok[i] = found, True
            if on_progress is not None:
                on_progress(i + 1, len(listed))
    if kept is not None:
        _keep(kept, pictures, ok, failures)
    return pictures, ok, failures


def _prepared(path: Path, look: Look) -> np.ndarray | LungViewError:
    try:
        picture, _ = see(
            read(path), look.size, preparation=look.preparation, window=look.window, fit=look.fit
        )
    except LungViewError as error:
        return error
    return picture


def read(path: Path) -> Slice:
    """One picture of a data set. Raises ReadError."""
    return readers.read(path)


def _key(listed: list[Row], look: Look) -> str:
    digest = hashlib.sha256(f"{PREPARATION_VERSION}{look}".encode())
    for row in listed:
        try:
            state = row.path.stat()
        except OSError:
            digest.update(f"{row.path}absent".encode())
        else:
            digest.update(f"{row.path}{state.st_size}{state.st_mtime_ns}".encode())
    return digest.hexdigest()[:24]


def _keep(path: Path, pictures: np.ndarray, ok: np.ndarray, failures: list[tuple[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: a killed run leaves no half file that the next one would trust.
    aside = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(aside, pictures=pictures, ok=ok, failures=json.dumps(failures))
    aside.replace(path)
