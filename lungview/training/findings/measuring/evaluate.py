"""`lungview evaluate` of a findings model: series, pictures without HU, LIDC crops, as the data has them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from lungview.batch.carriers.spread import Spread, died_reading, here
from lungview.errors import InputError, WorkerDied
from lungview.model.card import OperatingPoint
from lungview.model.registry import Entry
from lungview.training.findings.measuring import asked, crops, measure, sizes
from lungview.training.findings.samples import lidc, scans
from lungview.training.measure import metrics

Progress = Callable[[str, int, int], None]
PICTURES = 16  # that go to a worker together; a series goes alone, and so do the crops of a patient

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Of each slice or picture: score, the highest on it, and called, whether a finding on it is."""

    scores: np.ndarray
    called: np.ndarray

    def of(self, chosen: np.ndarray) -> Told:
        return Told(self.scores[chosen], self.called[chosen])


def evaluate(
    root: Path, entry: Entry, on_progress: Progress = lambda *_: None, spread: Spread = here
) -> tuple[dict[str, Any], tuple[WorkerDied, ...]]:
    """The figures of every part that `root` has: ct, no-cancer, nodules/lidc-context, iq-oth, chest-ct.

    They are plain JSON values; what workers died of is in none of them, and stands beside them.

    What the model's operating point calls; with a threshold of 0, from where 80 % of the tumour slices are
    found. spread: where the model is asked. Raises InputError, ModelError, ReportError.
    """
    asker = _Asker(entry, on_progress, spread)
    point, result = entry.card.operating_point, dict[str, Any]()
    told: dict[str, Told] = {}
    if (root / "ct").is_dir():
        found = asker.ask("ct", asked.scan, scans.listed(root / "ct"), _first_file)
        point = _of_series(root / "ct", [a for a in found if a is not None], point, result, told)
    for name, groups in _pictures(root).items():
        for key, paths in groups.items():
            told[f"{name} {key}"] = _told(asker.ask(name, asked.picture, paths, Path, PICTURES), point)
    result["called"] = {k: _share(v.called) for k, v in told.items()}
    result["pictures"] = _against({k: v.scores for k, v in told.items()})
    if (root / "nodules" / "lidc-context").is_dir():
        listed = lidc.patients(root / "nodules" / "lidc-context", "test")
        of = asker.ask("crops", asked.patient, listed, _first_file)
        result["crops"] = crops.figures([m for p in of for m in p.marked])
        result["sensitivity"] = sizes.by_size([s for p in of for s in p.scored], point)
    if not told and "crops" not in result:
        raise InputError(
            "nothing here that a findings model is measured on", root, "expected ct, no-cancer, …"
        )
    return result | {"failed": len(asker.lost)}, tuple(asker.lost)


@dataclass
class _Asker:
    """Asks the model about things of one kind after the other. lost: what workers died of."""

    entry: Entry
    on_progress: Progress
    spread: Spread
    lost: list[WorkerDied] = field(default_factory=list)

    def ask(
        self,
        kind: str,
        question: Callable[[T, Entry], R],
        items: Sequence[T],
        path_of: Callable[[T], Path],
        each: int = 1,
    ) -> list[R]:
        """The answers that there are, in the order of the items. Raises what `question` raises."""
        found: list[R] = []
        told = self.spread(question, items, self.entry, lost=lambda i: died_reading(path_of(i)), each=each)
        for done, answer in enumerate(told, start=1):
            if isinstance(answer, WorkerDied):
                self.lost.append(answer)
            else:
                found.append(answer)
            self.on_progress(kind, done, len(items))
        return found


def _first_file(listed: scans.Listed | lidc.Patient) -> Path:
    return listed.folder / listed.rows[0]["path"]


def _of_series(
    folder: Path,
    found: Sequence[measure.Answer],
    point: OperatingPoint,
    result: dict[str, Any],
    told: dict[str, Told],
) -> OperatingPoint:
    """Add the figures of series to `result` and their slices to `told`; the point that is called from.

    Raises InputError.
    """
    boxed = [a for a in found if a.scan.boxes]
    if not boxed:
        raise InputError("no series here with a tumour's box and lungs", folder)
    result["series"] = measure.figures(found, point if point.threshold else None)
    point = point if point.threshold else OperatingPoint(result["series"]["threshold"])
    told["tumour"] = _joined([_of_scan(a, point).of(a.tumour) for a in boxed])
    told["other"] = _joined([_of_scan(a, point).of(a.lung & ~a.tumour) for a in boxed])
    return point


def _of_scan(found: measure.Answer, point: OperatingPoint) -> Told:
    return Told(found.scores, measure.called_slices(found, point))


def _joined(parts: Sequence[Told]) -> Told:
    return Told(np.concatenate([p.scores for p in parts]), np.concatenate([p.called for p in parts]))


def _share(called: np.ndarray) -> dict[str, float]:
    return {"n": len(called), "share": round(float(called.mean()), 3) if len(called) else 0.0}


def _against(scores: dict[str, np.ndarray]) -> dict[str, float]:
    """AUC of cancer against normal of each picture set; and how much of tumour against others' normal is the
    hospital: the tumour patients' other slices against the same normals."""
    result = {}
    for name in ("iq-oth", "chest-ct"):
        cancer, normal = scores.get(f"{name} cancer"), scores.get(f"{name} normal")
        if cancer is not None and normal is not None:
            result[name] = _auc(cancer, normal)
    normals = [v for k, v in scores.items() if k.startswith("no-cancer") and k.endswith("normal")]
    if normals and "tumour" in scores:
        result["tumour_against_normal_pictures"] = _auc(scores["tumour"], np.concatenate(normals))
        result["other_slices_against_normal_pictures"] = _auc(scores["other"], np.concatenate(normals))
    return result


def _auc(positive: np.ndarray, negative: np.ndarray) -> float:
    labels = np.r_[np.ones(len(positive), bool), np.zeros(len(negative), bool)]
    return round(metrics.auc(np.r_[positive, negative], labels), 4)


def _told(found: Sequence[tuple[tuple[float, float], ...]], point: OperatingPoint) -> Told:
    """The highest candidate's score of every picture, and whether any is called."""
    scores = [candidates[0][0] if candidates else 0.0 for candidates in found]
    called = [any(point.calls(*candidate) for candidate in candidates) for candidates in found]
    return Told(np.array(scores), np.array(called, bool))


def _pictures(root: Path) -> dict[str, dict[str, list[Path]]]:
    """Of each set that is there, the pictures by what they show."""
    found: dict[str, dict[str, list[Path]]] = {}
    if (root / "no-cancer" / "index.csv").is_file():
        found["no-cancer"] = _by(root / "no-cancer", "index.csv", lambda r: f"{r['set']} {r['label']}")
    if (root / "iq-oth" / "index.csv").is_file():
        words = {"malignant": "cancer", "benign": "benign", "normal": "normal"}
        found["iq-oth"] = _by(root / "iq-oth", "index.csv", lambda r: words[r["class"]])
    if (root / "chest-ct" / "split.csv").is_file():
        found["chest-ct"] = _by(root / "chest-ct", "split.csv", _chest)
    return found


def _chest(row: dict[str, str]) -> str:
    if row["keep"] != "1":  # a copy of another picture
        return ""
    return "normal" if row["class"] == "normal" else "cancer"


def _by(folder: Path, table: str, of: Callable[[dict[str, str]], str]) -> dict[str, list[Path]]:
    groups = defaultdict(list)
    with (folder / table).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if key := of(row):
                groups[key].append(folder / row["path"])
    return dict(groups)
