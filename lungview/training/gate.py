"""How well the suitability gate tells pictures that no lung model should judge."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lungview.classify.classify import classify
from lungview.errors import InputError
from lungview.model.registry import Entry
from lungview.training.listing import SUFFIXES


def unsuitable(entry: Entry, folder: Path) -> dict[str, Any]:
    """n readable pictures of a folder that holds only unsuitable ones, the share refused, and who passed.

    by_reason: how often each layer of the gate spoke. Files that give no picture are not counted. Raises
    InputError for a folder without a picture.
    """
    refused, passed, reasons = 0, [], Counter[str]()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() not in SUFFIXES:
            continue
        found = classify(path, entry).prediction
        if found is None:
            continue
        refused += not found.suitability.suitable
        if found.suitability.suitable:
            passed.append(path.relative_to(folder).as_posix())
        reasons.update({_layer(reason) for reason in found.suitability.reasons})
    n = refused + len(passed)
    if n == 0:
        raise InputError("no readable picture to try the gate on", folder)
    return {
        "unsuitable": {
            "n": n,
            "refused": round(refused / n, 5),
            "passed": passed,
            "by_reason": dict(sorted(reasons.items())),
        }
    }


def _layer(reason: str) -> str:
    return "distance" if reason.startswith("unlike the training") else "appearance or header"
