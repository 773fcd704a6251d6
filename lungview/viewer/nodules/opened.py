"""A series in a view, as findings see it, and what is laid over its pictures."""

from __future__ import annotations

from dataclasses import dataclass

from lungview.errors import GeometryError
from lungview.image.slice import Instance
from lungview.nodules.second_reader.block import indices_of
from lungview.study.key import SeriesId, series_id
from lungview.study.series import Series
from lungview.viewer.nodules.kept import Indices


class Key:
    """Which series, and all its slices. Hashed once: it is looked up at every paint."""

    __slots__ = ("_all", "_hash")

    def __init__(self, series: SeriesId, instances: tuple[Instance, ...]) -> None:
        self._all = (series, instances)
        self._hash = hash(self._all)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Key) and self._all == other._all)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A series in a view. indices: of its volume's slices; empty where it is none, and `why` says so."""

    series: Series
    key: Key
    indices: Indices = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is laid over the picture. opacity: of the detector's map, in [0, 1]."""

    outlines: bool = True
    scores: bool = False
    emphysema: bool = False
    opacity: float = 0.45


def opened_of(series: Series) -> Opened:
    """A series with its volume's slices, by headers alone, or the reason why it is none."""
    key = Key(series_id(series), tuple(series.instances))
    if series.modality != "CT":
        return Opened(series, key, why="Findings are looked for in CT series.")
    if series.localizer:
        return Opened(series, key, why="This is a localizer; findings are looked for in axial CT slices.")
    try:
        return Opened(series, key, indices_of(series))
    except GeometryError as error:
        return Opened(series, key, why=f"Not looked for: {error.message}.")
