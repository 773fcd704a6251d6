"""Between a list of findings and the store: slices are kept by their place, not by the order on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lungview.image.slice import Instance
from lungview.marks.finding_store import Kept
from lungview.nodules.answer import Located
from lungview.nodules.growth.change import cut_by_edge
from lungview.study.key import PictureId, name_in
from lungview.study.series import Series
from lungview.viewer.nodules.listed import Listed

Indices = tuple[int, ...]  # of each slice of the volume, its place in the series' order


def kept_of(listed: Listed, picture: PictureId, indices: Indices) -> Kept:
    """A finding for the store."""
    places = {index: z for z, index in enumerate(indices)}
    first, last = sorted(places[index] for index in listed.located.finding.slices)
    finding = replace(listed.located.finding, slices=(first, last))
    found = replace(listed.located, finding=finding, index=places[listed.located.index])
    return Kept(listed.id, picture, found, listed.name, listed.model)


def listed_of(kept: Kept, indices: Indices, at: int | None = None) -> Listed:
    """A finding of the store in the order that the series has now.

    at: the place of its picture in that order. Where slices came, or are gone, it is another one in the
    volume than it was; None where it is the same.
    """
    located = kept.found
    moved = 0 if at is None else _z(indices, at, located.index) - located.index
    last_z = len(indices) - 1
    first, last = sorted(indices[min(max(z + moved, 0), last_z)] for z in located.finding.slices)
    finding = replace(located.finding, slices=(first, last))
    now = replace(located, finding=finding, index=indices[located.index + moved])
    return Listed(_as_now(now, indices, moved), kept.name, kept.model, kept.id)


def _z(indices: Indices, at: int, before: int) -> int:
    """The slice of the volume that shows a slice of the series; of several the nearest to where it was."""
    return min((z for z, index in enumerate(indices) if index == at), key=lambda z: abs(z - before))


def _as_now(located: Located, indices: Indices, moved: int) -> Located:
    """Without an outline that was drawn in a volume of other slices."""
    outline = located.finding.outline
    if outline is None or (outline.shape[0] == len(indices) and not moved):
        return located
    finding = replace(located.finding, outline=None)
    if cut_by_edge(outline):  # without it nobody would know that these are no sizes
        finding = replace(
            finding, long_mm=None, short_mm=None, volume_mm3=None, solid_mm=None, solid_short_mm=None
        )
    return replace(located, finding=finding)


def in_series(
    kept: Iterable[Kept], series: Series, indices: Indices, picture_of: Callable[[Instance], PictureId]
) -> tuple[Listed, ...]:
    """Those of the store that lie on pictures of this series, by header and pixels.

    picture_of: reads a slice; asked only for slices whose header names one of them.
    """
    there = ((each, place_in(series, each.picture, picture_of)) for each in kept)
    return tuple(listed_of(each, indices, at) for each, at in there if at in indices)


def place_in(series: Series, picture: PictureId, picture_of: Callable[[Instance], PictureId]) -> int | None:
    """Where in a series that picture is; None where it is not."""
    named = (k for k, i in enumerate(series.instances) if name_in(series, i) == picture.name)
    return next((k for k in named if picture_of(series.instances[k]) == picture), None)


def holds(series: Series, picture: PictureId, picture_of: Callable[[Instance], PictureId]) -> bool:
    """Whether a series has that picture."""
    return place_in(series, picture, picture_of) is not None
