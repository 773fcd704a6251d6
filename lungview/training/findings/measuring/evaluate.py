"""`lungview evaluate` of a findings model: series, pictures without HU, LIDC crops, as the data has them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.model.card import OperatingPoint
from lungview.nodules.detector import candidates
from lungview.nodules.detector.tiles import Maps
from lungview.training.findings.measuring import crops, measure, sizes
from lungview.training.findings.samples import lidc, scans
from lungview.training.measure import metrics

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Of each slice or picture: score, the highest on it, and called, whether a finding on it is."""

    scores: np.ndarray
    called: np.ndarray

    def of(self, chosen: np.ndarray) -> Told:
        return Told(self.scores[chosen], self.called[chosen])


def evaluate(
    root: Path, network: Maps, point: OperatingPoint, on_progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """The figures of every part that `root` has: ct, no-cancer, nodules/lidc-context, iq-oth, chest-ct.

    point: what is called; with a threshold of 0, from where 80 % of the tumour slices are found.
    Raises InputError.
    """
    result: dict[str, Any] = {}
    told: dict[str, Told] = {}
    if (root / "ct").is_dir():
        found = measure.searched(
            scans.read(root / "ct"), network, lambda a: on_progress(a.scan.patient, 1, 1)
        )
        result["series"] = measure.figures(found, point if point.threshold else None)
        point = point if point.threshold else OperatingPoint(result["series"]["threshold"])
        boxed = [a for a in found if a.scan.boxes]
        told["tumour"] = _joined([_of_scan(a, point).of(a.tumour) for a in boxed])
        told["other"] = _joined([_of_scan(a, point).of(a.lung & ~a.tumour) for a in boxed])
    for name, groups in _pictures(root).items():
        told |= {f"{name} {k}": _told(v, network, point, on_progress, name) for k, v in groups.items()}
    result["called"] = {k: _share(v.called) for k, v in told.items()}
    result["pictures"] = _against({k: v.scores for k, v in told.items()})
    if (root / "nodules" / "lidc-context").is_dir():
        nodules = list(lidc.nodules(root / "nodules" / "lidc-context", "test"))
        result["crops"] = crops.figures(crops.marked([s for n in nodules for s in n.samples], network))
        result["sensitivity"] = sizes.by_size(sizes.scored(nodules, network), point)
    if not told and "crops" not in result:
        raise InputError(
            "nothing here that a findings model is measured on", root, "expected ct, no-cancer, …"
        )
    return result


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


def _told(
    paths: Sequence[Path], network: Maps, point: OperatingPoint, on_progress: Progress, name: str
) -> Told:
    """The highest candidate's score of every picture, and whether any is called."""
    scores, called = [], []
    for k, path in enumerate(paths):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise InputError("not a picture", path)
        found = candidates.of_picture(np.asarray(picture), None, network)
        scores.append(found[0].score if found else 0.0)
        called.append(any(point.calls(c.score, c.extent_mm) for c in found))
        on_progress(name, k + 1, len(paths))
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
