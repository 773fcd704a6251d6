"""Every shipped model gives on the bundled sample what it gave when it was shipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lungview.cli.checks import sample
from lungview.cli.checks.result import Result

if TYPE_CHECKING:
    from lungview.image.slice import Slice
    from lungview.model.registry import Entry

EXPECTED = "selftest.json"  # in the model's folder: {"probabilities": […]}
TOLERANCE = 0.02  # of a probability: processors round differently, above all in int8


def models() -> Iterator[Result]:
    """A line a model; none installed is a line that fails."""
    from lungview.model import registry

    found = registry.scan()
    for problem in found.problems:
        yield Result("model", False, str(problem))
    if not found.entries:
        yield Result("models", False, "no model is installed")
        return
    slice_ = sample.middle()
    for entry in found.entries:
        yield _compared(entry, slice_) if entry.card.classifies else _looks(entry)


def probabilities(entry: Entry, slice_: Slice) -> tuple[float, ...]:
    """What the model says of the sample, whatever its gate says. Raises what prevented it."""
    from lungview.classify.classify import classify

    case = classify(slice_, entry, box=sample.box(slice_, entry.card), override=True)
    if case.prediction is None:
        assert case.error is not None
        raise case.error
    return case.prediction.probabilities


def _looks(entry: Entry) -> Result:
    """A model of maps runs on an empty picture; a judge of nodules has its coefficients."""
    import numpy as np

    from lungview.model.card import MALIGNANCY
    from lungview.network import dense
    from lungview.nodules import judge

    if entry.card.task == MALIGNANCY:
        return Result(f"model {entry.card.id}", True, f"whole; {len(judge.load(entry).names)} coefficients")
    found = dense.load(entry)(np.zeros((*entry.card.input_size, entry.card.channels), np.float32))
    return Result(f"model {entry.card.id}", True, f"runs; {found.shape[2]} maps of {found.shape[:2]}")


def _compared(entry: Entry, slice_: Slice) -> Result:
    name, path = f"model {entry.card.id}", entry.folder / EXPECTED
    found = probabilities(entry, slice_)
    if not path.is_file():
        return Result(name, True, "runs; nothing is stored to compare with")
    expected = json.loads(path.read_text(encoding="utf-8"))["probabilities"]
    if len(expected) != len(found):
        return Result(name, False, f"{len(found)} probabilities, {len(expected)} are stored")
    off = max(abs(a - b) for a, b in zip(found, expected, strict=True))
    return Result(name, off <= TOLERANCE, f"largest difference {off:.4f}, allowed {TOLERANCE}")
