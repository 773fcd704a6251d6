"""Which parts of which overlays are shown, and how: frozen values that a panel and a layer share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lungview.overlays.binding import Bound, Drawn
from lungview.overlays.values import Colour, Kind, Look
from lungview.study.key import FrameKey, ObjectKey

# Told apart by most who see colours otherwise (Okabe and Ito), without black.
COLOURS: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
PartKey = tuple[ObjectKey, int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader chose. hidden, colours: by part; of what is in neither the object decides.

    presented: the presentation state that pictures are shown by. on: whether anything is shown at all.
    """

    hidden: Mapping[PartKey, bool] = field(default_factory=dict)
    colours: Mapping[PartKey, Colour] = field(default_factory=dict)
    opacity: float = 0.35
    presented: ObjectKey | None = None
    on: bool = True

    def hiding(self, parts: Sequence[PartKey], hidden: bool) -> Chosen:
        """The same with some parts hidden or shown."""
        return replace(self, hidden={**self.hidden, **dict.fromkeys(parts, hidden)})

    def coloured(self, part: PartKey, colour: Colour) -> Chosen:
        """The same with a part in another colour."""
        return replace(self, colours={**self.colours, part: colour})


@dataclass(frozen=True, slots=True)
class Overlays:
    """All overlays that are open, with what was chosen. programs_hidden: what programs found is to wait."""

    bounds: tuple[Bound, ...] = ()
    chosen: Chosen = field(default_factory=Chosen)
    programs_hidden: bool = False

    def hidden(self, bound: Bound, part: int) -> bool:
        """As chosen; else hidden are drawings of a state that is not applied, and what programs found."""
        key = (bound.overlay.place, part)
        if key in self.chosen.hidden:
            return self.chosen.hidden[key]
        if bound.overlay.kind is Kind.PRESENTATION:
            return self.chosen.presented != bound.overlay.place
        return self.programs_hidden and bound.overlay.parts[part].program

    def colour(self, bound: Bound, part: int) -> Colour:
        """As chosen, as the object says, or the next of a row that differs over all overlays."""
        key = (bound.overlay.place, part)
        own = self.chosen.colours.get(key) or bound.overlay.parts[part].colour
        return own or COLOURS[(self._before(bound) + part) % len(COLOURS)]

    def _before(self, bound: Bound) -> int:
        at = self.bounds.index(bound) if bound in self.bounds else 0
        return sum(len(each.overlay.parts) for each in self.bounds[:at])

    def on(self, key: FrameKey) -> Iterator[tuple[Bound, Drawn]]:
        """What is to be seen on a picture: masks first, figures above them."""
        if not self.chosen.on:
            return
        found = [(b, d) for b in self.bounds for d in b.drawn.get(key, ()) if not self.hidden(b, d.part)]
        yield from sorted(found, key=lambda each: not hasattr(each[1], "mask"))

    @property
    def presented(self) -> Bound | None:
        """The presentation state that pictures are shown by."""
        wanted = self.chosen.presented
        return next((b for b in self.bounds if b.overlay.place == wanted), None) if self.chosen.on else None

    def look(self, key: FrameKey) -> Look | None:
        """How the presentation state that is applied shows a picture; None where it says nothing of it."""
        bound = self.presented
        return None if bound is None else bound.looks.get(key)
