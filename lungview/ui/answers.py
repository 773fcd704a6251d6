"""What models said of slices, and the boxes drawn on them: found again by slice, model and box."""

from __future__ import annotations

from collections import OrderedDict

from lungview.classify.case import Case
from lungview.image.slice import Instance
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.ui.read_first import Place, place_of

KEPT = 600  # answers held; a few dozen KB each


class Answers:
    """The answers and boxes of one session; the answer longest not given goes first."""

    def __init__(self) -> None:
        self._cases: OrderedDict[tuple[Place, str, Box | None], Case] = OrderedDict()
        self._boxes: dict[Place, Box] = {}
        self._times: dict[tuple[Place, str, Box | None], str] = {}

    def of(self, instance: Instance, model: Entry) -> Case | None:
        """What a model said of an instance, with the box that is on it now."""
        return self._cases.get(self._key(instance, model))

    def keep(self, case: Case, model: Entry, time: str = "") -> bool:
        """Hold what a model said. Returns False where an overridden answer stays: only another replaces it.

        time: when it was given, of an answer that was remembered.
        """
        key = self._key(case.instance, model)
        before = self._cases.get(key)
        if before is not None and _overridden(before) and not _overridden(case):
            return False
        self._cases[key], self._times[key] = case, time
        while len(self._cases) > KEPT:
            oldest, _ = self._cases.popitem(last=False)
            self._times.pop(oldest, None)
        return True

    def time(self, instance: Instance, model: Entry) -> str:
        """When a remembered answer was given, UTC, ISO 8601; "" of one of this session."""
        return self._times.get(self._key(instance, model), "")

    def box(self, instance: Instance) -> Box | None:
        return self._boxes.get(place_of(instance))

    def set_box(self, instance: Instance, box: Box | None) -> None:
        """None takes the box away."""
        if box is None:
            self._boxes.pop(place_of(instance), None)
        else:
            self._boxes[place_of(instance)] = box

    def _key(self, instance: Instance, model: Entry) -> tuple[Place, str, Box | None]:
        box = self.box(instance) if model.card.preparation == "box" else None
        return place_of(instance), model.card.reference + model.card.sha256, box


def _overridden(case: Case) -> bool:
    return case.prediction is not None and case.prediction.suitability.overridden
