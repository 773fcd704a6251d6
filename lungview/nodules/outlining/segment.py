"""Segment: from a click or a box to the outline of the nodule there, or the reason why there is none.

hu is (slices, rows, columns) of the scan; only the part around the place is looked at, in three sizes until
the nodule lies inside: 4 mm to 10 cm.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lungview.errors import NoNodule
from lungview.nodules.outlining import place
from lungview.nodules.outlining.choice import Chosen, choose, fit
from lungview.nodules.outlining.crop import SIZES_MM, Crop, crop, refined
from lungview.nodules.outlining.looks import glass, mass, wall
from lungview.nodules.outlining.outline import Millimetres, Outline, Voxel
from lungview.nodules.outlining.proposals import Ground, blurred, ground, proposals
from lungview.nodules.outlining.voxels import Window, window

# A mass goes on beyond its box by that part of the box's longer side, in the plane and above and below. What
# is smaller needs no such limit: on LIDC it lowers the overlap with the readers' outlines by 0.014.
_WIDER, _HIGHER, _LEAST_MASS_MM = 0.03, 0.7, 15.0
# Of the box around a click's outline and the drawn one: what both share, by what both cover. On LIDC
# (nodules to train of 15 mm and more) the overlap is 0.83 by clicks where it is 0.79 cut at the box.
_LEAST_MET, _MET = 0.6, 0.8
_LEAST_LUNG = 0.03  # of the surroundings: with less, look at larger ones


def outline(hu: np.ndarray, spacing_mm: Millimetres, at: Voxel, *, masses: bool = True) -> Outline:
    """The nodule at a voxel (slice, row, column). Raises NoNodule with what is there instead.

    masses: whether to look for a mass, too, where no nodule ends.
    """
    place.check(hu, at)
    z, y, x = at
    around = (slice(z, z + 1), slice(y, y + 1), slice(x, x + 1))
    try:
        return _grown(hu, spacing_mm, at, around, None, SIZES_MM[:-1])
    except place.InVessel:
        raise
    except NoNodule:
        found = mass.mass(hu, spacing_mm, at) if masses else None
        if found is None:
            raise
    return wall.completed(hu, _as_outline(hu, spacing_mm, *found))


def outline_in_box(hu: np.ndarray, spacing_mm: Millimetres, box: Window) -> Outline:
    """The nodule that a box of voxels encloses, in its slices or through its only one.

    Raises NoNodule: the box leaves the scan or the body, or what is in it instead.
    """
    inside = all(0 <= b.start < b.stop <= n for b, n in zip(box, hu.shape, strict=True))
    if not inside:
        raise NoNodule(f"expected a box inside the scan of {hu.shape} voxels, found one that leaves it")
    place.check_box(hu, box)
    at = _middle(hu, spacing_mm, box)
    place.check(hu, at)
    drawn = _grown(hu, spacing_mm, at, box, box)
    if len(hu) == 1 or _widest_mm(box, spacing_mm) < _LEAST_MASS_MM:
        return drawn
    return _clicked(hu, spacing_mm, at, box) or drawn


def _clicked(hu: np.ndarray, spacing_mm: Millimetres, at: Voxel, box: Window) -> Outline | None:
    """What a click in a box gives, where that meets the box well; None where no click does.

    What is cut at a box holds all the wall in it, and goes on above and below as far as a box is wide.
    """
    middle, rows, columns = ((b.start + b.stop) // 2 for b in box)
    down, right = ((b.stop - b.start) // 4 for b in box[1:])
    sides = ((-down, 0), (down, 0), (0, -right), (0, right))
    best: tuple[float, Outline | None] = (_LEAST_MET, None)
    for place_ in (at, *((middle, rows + r, columns + c) for r, c in sides)):
        try:
            found = outline(hu, spacing_mm, place_)
        except NoNodule:
            continue
        section = found.section(middle)
        met = fit(section[None], (slice(0, 1), *box[1:])) if section.any() else 0.0
        best = (met, found) if met > best[0] else best
        if met >= _MET:
            break
    return None if best[1] is None else _inside(best[1], _widened(box, spacing_mm))


def _inside(found: Outline, within: Window) -> Outline:
    """What of an outline lies in a box of the scan."""
    allowed = np.zeros_like(found.mask)
    of = (slice(max(w.start - s, 0), max(w.stop - s, 0)) for w, s in zip(within, found.start, strict=True))
    allowed[tuple(of)] = True
    return replace(found, mask=found.mask & allowed)


def _middle(hu: np.ndarray, spacing_mm: Millimetres, box: Window) -> Voxel:
    """Where a nodule in a box is most solid: the brightest voxel of its inner half, blurred."""
    inner = [
        slice((3 * b.start + b.stop) // 4, max((b.start + 3 * b.stop) // 4, (3 * b.start + b.stop) // 4 + 1))
        for b in box
    ]
    part = blurred(hu[tuple(inner)].astype(np.float32), 1.0, spacing_mm)
    z, y, x = (
        int(i) + s.start for i, s in zip(np.unravel_index(int(part.argmax()), part.shape), inner, strict=True)
    )
    centre = tuple((b.start + b.stop) // 2 for b in box)
    bright = (
        float(part[tuple(c - s.start for c, s in zip(centre, inner, strict=True))]) > float(part.max()) - 200
    )
    return (centre[0], centre[1], centre[2]) if bright else (z, y, x)


_Found = tuple[Crop, Ground, Chosen]


def _grown(
    hu: np.ndarray,
    spacing_mm: Millimetres,
    at: Voxel,
    around: Window,
    box: Window | None,
    sizes: tuple[tuple[float, float], ...] = SIZES_MM,
) -> Outline:
    """The best outline in the smallest surroundings that hold it, with the glass around a solid part."""
    first: tuple[Ground, Chosen | None] | None = None
    held: _Found | None = None
    for margin, voxel in sizes:
        part = crop(hu, spacing_mm, around, margin, voxel)
        if (margin, voxel) != sizes[-1] and float((part.hu < -500).mean()) < _LEAST_LUNG:
            continue
        g = ground(part.hu, part.spacing_mm, part.inside(at), _allowed(part, box))
        found = proposals(g, margin)
        chosen = choose(g, found, _in_crop(part, box)) if found else None
        first = first if first and first[1] else (g, chosen)
        if chosen is None or not part.holds(chosen.mask):
            continue
        held = held or _checked(part, g, chosen)
        if box is None and (glass_hu := glass.around(g, chosen)) is not None:
            if (whole := glass.whole(part, g, chosen, glass_hu, margin)) is None:
                continue  # it may end in larger surroundings
            held = part, g, whole
        break
    if held is not None:
        within = None if box is None else _widened(box, spacing_mm)
        return wall.completed(hu, _as_outline(hu, spacing_mm, *held), within)
    assert first is not None
    raise place.boundless(*first) if found else place.nothing(g)


def _checked(part: Crop, g: Ground, chosen: Chosen) -> _Found:
    place.check_outline(g, chosen)
    return part, g, chosen


def _allowed(part: Crop, box: Window | None) -> Window:
    """What of a crop may belong to a mass in a box: a little more in its plane, as high as it is wide."""
    drawn = _in_crop(part, box)
    widest = 0.0 if drawn is None else _widest_mm(drawn, part.spacing_mm)
    if drawn is None or widest < _LEAST_MASS_MM:
        return slice(None), slice(None), slice(None)
    z, y, x = (
        slice(max(b.start - more, 0), b.stop + more)
        for b, more in zip(drawn, _more(widest, part.spacing_mm), strict=True)
    )
    return z, y, x


def _widened(box: Window, spacing_mm: Millimetres) -> Window:
    """A box of the scan with what a mass may have beyond it."""
    more = _more(_widest_mm(box, spacing_mm), spacing_mm)
    z, y, x = (slice(max(b.start - m, 0), b.stop + m) for b, m in zip(box, more, strict=True))
    return z, y, x


def _widest_mm(box: Window, spacing_mm: Millimetres) -> float:
    """The longer side of a box in its plane."""
    return max(float(b.stop - b.start) * mm for b, mm in zip(box[1:], spacing_mm[1:], strict=True))


def _more(widest_mm: float, spacing_mm: Millimetres) -> list[int]:
    """Voxels on either side of a box, by axis."""
    shares = (_HIGHER, _WIDER, _WIDER)
    return [math.ceil(share * widest_mm / mm) for share, mm in zip(shares, spacing_mm, strict=True)]


def _in_crop(part: Crop, box: Window | None) -> Window | None:
    """A box of the scan as one of the crop."""
    if box is None:
        return None
    first = part.inside((box[0].start, box[1].start, box[2].start))
    last = part.inside((box[0].stop - 1, box[1].stop - 1, box[2].stop - 1))
    z, y, x = (slice(a, b + 1) for a, b in zip(first, last, strict=True))
    return z, y, x


def _as_outline(hu: np.ndarray, spacing_mm: Millimetres, part: Crop, g: Ground, chosen: Chosen) -> Outline:
    """The chosen mask in voxels of the scan, cut to what it needs."""
    mask = refined(hu, spacing_mm, part, g, chosen)
    near = window(mask)
    start = (part.start[0] + near[0].start, part.start[1] + near[1].start, part.start[2] + near[2].start)
    shape = (int(hu.shape[0]), int(hu.shape[1]), int(hu.shape[2]))
    return Outline(mask[near].copy(), start, shape, spacing_mm, g.lung_hu, chosen.proposal.core_hu)
