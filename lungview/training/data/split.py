"""Train, valid and test parts that share no group, the classes in proportion."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

SHARES: Mapping[str, float] = {"train": 0.7, "valid": 0.15, "test": 0.15}
VALID = 0.15  # share of what a fold of a cross-validation does not test


def grouped(
    labels: Sequence[str], groups: Sequence[str], shares: Mapping[str, float] = SHARES, seed: int = 0
) -> tuple[str, ...]:
    """The part of each picture: no group is in two parts, each class is spread as `shares` say.

    Largest groups first, each to the part that lacks most of its classes: greedy, repeatable by `seed`.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    totals = Counter(labels)
    wanted = {part: {c: share * n for c, n in totals.items()} for part, share in shares.items()}
    order = list(members)
    np.random.default_rng(seed).shuffle(order)
    order.sort(key=lambda g: -len(members[g]))
    parts = [""] * len(labels)
    for group in order:
        counts = Counter(labels[i] for i in members[group])
        part = max(wanted, key=lambda p: _lack(wanted[p], counts, totals))
        for c, n in counts.items():
            wanted[part][c] -= n
        for i in members[group]:
            parts[i] = part
    return tuple(parts)


def _lack(wanted: Mapping[str, float], counts: Mapping[str, int], totals: Mapping[str, int]) -> float:
    # A rare class counts as much as a common one; going far over the share counts against.
    return sum(min(wanted[c], n) / totals[c] - max(n - wanted[c], 0) / totals[c] for c, n in counts.items())


def folds(labels: Sequence[str], groups: Sequence[str], count: int = 5, seed: int = 0) -> np.ndarray:
    """(n,) int fold of each picture for cross-validation by group, classes in proportion."""
    names = grouped(labels, groups, {str(k): 1 / count for k in range(count)}, seed)
    return np.array([int(name) for name in names])


def of_fold(
    labels: Sequence[str], groups: Sequence[str], fold: int, count: int, seed: int = 0
) -> tuple[str, ...]:
    """The parts in fold 1, 2, … `count`: its groups are the test part, VALID of the others the valid part."""
    parts = np.where(folds(labels, groups, count, seed) == fold - 1, "test", "train")
    rest = np.flatnonzero(parts == "train").tolist()
    shares = {"train": 1 - VALID, "valid": VALID}
    parts[rest] = grouped([labels[i] for i in rest], [groups[i] for i in rest], shares, seed)
    return tuple(str(part) for part in parts)
