"""Reading overlays and laying them on what is open, away from the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from lungview.errors import Cancelled, LungViewError
from lungview.overlays import reading
from lungview.overlays.binding import Bound, bind
from lungview.overlays.rescale import Rescale, fitted, own_rescale
from lungview.overlays.values import Look, Overlay
from lungview.study.key import FrameKey, frame_key
from lungview.study.series import Series
from lungview.viewer.studies.overlay_files import Place


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Overlays on what is open, in the order they were opened. failed: why others could not be read."""

    bounds: tuple[Bound, ...] = ()
    failed: tuple[LungViewError, ...] = ()


def load(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    places: Sequence[Place],
    known: Sequence[Overlay],
    series: Sequence[Series],
) -> Loaded:
    """Read files, and lay them and the overlays that are known on series; one of a known place replaces it.

    Ends early with Cancelled where `cancelled` says so.
    """
    del emit

    def check() -> None:
        if cancelled():
            raise Cancelled("the overlays are no longer wanted")

    found, failed = reading.read_all(places, check)
    again = {each.place for each in found}
    overlays = (*(each for each in known if each.place not in again), *found)
    bounds = []
    for overlay in overlays:
        check()
        bounds.append(_in_own_values(bind(overlay, series), series))
    return Loaded(tuple(bounds), failed)


def _in_own_values(bound: Bound, series: Iterable[Series]) -> Bound:
    """With the windows of its looks in the values of the pictures; one file of a series tells its rescale."""
    if not bound.looks:
        return bound
    looks: dict[FrameKey, Look] = {}
    for each in series:
        rescale: Rescale | None = None
        for instance in each.instances:
            look = bound.looks.get(frame_key(instance))
            if look is not None:
                rescale = rescale or own_rescale(instance)
                looks[frame_key(instance)] = fitted(look, rescale)
    return replace(bound, looks=looks)
