"""The pointing game: does the heat map's peak lie in the box that a reader drew around the tumour?"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lungview.batch.carriers.spread import Spread, died_reading, here
from lungview.classify.classify import classify
from lungview.classify.heat import heatmap
from lungview.errors import InputError, LungViewError, WorkerDied
from lungview.image import readers
from lungview.model.registry import Entry

# (top, left, bottom, right), px, as drawn.
Rectangle = tuple[float, float, float, float]
BUNDLE = 16  # slices that go to a worker together
TOLERANCE = 15  # px, of the game as published (Zhang et al. 2016)


def boxes(folder: Path) -> dict[str, tuple[Rectangle, ...]]:
    """Boxes by SOP Instance UID: Pascal VOC files named by it. Raises InputError for a damaged file."""
    found: dict[str, tuple[Rectangle, ...]] = {}
    for path in sorted(folder.rglob("*.xml")):
        try:
            root = ElementTree.parse(path).getroot()
            found[path.stem] = tuple(_rectangle(b) for b in root.iter("bndbox"))
        except (ElementTree.ParseError, TypeError, ValueError, OSError) as error:
            raise InputError(f"not a Pascal VOC annotation ({error})", path) from error
    return found


def _rectangle(box: ElementTree.Element) -> Rectangle:
    top, left, bottom, right = (float(box.findtext(name) or "") for name in ("ymin", "xmin", "ymax", "xmax"))
    return (top, left, bottom, right)


def play(entry: Entry, folder: Path, spread: Spread = here) -> tuple[dict[str, Any], tuple[WorkerDied, ...]]:
    """Every slice of a DICOM folder that has a box, judged by the map of its most probable malignant class.

    hits: the peak is in a box or within TOLERANCE px of one; chance: the mean share of the network's field
    that would count as a hit. cancer: slices called malignant. Beside it stand the slices that workers died
    of. Raises InputError when no slice has a box.
    """
    told = list(spread(_slice, _drawn(folder), entry, lost=_lost, each=BUNDLE))
    lost = tuple(t for t in told if isinstance(t, WorkerDied))
    lines = [t for t in told if not isinstance(t, WorkerDied)]
    if not lines:
        raise InputError("no slice here has a box (Pascal VOC files named by SOP Instance UID)", folder)
    result = {
        "model": entry.card.id,
        "n": len(lines),
        "hits": sum(line["hit"] for line in lines),
        "hit_rate": round(float(np.mean([line["hit"] for line in lines])), 4),
        "chance": round(float(np.mean([line["chance"] for line in lines])), 4),
        "cancer": sum(line["cancer"] for line in lines),
        "slices": lines,
        "failed": len(lost),
    }
    return result, lost


def _drawn(folder: Path) -> Iterator[tuple[Path, tuple[Rectangle, ...]]]:
    """The slices that have boxes."""
    drawn = boxes(folder)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() != ".xml"):
        try:
            uid = readers.read_header(path).instances[0].sop_instance_uid
        except LungViewError:
            continue
        if uid in drawn:
            yield path, drawn[uid]


def _lost(slice_with_boxes: tuple[Path, tuple[Rectangle, ...]]) -> WorkerDied:
    return died_reading(slice_with_boxes[0])


def _slice(slice_with_boxes: tuple[Path, tuple[Rectangle, ...]], entry: Entry) -> dict[str, Any]:
    path, drawn = slice_with_boxes
    slice_ = readers.read(path)
    case = classify(slice_, entry, override=True)  # to measure what the gate holds back
    if case.prediction is None:
        raise case.error or InputError("no prediction", path)
    found = case.prediction
    malignant = [i for i, c in enumerate(entry.card.classes) if c.malignant]
    chosen = max(malignant, key=lambda i: found.probabilities[i])
    shown = heatmap.upsample(found, chosen, slice_.rows, slice_.columns)
    row, column = np.unravel_index(int(shown.argmax()), shown.shape)
    near = np.zeros(shown.shape, dtype=bool)
    for top, left, bottom, right in drawn:
        near[_reach(top, bottom), _reach(left, right)] = True
    return {
        "path": path.name,
        "probabilities": [round(p, 4) for p in found.probabilities],
        "suitable": found.suitability.suitable,
        "peak": [int(row), int(column)],
        "hit": bool(near[row, column] and shown.max() > 0),
        "chance": min(1.0, float(near.sum() / min(found.box.rows * found.box.columns, near.size))),
        "cancer": bool(
            sum(found.probabilities[i] for i in malignant) >= entry.card.operating_point.threshold
        ),
    }


def _reach(first: float, last: float) -> slice:
    return slice(max(int(first) - TOLERANCE, 0), int(last) + TOLERANCE + 1)
