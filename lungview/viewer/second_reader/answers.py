"""What models said of slices, and the boxes drawn on them: found again by picture, model and box."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from lungview.classify.case import Case
from lungview.image.slice import Slice
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.study.by_picture import ByPicture
from lungview.study.key import PictureId, picture_id

KEPT = 600  # answers held; a few dozen KB each
_Asked = tuple[str, Box | None]  # which model, about which box


class _Held(NamedTuple):
    case: Case
    time: str


class Answers:
    """The answers and boxes of one session; the answer longest not given goes first."""

    def __init__(self) -> None:
        self._held: ByPicture[dict[_Asked, _Held]] = ByPicture()
        self._order: OrderedDict[tuple[PictureId, _Asked], None] = OrderedDict()
        self._boxes: ByPicture[Box] = ByPicture()

    def of(self, slice_: Slice, model: Entry) -> Case | None:
        """What a model said of a slice, with the box that is on it now."""
        found = self._find(slice_, model)
        return None if found is None else found.case

    def keep(self, case: Case, picture: PictureId, model: Entry, time: str = "") -> bool:
        """Hold what a model said of a picture.

        Returns False where an overridden answer stays: only another replaces it. time: when it was given, of
        an answer that was remembered.
        """
        asked = _asked(model, self._boxes.at(picture))
        held = self._held.at(picture) or {}
        before = held.get(asked)
        if before is not None and is_overridden(before.case) and not is_overridden(case):
            return False
        self._held.put(picture, {**held, asked: _Held(case, time)})
        self._order[picture, asked] = None
        while len(self._order) > KEPT:
            self._drop(*self._order.popitem(last=False)[0])
        return True

    def _drop(self, picture: PictureId, asked: _Asked) -> None:
        left = {key: held for key, held in (self._held.at(picture) or {}).items() if key != asked}
        if left:
            self._held.put(picture, left)
        else:
            self._held.drop(picture)

    def time(self, slice_: Slice, model: Entry) -> str:
        """When a remembered answer was given, UTC, ISO 8601; "" of one of this session."""
        found = self._find(slice_, model)
        return found.time if found is not None else ""

    def _find(self, slice_: Slice, model: Entry) -> _Held | None:
        found = self._held.get(slice_)
        return None if found is None else found.get(_asked(model, self.box(slice_)))

    def box(self, slice_: Slice) -> Box | None:
        return self._boxes.get(slice_)

    def set_box(self, slice_: Slice, box: Box | None) -> None:
        """None takes the box away."""
        if box is None:
            self._boxes.drop(picture_id(slice_))
        else:
            self._boxes.put(picture_id(slice_), box)


def _asked(model: Entry, box: Box | None) -> _Asked:
    needed = model.card.preparation == "box"
    return model.card.reference + model.card.sha256, box if needed else None


def is_overridden(case: Case) -> bool:
    """Whether the gate refused and the reader went on."""
    return case.prediction is not None and case.prediction.suitability.overridden
