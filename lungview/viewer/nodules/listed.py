"""The list of findings of one series: the reader's own and the model's, apart, and what became of each."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Source, Status

_NEAR_MM = 4.0  # a place that moved less is the same finding; a larger one may move by half its size


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding. id: its own for ever. name: the reader's, "" for none. model: "" for the reader's own."""

    located: Located
    name: str = ""
    model: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def status(self) -> Status:
        return self.located.finding.status

    @property
    def own(self) -> bool:
        return self.located.finding.source is Source.READER

    @property
    def decided(self) -> bool:
        """Whether the reader did anything with it: it is kept."""
        return self.own or bool(self.name) or self.status is not Status.PROPOSED

    def become(self, status: Status) -> Listed:
        """The same with another status."""
        finding = replace(self.located.finding, status=status)
        return replace(self, located=replace(self.located, finding=finding))


@dataclass(frozen=True, slots=True)
class FindingList:
    """Of one series. own: the reader's, oldest first. models: by falling score.

    looked: whether the reader said to have read the series.
    """

    own: tuple[Listed, ...] = ()
    models: tuple[Listed, ...] = ()
    looked: bool = False

    @property
    def all(self) -> tuple[Listed, ...]:
        return self.own + self.models

    @property
    def accepted(self) -> tuple[Listed, ...]:
        """What goes into a report, the reader's own first."""
        return tuple(each for each in self.all if each.status is Status.ACCEPTED)

    @property
    def read(self) -> bool:
        """Whether the reader has looked: the model may be heard."""
        return self.looked or bool(self.own)

    def find(self, finding_id: str) -> Listed | None:
        return next((each for each in self.all if each.id == finding_id), None)

    def label(self, listed: Listed) -> str:
        """Its name on the picture; without one R and a number for the reader's, M for the model's."""
        if listed.name:
            return listed.name
        ids = [each.id for each in (self.own if listed.own else self.models)]
        return f"{'R' if listed.own else 'M'}{ids.index(listed.id) + 1}"

    def on(self, index: int) -> tuple[Listed, ...]:
        """What is seen on a slice of the series."""
        return tuple(each for each in self.all if _spans(each.located, index))

    def drawn(self, chosen: str) -> tuple[Listed, ...]:
        """What is drawn: rejected ones, and those below the operating point, only while they are chosen."""
        return tuple(each for each in self.all if each.id == chosen or _is_drawn(each))

    def put(self, listed: Listed) -> FindingList:
        """The same with a finding more, or with another in the place of the one of its id."""
        if self.find(listed.id) is not None:
            return replace(self, own=_put(self.own, listed), models=_put(self.models, listed))
        if listed.own:
            return replace(self, own=(*self.own, listed))
        return replace(self, models=_by_score((*self.models, listed)))

    def without(self, finding_id: str) -> FindingList:
        own, models = (tuple(e for e in part if e.id != finding_id) for part in (self.own, self.models))
        return replace(self, own=own, models=models)

    def heard(self, found: Iterable[Located], model: str) -> FindingList:
        """The same after the model spoke: what the reader decided on stays, with the decision."""
        left, listed = list(self.models), []
        for located in found:
            known = next((each for each in left if same_place(each.located, located)), None)
            if known is not None:
                left.remove(known)
            listed.append(_told_again(known, located, model))
        return replace(self, models=_by_score((*listed, *(each for each in left if each.decided))))

    def remembered(self, kept: Iterable[Listed], looked: bool) -> FindingList:
        """The same with what the reader made of the series before, also where the model spoke meanwhile."""
        made = replace(self, looked=self.looked or looked)
        for each in kept:
            said = (
                ()
                if each.own
                else tuple(m.id for m in made.models if not m.decided and same_place(m.located, each.located))
            )
            for finding_id in said:
                made = made.without(finding_id)
            made = made.put(each)
        return made


def reported(listed: FindingList, answer: Answer) -> Answer:
    """What a report may say: the accepted findings alone, the reader's own first; no call of the model."""
    findings = tuple(replace(each.located, name=each.name) for each in listed.accepted)
    return replace(answer, conclusion="", reasons=(), findings=findings)


def same_place(one: Located, other: Located) -> bool:
    """Whether two findings are the same: near in mm, else with boxes that overlap on the same slice."""
    a, b = one.finding.place_mm, other.finding.place_mm
    if a is not None and b is not None:
        longest = max(one.finding.long_mm or 0.0, other.finding.long_mm or 0.0)
        return math.dist(a, b) <= max(_NEAR_MM, longest / 2)
    return one.index == other.index and _overlap(one, other)


def _overlap(one: Located, other: Located) -> bool:
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = one.box, other.box
    return min(ax1, bx1) > max(ax0, bx0) and min(ay1, by1) > max(ay0, by0)


def _told_again(known: Listed | None, located: Located, model: str) -> Listed:
    if known is None:
        return Listed(located, model=model)
    if known.decided and known.located.finding.outline is not None:
        return known  # what the reader has seen and decided on does not change under the hand
    return replace(known, located=located, model=model).become(known.status)


def _spans(located: Located, index: int) -> bool:
    first, last = located.finding.slices
    return first <= index <= last


def _is_drawn(listed: Listed) -> bool:
    if listed.own or listed.name:
        return True
    if listed.status is Status.REJECTED:
        return False
    outlined, called = listed.located.finding.outline is not None, listed.located.called
    return listed.status is Status.ACCEPTED or called is True or (called is None and outlined)


def _put(part: tuple[Listed, ...], listed: Listed) -> tuple[Listed, ...]:
    return tuple(listed if each.id == listed.id else each for each in part)


def _by_score(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(sorted(listed, key=lambda each: -(each.located.finding.score or 0.0)))
