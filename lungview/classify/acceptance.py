"""A local acceptance test: a batch's cases against the user's own labels, as ACR's ARCH-AI asks of a site."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lungview.classify.case import Case, Verdict
from lungview.classify.verdict import malignancy
from lungview.errors import InputError
from lungview.intervals import of_area, wilson
from lungview.model.card import ModelCard
from lungview.spreadsheet import ENCODING, plain

NO_CALL = "no call"
HOW = (
    "Intervals are 95 %: Wilson for shares, DeLong for the AUC, near 0 and 1 as wide as Wilson's of the "
    "smaller class. Accuracy is of the calls that were made; no call means uncertain or not suitable. "
    "Sensitivity, specificity, ROC and calibration are of the probability of malignancy of every labelled "
    "file that the model may judge, uncertain ones included. Each file counts as one, also where several "
    "show the same patient."
)
BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """right of total, with the 95 % Wilson interval (low, high); total 0 gives 0 and (0, 1)."""

    right: int
    total: int

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.value, self.total)


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """What the comparison found.

    confusion: (true classes, called classes + no call) counts; keys: of the classes, in the card's order.
    sensitivity, specificity: of P(malignant) ≥ threshold, over all cases with a probability, the uncertain
    included; what the gate refused has none. roc: (false positive rate, sensitivity).
    calibration: (mean probability, share malignant, count) of each tenth that has cases.
    unlabelled, unmatched: cases without a label; labels without a case. not_judged: labelled, no probability.
    """

    keys: tuple[str, ...]
    confusion: np.ndarray
    accuracy: Share
    threshold: float
    sensitivity: Share
    specificity: Share
    roc: tuple[tuple[float, float], ...]
    auc: float
    auc_interval: tuple[float, float]
    calibration: tuple[tuple[float, float, int], ...]
    unlabelled: int
    unmatched: int
    not_judged: int


def read_labels(path: Path, card: ModelCard) -> dict[str, str]:
    """Path → class key, from a CSV with the columns path and label; a label is a class's key or its text.

    Raises InputError: which line, what was expected, what was found.
    """
    known = {c.key.casefold(): c.key for c in card.classes} | {c.text.casefold(): c.key for c in card.classes}
    labels: dict[str, str] = {}
    try:
        with path.open(encoding=ENCODING, newline="") as file:
            table = csv.DictReader(file)
            if not {"path", "label"} <= set(table.fieldnames or ()):
                raise InputError(f"expected the columns path and label, found {table.fieldnames}", path)
            for line, row in enumerate(table, 2):
                key = known.get(plain(str(row["label"])).strip().casefold())
                if key is None:
                    classes = ", ".join(card.keys)
                    raise InputError(f"line {line}: expected one of {classes}, found {row['label']!r}", path)
                labels[plain(str(row["path"])).strip()] = key
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the labels could not be read ({error})", path) from error
    return labels


class _Labels:
    """Finds a case's label by its whole path or by an end of it that is whole names."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.by_parts = {tuple(Path(p.replace("\\", "/")).parts): key for p, key in labels.items()}
        self.lengths = sorted({len(p) for p in self.by_parts}, reverse=True)
        self.used: set[tuple[str, ...]] = set()

    def of(self, case: Case) -> str | None:
        parts = (case.instance.path / case.instance.member).parts
        for length in self.lengths:
            key = self.by_parts.get(parts[-length:])
            if key is not None:
                self.used.add(parts[-length:])
                return key
        return None


def compare(cases: Iterable[Case], labels: Mapping[str, str], card: ModelCard) -> Acceptance:
    """Compare cases with labels. Raises InputError when no case has one."""
    finder = _Labels(labels)
    index = {key: i for i, key in enumerate(card.keys)}
    confusion = np.zeros((len(card.keys), len(card.keys) + 1), dtype=np.int64)
    scores: list[float] = []
    truths: list[bool] = []
    unlabelled = not_judged = 0
    malignant = {c.key for c in card.classes if c.malignant}
    for case in cases:
        truth = finder.of(case)
        if truth is None:
            unlabelled += 1
            continue
        found = case.judged
        called = index[found.label] if found and found.verdict is Verdict.CALLED else len(card.keys)
        confusion[index[truth], called] += 1
        total = malignancy(card, found.probabilities) if found else None
        if total is None:
            not_judged += 1
        else:
            scores.append(total)
            truths.append(truth in malignant)
    if not confusion.sum():
        raise InputError("no file of the batch has a label in the table", hint="the paths must match")
    counts = (unlabelled, len(finder.by_parts) - len(finder.used), not_judged)
    return _measured(card, confusion, np.asarray(scores), np.asarray(truths, dtype=bool), counts)


