"""How well the suitability gate tells pictures that no lung model should judge."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from lungview.batch.carriers.spread import Spread, died_reading, here
from lungview.classify.case import Suitability
from lungview.classify.classify import classify
from lungview.errors import InputError, LungViewError, WorkerDied
from lungview.image import readers
from lungview.model.input import CROP_PIXELS
from lungview.model.registry import Entry
from lungview.training.data.listing import SUFFIXES

BUNDLE = 16  # pictures that go to a worker together


def unsuitable(
    entry: Entry, folder: Path, spread: Spread = here
) -> tuple[dict[str, Any], tuple[WorkerDied, ...]]:
    """n readable pictures of a folder that holds only unsuitable ones, the share refused, and who passed.

    Of a nodule model it is asked about the middle of each picture, which it would take for a nodule's crop.
    by_reason: how often each layer of the gate spoke. Files that give no picture are not counted, nor are
    those that workers died of, which stand beside the figures. Raises InputError for a folder without a
    picture.
    """
    refused, passed, reasons = 0, [], Counter[str]()
    lost: list[WorkerDied] = []
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix.lower() in SUFFIXES]
    told = spread(_judged, files, entry, lost=died_reading, each=BUNDLE)
    for path, found in zip(files, told, strict=True):
        if found is None:
            continue
        if isinstance(found, WorkerDied):
            lost.append(found)
            continue
        refused += not found.suitable
        if found.suitable:
            passed.append(path.relative_to(folder).as_posix())
        reasons.update({_layer(reason) for reason in found.reasons})
    n = refused + len(passed)
    if n == 0:
        raise InputError("no readable picture to try the gate on", folder)
    result = {
        "unsuitable": {
            "n": n,
            "refused": round(refused / n, 5),
            "passed": passed,
            "by_reason": dict(sorted(reasons.items())),
            "failed": len(lost),
        }
    }
    return result, tuple(lost)


def _judged(path: Path, entry: Entry) -> Suitability | None:
    """What the gate says of a picture; a nodule model's of its middle, cut out as if it were a nodule."""
    try:
        slice_ = readers.read(path)
    except LungViewError:
        return None
    if entry.card.preparation == "box":
        top, left = (max(0, (n - CROP_PIXELS) // 2) for n in (slice_.rows, slice_.columns))
        middle = slice_.values[top : top + CROP_PIXELS, left : left + CROP_PIXELS]
        slice_ = dataclasses.replace(slice_, values=np.ascontiguousarray(middle), padding=None, overlays=())
    found = classify(slice_, entry).prediction
    return None if found is None else found.suitability


def _layer(reason: str) -> str:
    return "distance" if reason.startswith("unlike the training") else "appearance or header"
