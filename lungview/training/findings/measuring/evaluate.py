"""`lungview evaluate` of a findings model: series, pictures without HU, LIDC crops, as the data has them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lungview.errors import InputError
from lungview.nodules.detector import candidates
from lungview.nodules.detector.tiles import Maps
from lungview.training.findings.measuring import crops, measure, sizes
from lungview.training.findings.samples import lidc, scans
from lungview.training.measure import metrics

Progress = Callable[[str, int, int], None]


def evaluate(
    root: Path, network: Maps, threshold: float, on_progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """The figures of every part that `root` has: ct, no-cancer, nodules/lidc-context, iq-oth, chest-ct.

    threshold: of a score that is called; 0: where 80 % of the tumour slices are found. Raises InputError.
    """
    result: dict[str, Any] = {}
    scores: dict[str, np.ndarray] = {}
    if (root / "ct").is_dir():
        found = measure.searched(
            scans.read(root / "ct"), network, lambda a: on_progress(a.scan.patient, 1, 1)
        )
        result["series"] = measure.figures(found)
        threshold = threshold or result["series"]["threshold"]
        boxed = [a for a in found if a.scan.boxes]
        scores["tumour"] = np.concatenate([a.scores[a.tumour] for a in boxed])
        scores["other"] = np.concatenate([a.scores[a.lung & ~a.tumour] for a in boxed])
    for name, groups in _pictures(root).items():
        scores |= {f"{name} {k}": _scores(v, network, on_progress, name) for k, v in groups.items()}
    result["called"] = {k: _called(v, threshold) for k, v in scores.items()}
    result["pictures"] = _against(scores)
    if (root / "nodules" / "lidc-context").is_dir():
        nodules = list(lidc.nodules(root / "nodules" / "lidc-context", "test"))
        result["crops"] = crops.figures(crops.marked([s for n in nodules for s in n.samples], network))
        result["sensitivity"] = sizes.by_size(sizes.scored(nodules, network), threshold)
    if not scores and "crops" not in result:
        raise InputError(
            "nothing here that a findings model is measured on", root, "expected ct, no-cancer, …"
        )
    return result


def _called(scores: np.ndarray, threshold: float) -> dict[str, float]:
    return {"n": len(scores), "share": round(float((scores >= threshold).mean()), 3) if len(scores) else 0.0}


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


def _scores(paths: Sequence[Path], network: Maps, on_progress: Progress, name: str) -> np.ndarray:
    """The highest candidate's score of every picture."""
    scores = []
    for k, path in enumerate(paths):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise InputError("not a picture", path)
        found = candidates.of_picture(np.asarray(picture), None, network)
        scores.append(found[0].score if found else 0.0)
        on_progress(name, k + 1, len(paths))
    return np.array(scores)


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
