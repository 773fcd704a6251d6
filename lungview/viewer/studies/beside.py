"""At which slice a prior is shown first beside the picture that it is compared with."""

from __future__ import annotations

import numpy as np

from lungview.image.slice import Geometry
from lungview.study.key import patient_digest
from lungview.study.series import Series
from lungview.viewer.links import parallel


def beside(series: Series, index: int, prior: Series) -> int | None:
    """The slice of another series to begin at beside a slice of one: the nearest in one frame of reference.

    Two studies have no common place to start from; that the scans begin at the same height of the body is
    nearer to the truth than that the picture on screen is the prior's first: so it lies as far below the
    uppermost slice. Of planes that do not run from foot to head that is the end that their normal points to.
    None where a file does not say where its slices lie, where they run in different ways, and for two people.
    """
    if _strangers(series, prior):
        return None
    here, others = series.instances[index].geometry, _places(prior)
    if here is None or not others or not parallel(here.normal, others[0][1].normal):
        return None
    up = np.asarray(here.normal) * (1 if here.normal[2] >= 0 else -1)
    wanted = _height(here, up)
    if not series.frame_of_reference_uid or series.frame_of_reference_uid != prior.frame_of_reference_uid:
        wanted += _top(others, up) - _top(_places(series), up)
    return min(others, key=lambda other: abs(_height(other[1], up) - wanted))[0]


def _places(series: Series) -> list[tuple[int, Geometry]]:
    return [(k, each.geometry) for k, each in enumerate(series.instances) if each.geometry is not None]


def _strangers(series: Series, other: Series) -> bool:
    codes = patient_digest(series.patient), patient_digest(other.patient)
    return all(codes) and codes[0] != codes[1]


def _top(places: list[tuple[int, Geometry]], up: np.ndarray) -> float:
    return max(_height(place, up) for _, place in places)


def _height(place: Geometry, up: np.ndarray) -> float:
    return float(np.dot(place.position, up))
