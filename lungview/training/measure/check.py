"""Whether labelled data can be believed: copies, copies across parts and classes, shortcuts, bad files."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import InputError, LungViewError
from lungview.machine import cpus
from lungview.spreadsheet import ENCODING, Table
from lungview.training.data import labels as names
from lungview.training.data import likeness
from lungview.training.data.dataset import read
from lungview.training.data.likeness import Picture
from lungview.training.data.listing import Row
from lungview.training.data.split import grouped
from lungview.training.measure import metrics

# Pairs of distinct pictures fall into two clumps, above 0.99 and below 0.95; between them hardly any.
NEAR = 0.98
# Alike at first glance: neighbouring slices of one patient, the nearest to a patient that pictures give.
BLOCK = 0.88


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """n readable pictures, in order of `rows`; unreadable: (path, sentence).

    near, block: (n,) int, the group of near-duplicates, and of alike pictures, each is in. first: (n,) bool,
    the one kept of its pixel content: the first in valid, else in test, else of all.
    """

    rows: tuple[Row, ...]
    keys: tuple[str, ...]
    digests: tuple[str, ...]
    near: np.ndarray
    block: np.ndarray
    first: np.ndarray
    near_pairs: np.ndarray
    facts: np.ndarray
    grain: np.ndarray
    unreadable: tuple[tuple[str, str], ...]


def check(rows: Iterable[Row], on_progress: Callable[[int, int], None] | None = None) -> Check:
    """Read and compare every picture. Raises InputError when none can be read."""
    listed = tuple(rows)
    found: list[tuple[Row, Picture]] = []
    unreadable: list[tuple[str, str]] = []
    with ThreadPoolExecutor(cpus()) as pool:
        for i, seen in enumerate(pool.map(_picture, listed)):
            if isinstance(seen, Picture):
                found.append((listed[i], seen))
            else:
                unreadable.append((str(listed[i].path), seen.message))
            if on_progress is not None:
                on_progress(i + 1, len(listed))
    if not found:
        raise InputError(f"none of {len(listed)} pictures can be read; the first: {unreadable[0][1]}")
    return _compared(found, tuple(unreadable))


def _picture(row: Row) -> Picture | LungViewError:
    try:
        return likeness.picture(read(row.path), row.path.suffix.lower())
    except LungViewError as error:
        return error


def _compared(found: list[tuple[Row, Picture]], unreadable: tuple[tuple[str, str], ...]) -> Check:
    pictures = [p for _, p in found]
    digests = tuple(p.digest for p in pictures)
    near = likeness.correlated_pairs(pictures, NEAR)
    same = np.concatenate([near, likeness.hashed_pairs(pictures)])
    alike = np.concatenate([same, likeness.correlated_pairs(pictures, BLOCK)])
    return Check(
        tuple(r for r, _ in found),
        tuple(names.normalise(r.label) for r, _ in found),
        digests,
        likeness.components(same, len(found)),
        likeness.components(alike, len(found)),
        _first([r.split for r, _ in found], digests),
        near,
        np.array([p.facts for p in pictures]),
        np.array([p.grain for p in pictures]),
        unreadable,
    )


def _first(splits: list[str], digests: tuple[str, ...]) -> np.ndarray:
    order = sorted(range(len(digests)), key=lambda i: ("valid", "test", "train", "").index(splits[i]))
    kept = {digests[i]: i for i in reversed(order)}
    return np.array([kept[d] == i for i, d in enumerate(digests)])


def report(found: Check) -> dict[str, Any]:
    """The figures as plain JSON values."""
    splits = np.array([r.split for r in found.rows])
    pairs = {frozenset(p) for p in found.near_pairs.tolist()} | _exact_pairs(found)
    return {
        "files": len(found.rows) + len(found.unreadable),
        "unreadable": [list(u) for u in found.unreadable],
        "distinct": int(found.first.sum()),
        "near_duplicate_groups": len(np.unique(found.near)),
        "blocks": len(np.unique(found.block)),
        "classes": {k: _of_class(found, np.array(found.keys) == k) for k in sorted(set(found.keys))},
        "within_parts": _within(found, splits),
        "across_parts": _across(found, splits, pairs),
        "copies_in_train": _copies(found, splits, pairs),
        "two_labels": _two_labels(found),
        "shortcut": shortcut(found),
        "shortcut_on_test": shortcut_on_test(found),
        "grain": grain(found),
    }


def _of_class(found: Check, chosen: np.ndarray) -> dict[str, Any]:
    parts = Counter(r.split for r, c in zip(found.rows, chosen, strict=True) if c)
    blocks = len(np.unique(found.block[chosen]))
    return _counts(found, chosen) | {
        "blocks": blocks,
        "parts": {k or "none": v for k, v in sorted(parts.items())},
    }


def _counts(found: Check, chosen: np.ndarray) -> dict[str, Any]:
    return {
        "files": int(chosen.sum()),
        "distinct": len(np.unique(np.array(found.digests)[chosen])),
        "near_duplicate_groups": len(np.unique(found.near[chosen])),
    }


def _within(found: Check, splits: np.ndarray) -> dict[str, dict[str, Any]]:
    """By part: pairs with the same pixels in it, and the counts of each class."""
    keys = np.array(found.keys)
    exact = Counter(splits[i] for i, j in _exact_pairs(found) if splits[i] == splits[j])
    return {
        part: {
            "exact_pairs": exact[part],
            "classes": {k: _counts(found, (keys == k) & (splits == part)) for k in sorted(set(found.keys))},
        }
        for part in ("train", "valid", "test")
        if part in splits
    }


def _exact_pairs(found: Check) -> set[frozenset[int]]:
    same: dict[str, list[int]] = defaultdict(list)
    for i, d in enumerate(found.digests):
        same[d].append(i)
    return {frozenset(p) for members in same.values() for p in itertools.combinations(members, 2)}


def _across(found: Check, splits: np.ndarray, pairs: set[frozenset[int]]) -> dict[str, dict[str, int]]:
    """Pairs with one picture in each part; near counts the exact ones too."""
    near: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for pair in pairs:
        i, j = sorted(pair, key=lambda k: ("train", "valid", "test", "").index(splits[k]))
        if splits[i] != splits[j]:
            near[f"{splits[i]}-{splits[j]}"] += 1
            exact[f"{splits[i]}-{splits[j]}"] += found.digests[i] == found.digests[j]
    return {name: {"exact": exact[name], "near": n} for name, n in sorted(near.items())}


def _copies(found: Check, splits: np.ndarray, pairs: set[frozenset[int]]) -> dict[str, dict[str, Any]]:
    """Of each other part: pictures with an exact, or near, copy in train, in all and by class."""
    near, exact = (set[int](), set[int]())
    for pair in pairs:
        for i, j in itertools.permutations(pair):
            if splits[j] == "train" and splits[i] != "train":
                near.add(i)
                if found.digests[i] == found.digests[j]:
                    exact.add(i)
    result: dict[str, dict[str, Any]] = {}
    for part in ("valid", "test"):
        members = [i for i in range(len(splits)) if splits[i] == part]
        if members:
            by_class = [Counter(found.keys[i] for i in members if i in copies) for copies in (exact, near)]
            result[part] = {
                "n": len(members),
                "exact": len(exact & set(members)),
                "near": len(near & set(members)),
                "exact_by_class": dict(sorted(by_class[0].items())),
                "near_by_class": dict(sorted(by_class[1].items())),
            }
    return result


def _two_labels(found: Check) -> list[list[str]]:
    """Pictures with the same pixels and different labels."""
    return [
        [str(found.rows[i].path), str(found.rows[j].path)]
        for i, j in (sorted(p) for p in sorted(_exact_pairs(found), key=sorted))
        if found.keys[i] != found.keys[j]
    ]


def shortcut(found: Check) -> dict[str, Any]:
    """How far the class is given away by size, colour and format of the file alone.

    Each distinct picture is judged by its 7 nearest in those facts, outside its own block.
    recall: by class; one far above `chance`, its share, is told by how its files were made.
    """
    return _told(found, found.first, found.first, found.block)


def shortcut_on_test(found: Check) -> dict[str, Any] | None:
    """The same, distinct test pictures judged by all of train, copies too; None without either part."""
    splits = np.array([r.split for r in found.rows])
    train, test = splits == "train", found.first & (splits == "test")
    return _told(found, train, test, np.arange(len(splits))) if train.any() and test.any() else None


def _told(
    found: Check, known: np.ndarray, judged: np.ndarray, apart: np.ndarray, neighbours: int = 7
) -> dict[str, Any]:
    # known, judged: (n,) bool. Pictures with one number in `apart` do not judge each other.
    facts, keys = found.facts, np.array(found.keys)
    spread = facts[known].std(axis=0)
    unit = (facts - facts[known].mean(axis=0)) / np.where(spread > 0, spread, 1)
    calls = []
    for i in np.flatnonzero(judged):
        away = ((unit[known] - unit[i]) ** 2).sum(axis=1)
        away[apart[known] == apart[i]] = np.inf
        nearest = np.argsort(away, kind="stable")[:neighbours]
        votes = keys[known][nearest[np.isfinite(away[nearest])]]
        calls.append(Counter(votes).most_common(1))  # of equals the nearest
    called, keys = np.array([c[0][0] if c else "" for c in calls]), keys[judged]
    return {
        "accuracy": round(float((called == keys).mean()), 4),
        "recall": {str(k): round(float((called[keys == k] == k).mean()), 4) for k in np.unique(keys)},
        "chance": {str(k): round(float((keys == k).mean()), 4) for k in np.unique(keys)},
    }


def grain(found: Check) -> dict[str, float]:
    """AUC of the noise in soft tissue alone, each class against the rest, distinct pictures; 0.5 is none.

    Slice thickness and reconstruction kernel decide it, not disease: far from 0.5 a class is told by scanner.
    """
    keys, values = np.array(found.keys)[found.first], found.grain[found.first]
    return {str(k): round(metrics.auc(values, keys == k), 4) for k in np.unique(keys)}


def write_split(found: Check, path: Path, root: Path, seed: int = 0) -> dict[str, int]:
    """Write a leakage-free split: path, class, split, group_id, block_id, keep. Returns kept pictures a part.

    No block is in two parts; keep = 1 marks one file for each pixel content.
    """
    parts = grouped(found.keys, [str(b) for b in found.block], seed=seed)
    with path.open("w", newline="", encoding=ENCODING) as file:
        table = Table(file, ("path", "class", "split", "group_id", "block_id", "keep"))
        for i, row in enumerate(found.rows):
            shown = row.path.relative_to(root).as_posix() if row.path.is_relative_to(root) else str(row.path)
            keep = int(found.first[i])
            table.row((shown, found.keys[i], parts[i], int(found.near[i]), int(found.block[i]), keep))
    return dict(Counter(p for p, keep in zip(parts, found.first, strict=True) if keep))
