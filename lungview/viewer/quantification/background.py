"""The lungs of several scans, measured one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from lungview.errors import Cancelled, LungViewError
from lungview.image.slice import Instance, Slice
from lungview.nodules.growth.chest import Chest, chest
from lungview.study.series import Series
from lungview.study.volume import volume
from lungview.viewer.nodules.held import HeldVolume

Read = Callable[[Instance], Slice]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One series. chest: None where its lungs could not be measured, and `why` says so."""

    series: Series
    chest: Chest | None = None
    why: str = ""


def measure(
    emit: Callable[[Measured], None],
    cancelled: Callable[[], bool],
    series: Sequence[Series],
    held: HeldVolume,
    read: Read,
) -> None:
    """Tell of each series in turn. The first one's volume is held: it is the one that is worked on."""
    for number, each in enumerate(series):
        if cancelled():
            return
        try:
            emit(Measured(each, _chest(each, held if number == 0 else None, read, cancelled)))
        except Cancelled:
            return
        except LungViewError as error:
            emit(Measured(each, why=error.message))


def _chest(series: Series, held: HeldVolume | None, read: Read, cancelled: Callable[[], bool]) -> Chest:
    build = partial(volume, series, read, cancelled=cancelled)
    return chest(build() if held is None else held.get(series, build), cancelled=cancelled)
