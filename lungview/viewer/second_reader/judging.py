"""What a worker thread does with a model."""

from __future__ import annotations

from lungview.classify.case import Case
from lungview.classify.kept import record
from lungview.image.slice import Slice
from lungview.model import registry
from lungview.model.input import Box
from lungview.model.registry import Entry


def classify(slice_: Slice, entry: Entry, box: Box | None, override: bool) -> Case:
    """What a model says of a slice."""
    from lungview.classify.classify import classify

    return classify(slice_, entry, box=box, override=override)


def classify_and_record(slice_: Slice, entry: Entry, box: Box | None, override: bool) -> Case:
    """The same, kept in the record for the box that the model judged."""
    case = classify(slice_, entry, box, override)
    return record.answered(slice_, case, box if entry.card.preparation == "box" else None)


def load(entry: Entry) -> None:
    """Load a model and all its members, so that the first answer does not wait for it."""
    from lungview.network import runtime

    for member in registry.members(entry):
        runtime.load(member)
