"""What planes cut from a series show of overlays: bodies, made when first asked for, points and lines."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lungview.errors import GeometryError
from lungview.overlays.binding import Bound, Drawn
from lungview.overlays.bodies.bodies import Bodies
from lungview.overlays.lines import Lines
from lungview.overlays.placing import MaskOn
from lungview.overlays.values import Figure, Overlay, Shape
from lungview.overlays.whose import in_one_space, may_be_one
from lungview.study.key import ObjectKey, frame_key
from lungview.study.section import Section, Solid, lines
from lungview.study.series import Series
from lungview.study.space import Vector
from lungview.study.volume import Volume
from lungview.viewer.common.pictured import Pictured
from lungview.viewer.overlays.listed import Overlays, PartKey

QUICK = 20_000  # values looked up: some milliseconds
_HELD_BYTES = 400_000_000  # of bodies
Part = tuple[Bound, int]


class Why(StrEnum):
    """Why a plane shows nothing of an overlay."""

    FRAME = "it lies in another frame of reference"
    BODY = "its frames or contours make up no body"


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """On one plane. drawn: as of a slice, masks first. lacking: of which it can show nothing."""

    drawn: tuple[tuple[Bound, Drawn], ...] = ()
    lacking: tuple[tuple[Bound, Why], ...] = ()


class HeldBodies:
    """The bodies, points and lines of overlays in the volume of one series. From any thread.

    Held by where an overlay's file is, one of each: laid anew on what is open, or read anew, it takes the
    place of what it was. Of overlays that are no longer listed nothing is held.
    """

    def __init__(self, volume: Volume, series: Series) -> None:
        self.volume, self.series = volume, series
        self._keys = {frame_key(each) for each in series.instances}
        self._bodies: dict[ObjectKey, tuple[Overlay, Bodies]] = {}
        self._lines: dict[ObjectKey, tuple[Bound, Lines]] = {}
        self._solids: OrderedDict[PartKey, Solid | None] = OrderedDict()
        self._lock = threading.Lock()

    def parts(self, overlays: Overlays) -> tuple[Part, ...]:
        """What is to be seen of those that this volume can show; what was held of others goes."""
        with self._lock:
            for place in set(self._bodies) | set(self._lines):
                if place not in {bound.overlay.place for bound in overlays.bounds}:
                    self._forget(place)
        return tuple(self._parts(overlays))

    def _forget(self, place: ObjectKey) -> None:
        self._bodies.pop(place, None)
        self._lines.pop(place, None)
        for key in [each for each in self._solids if each[0] == place]:
            del self._solids[key]

    def _parts(self, overlays: Overlays) -> Iterator[Part]:
        for bound in overlays.bounds if overlays.chosen.on else ():
            found = self._named(bound) if self._carries(bound.overlay) else ()
            yield from ((bound, part) for part in found if not overlays.hidden(bound, part))

    def _named(self, bound: Bound) -> list[int]:
        """Of an overlay the parts that may be seen."""
        return sorted({*self._of(bound.overlay).parts, *self._lines_of(bound).parts})

    def _carries(self, overlay: Overlay) -> bool:
        frame = self.series.frame_of_reference_uid
        return may_be_one(overlay.patient, self.series.patient) and in_one_space(overlay, frame, self.series)

    def _of(self, overlay: Overlay) -> Bodies:
        with self._lock:
            if not self._holds(overlay):
                self._forget(overlay.place)
                self._bodies[overlay.place] = overlay, Bodies(overlay, self.volume)
            return self._bodies[overlay.place][1]

    def _holds(self, overlay: Overlay) -> bool:
        held = self._bodies.get(overlay.place)
        return held is not None and held[0] is overlay

    def _lines_of(self, bound: Bound) -> Lines:
        with self._lock:
            held = self._lines.get(bound.overlay.place)
            if held is None or held[0] is not bound:
                held = self._lines[bound.overlay.place] = (
                    bound,
                    Lines(bound.overlay, bound.flat, self.series),
                )
            return held[1]

    def elsewhere(self, overlays: Overlays) -> Iterator[Bound]:
        """Those of the same patient whose parts this volume cannot show for their frame of reference.

        Not of them those that are shown where they belong, on the slices of other series alone.
        """
        for bound in overlays.bounds if overlays.chosen.on else ():
            overlay = bound.overlay
            named = {m.part for m in overlay.masks} | {c.part for c in overlay.contours}
            seen = any(not overlays.hidden(bound, part) for part in named)
            away = bound.shown and not self._keys.intersection(bound.drawn)
            own = seen and not away and may_be_one(overlay.patient, self.series.patient)
            if own and not (self._carries(overlay) and self._named(bound)):
                yield bound

    def middle(self, bound: Bound, part: int) -> Vector | None:
        """The middle of a body, mm, else of points and lines; None before a body is made."""
        if part not in self._of(bound.overlay).parts:
            return self._lines_of(bound).middle(part) if self._carries(bound.overlay) else None
        with self._lock:
            solid = self._solids.get((bound.overlay.place, part))
        return None if solid is None else solid.centre

    def quick(self, parts: Sequence[Part], on: Pictured) -> bool:
        """Whether `lay` takes a moment only."""
        whole = [(b, part) for b, part in parts if part in self._of(b.overlay).parts]
        lines = sum(len(self._lines_of(bound).strands.points_mm) for bound in {b for b, _ in parts})
        with self._lock:
            held = [self._solids.get((bound.overlay.place, part), False) for bound, part in whole]
        if any(solid is False for solid in held):
            return False
        return lines + sum(on.samples(solid) for solid in held if isinstance(solid, Solid)) <= QUICK

    def lay(self, parts: Sequence[Part], elsewhere: Sequence[Bound], on: Pictured) -> Laid:
        """What a picture shows of `parts`; of `elsewhere` nothing."""
        masks: list[tuple[Bound, Drawn]] = []
        figures: list[tuple[Bound, Drawn]] = []
        lacking = dict.fromkeys(elsewhere, Why.FRAME)
        for bound, part in parts:
            if part not in self._of(bound.overlay).parts:
                continue
            solid = self._solid(bound.overlay, part)
            cut = None if solid is None else on.section(solid)
            if solid is None:
                lacking[bound] = Why.BODY
            elif cut is not None and bound.overlay.masks:
                masks.append((bound, _mask(part, cut)))
            elif cut is not None:
                outlines = lines(cut.share, cut.top, cut.left, holes=True)
                figures += ((bound, Figure(part, Shape.CLOSED, line)) for line in outlines)
        return Laid((*masks, *figures, *self._drawn(parts, on)), tuple(lacking.items()))

    def _drawn(self, parts: Sequence[Part], on: Pictured) -> Iterator[tuple[Bound, Drawn]]:
        """The points and lines of each overlay, all of its parts in one cut."""
        wanted: dict[Bound, set[int]] = defaultdict(set)
        for bound, part in parts:
            wanted[bound].add(part)
        step = self.volume.step_mm(on.plane.normal)
        for bound, own in wanted.items():
            lines = self._lines_of(bound)
            if own & lines.parts:
                pieces, pixels = on.pieces(lines.strands, step)
                yield from ((bound, figure) for figure in lines.figures(pieces, pixels, own))

    def _solid(self, overlay: Overlay, part: int) -> Solid | None:
        """The body of a part, kept; None where it has none."""
        key, bodies = (overlay.place, part), self._of(overlay)
        with self._lock:
            if key in self._solids:
                self._solids.move_to_end(key)
                return self._solids[key]
        try:
            made = bodies.of(part)
        except GeometryError:
            made = None
        with self._lock:
            if self._holds(overlay):  # it may have given way while its body was made
                self._solids[key] = made
            while len(self._solids) > 1 and self._bytes() > _HELD_BYTES:
                self._solids.popitem(last=False)
        return made

    def _bytes(self) -> int:
        return sum(each.block.values.nbytes for each in self._solids.values() if each is not None)


def _mask(part: int, cut: Section) -> MaskOn:
    return MaskOn(part, cut.mask, (1.0, 0.0, 0.0, 1.0, float(cut.left), float(cut.top)))
