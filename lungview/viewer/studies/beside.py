"""At which slice a prior is shown first beside the picture that it is compared with."""

from __future__ import annotations

import numpy as np

from lungview.image.slice import Geometry
from lungview.study.series import Series
from lungview.viewer.links import parallel


def beside(series: Series, index: int, prior: Series) -> int | None:
    """The slice of a prior that lies as far below its uppermost one as a series' slice does.

    Two studies have no common place to start from; that the scans begin at the same height of the body is
    nearer to the truth than that the picture on screen is the prior's first. Of planes that do not run from
    foot to head the first is the end that their normal points to. None where a file does not say where its
    slices lie, and where they run in different ways.
    """
    here, others = series.instances[index].geometry, _places(prior)
    if here is None or not others or not parallel(here.normal, others[0][1].normal):
        return None
    up = np.asarray(here.normal) * (1 if here.normal[2] >= 0 else -1)
    below = max(_height(place, up) for _, place in _places(series)) - _height(here, up)
    wanted = max(_height(place, up) for _, place in others) - below
    return min(others, key=lambda other: abs(_height(other[1], up) - wanted))[0]


def _places(series: Series) -> list[tuple[int, Geometry]]:
    return [(k, each.geometry) for k, each in enumerate(series.instances) if each.geometry is not None]


def _height(place: Geometry, up: np.ndarray) -> float:
    return float(np.dot(place.position, up))