def _measured(
    card: ModelCard,
    confusion: np.ndarray,
    scores: np.ndarray,
    truths: np.ndarray,
    counts: tuple[int, int, int],
) -> Acceptance:
    positive = scores >= card.operating_point.threshold
    area, interval = auc(scores, truths)
    return Acceptance(
        keys=card.keys,
        confusion=confusion,
        accuracy=Share(int(np.trace(confusion)), int(confusion[:, :-1].sum())),
        threshold=card.operating_point.threshold,
        sensitivity=Share(int((positive & truths).sum()), int(truths.sum())),
        specificity=Share(int((~positive & ~truths).sum()), int((~truths).sum())),
        roc=roc(scores, truths),
        auc=area,
        auc_interval=interval,
        calibration=calibration(scores, truths),
        unlabelled=counts[0],
        unmatched=counts[1],
        not_judged=counts[2],
    )


def roc(scores: np.ndarray, truths: np.ndarray) -> tuple[tuple[float, float], ...]:
    """(false positive rate, sensitivity) from (0, 0) to (1, 1); empty when one of the kinds is absent."""
    if truths.all() or not truths.any():
        return ()
    order = np.argsort(-scores, kind="stable")
    hits, misses = np.cumsum(truths[order]), np.cumsum(~truths[order])
    last = np.append(np.diff(scores[order]) != 0, True)  # equal scores are one point
    x, y = misses[last] / (~truths).sum(), hits[last] / truths.sum()
    return ((0.0, 0.0), *((float(a), float(b)) for a, b in zip(x, y, strict=True)))


def auc(scores: np.ndarray, truths: np.ndarray) -> tuple[float, tuple[float, float]]:
    """Area under the ROC curve with its 95 % interval (`intervals.of_area`); nan when a kind is absent."""
    a, b = scores[truths], scores[~truths]
    if not a.size or not b.size:
        return math.nan, (math.nan, math.nan)
    wins_a, wins_b = _midrank_share(a, b), 1.0 - _midrank_share(b, a)
    area = float(wins_a.mean())
    variance = _variance(wins_a) / a.size + _variance(wins_b) / b.size
    return area, of_area(area, math.sqrt(variance), a.size, b.size)


def _midrank_share(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """For each value the share of the others below it, those equal counted half."""
    ordered = np.sort(others)
    below, up_to = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((below + up_to) / (2.0 * others.size))


def _variance(values: np.ndarray) -> float:
    return float(values.var(ddof=1)) if values.size > 1 else 0.0


def calibration(
    scores: np.ndarray, truths: np.ndarray, bins: int = BINS
) -> tuple[tuple[float, float, int], ...]:
    """(mean probability, share malignant, count) of each bin of equal width that has cases."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    found: list[tuple[float, float, int]] = []
    for i in range(bins):
        inside = place == i
        if inside.any():
            found.append((float(scores[inside].mean()), float(truths[inside].mean()), int(inside.sum())))
    return tuple(found)


def sentence(found: Acceptance) -> str:
    """The figures in a line."""
    parts: Sequence[tuple[str, Share]] = (
        ("accuracy of calls", found.accuracy),
        ("sensitivity", found.sensitivity),
        ("specificity", found.specificity),
    )
    words = [f"{w} {s.value:.3f} ({s.interval[0]:.3f}–{s.interval[1]:.3f}, n = {s.total})" for w, s in parts]
    if not math.isnan(found.auc):
        low, high = found.auc_interval
        count = f"n = {found.sensitivity.total} + {found.specificity.total}"
        words.append(f"AUC {found.auc:.3f} ({low:.3f}–{high:.3f}, {count})")
    return ", ".join(words)


def to_json(found: Acceptance) -> dict[str, Any]:
    """The figures as plain JSON values; null where there is no number."""
    return {
        "classes": list(found.keys),
        "confusion": found.confusion.tolist(),
        "accuracy": _share(found.accuracy),
        "threshold": found.threshold,
        "sensitivity": _share(found.sensitivity),
        "specificity": _share(found.specificity),
        "auc": None if math.isnan(found.auc) else found.auc,
        "auc_ci95": None if math.isnan(found.auc) else list(found.auc_interval),
        "calibration": [list(point) for point in found.calibration],
        "unlabelled": found.unlabelled,
        "unmatched": found.unmatched,
        "not_judged": found.not_judged,
    }


def _share(share: Share) -> dict[str, Any]:
    value = share.value if share.total else None
    return {"value": value, "right": share.right, "total": share.total, "ci95": list(share.interval)}
