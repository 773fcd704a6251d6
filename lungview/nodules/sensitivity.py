"""What may be said where nothing is called: only as much as the model's card has measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lungview.model.card import ModelCard

_SURE = 0.8  # of suspicious nodules: below it silence says nothing
_LEAST = 10  # nodules behind a figure: with fewer it is none
_LARGEST_MM = 200.0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The share of suspicious nodules of a size that is called on slices of a thickness.

    size_mm, thickness_mm: from, to. n: nodules it rests on. ci95: its interval.
    """

    size_mm: tuple[float, float]
    thickness_mm: tuple[float, float]
    share: float
    ci95: tuple[float, float]
    n: int

    @property
    def sure(self) -> bool:
        return self.share >= _SURE and self.n >= _LEAST

    def words(self) -> str:
        """ "51 % of those of 10 to 20 mm (34 to 69 %, n = 35)"."""
        low, high = (round(100 * v) for v in self.ci95)
        return f"{100 * self.share:.0f} % of those {_size(self.size_mm)} ({low} to {high} %, n = {self.n})"


def of_card(card: ModelCard, thickness_mm: float | None) -> tuple[Sensitivity, ...]:
    """What the card has measured on slices of that thickness, small nodules first; () for nothing."""
    rows = card.metrics.get("sensitivity")
    if thickness_mm is None or not isinstance(rows, list | tuple):
        return ()
    known = (_read(row) for row in rows)
    return tuple(s for s in known if s.thickness_mm[0] < thickness_mm <= s.thickness_mm[1])


def conclusion(card: ModelCard, called: int, slices: int, thickness_mm: float | None) -> str:
    """What the call of a whole look comes to, in one or two sentences; "" where no call was ever measured.

    called: findings; slices: looked at; thickness_mm: of a slice, or their distance where that is more.
    """
    if "called" not in card.metrics:
        return ""
    looked = f"the {slices} slices looked at" if slices > 1 else "the slice looked at"
    if called == 1:
        return f"1 finding called on {looked}."
    if called:
        return f"{called} findings called on {looked}."
    known = of_card(card, thickness_mm)
    if not known:
        return f"No finding called on {looked}; the sensitivity for this thickness is not known."
    least = min((s.size_mm[0] for s in known if s.sure), default=None)
    measured = f"At this thickness are called: {', '.join(s.words() for s in known)}."
    if least is None:
        return f"No finding called on {looked}; this does not say that there is none. {measured}"
    return f"No suspicious finding of {least:.0f} mm or more on {looked}. {measured}"


def _size(size_mm: tuple[float, float]) -> str:
    low, high = size_mm
    return f"of {low:.0f} mm or more" if high >= _LARGEST_MM else f"of {low:.0f} to {high:.0f} mm"


def _read(row: Mapping[str, Any]) -> Sensitivity:
    return Sensitivity(
        _pair(row["size_mm"]), _pair(row["thickness_mm"]), row["sensitivity"], _pair(row["ci95"]), row["n"]
    )


def _pair(values: Sequence[float]) -> tuple[float, float]:
    low, high = values
    return low, high
