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


def listed_of(kept: Kept, indices: Indices) -> Listed:
    """A finding of the store in the order that the series has now."""
    located = kept.found
    first, last = sorted(indices[z] for z in located.finding.slices)
    finding = replace(located.finding, slices=(first, last))
    return Listed(
        _as_now(replace(located, finding=finding, index=indices[located.index]), indices),
        kept.name,
        kept.model,
        kept.id,
    )


def _as_now(located: Located, indices: Indices) -> Located:
    """Without an outline that was drawn in a volume of other slices."""
    outline = located.finding.outline
    if outline is None or outline.shape[0] == len(indices):
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
    found = []
    for each in kept:
        fits = max(each.found.index, *each.found.finding.slices) < len(indices)
        if fits and holds(series, each.picture, picture_of):
            found.append(listed_of(each, indices))
    return tuple(found)


def holds(series: Series, picture: PictureId, picture_of: Callable[[Instance], PictureId]) -> bool:
    """Whether a series has that picture."""
    named = (i for i in series.instances if name_in(series, i) == picture.name)
    return any(picture_of(instance) == picture for instance in named)
