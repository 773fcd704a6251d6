"""From a candidate or a named place to a finding: outlined, measured, or the bare place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lungview.errors import NoNodule
from lungview.nodules import density
from lungview.nodules.answer import Located, PixelBox
from lungview.nodules.detector.candidate import Candidate
from lungview.nodules.finding import Finding, Source, Status
from lungview.nodules.judge import Judge, Opinion
from lungview.nodules.outlining import measure, segment
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline, Voxel
from lungview.nodules.outlining.voxels import Window
from lungview.nodules.second_reader.block import Block


def of_candidate(
    block: Block, candidate: Candidate, judge: Judge | None = None, *, masses: bool = True
) -> Located:
    """The finding at a candidate; without measures where nothing can be outlined there.

    masses: see `segment.outline`.
    """
    outline = _outlined(block, candidate, masses)
    found = bare(block, candidate) if outline is None else of_outline(block, outline, judge)
    finding = replace(found.finding, score=candidate.score, source=Source.MODEL, status=Status.PROPOSED)
    return replace(found, finding=finding, extent_mm=candidate.extent_mm)


def _outlined(block: Block, candidate: Candidate, masses: bool) -> Outline | None:
    """From where the score is highest, else from the middle, for the peak of a mass may lie at its edge.

    Where nothing ends around both, as of a mass on a wall, in the box of what the detector's map shows.
    """
    x0, y0, x1, y1 = candidate.box
    middle = replace(candidate, row=(y0 + y1) / 2, column=(x0 + x1) / 2)
    for at in dict.fromkeys((voxel(block, candidate), voxel(block, middle))):
        try:
            return segment.outline(block.values, block.spacing_mm, at, masses=masses)
        except NoNodule:
            continue
    try:
        return segment.outline_in_box(block.values, block.spacing_mm, _marked(candidate)) if masses else None
    except NoNodule:
        return None


def _marked(candidate: Candidate) -> Window:
    """A candidate's box on its slice, in voxels."""
    x0, y0, x1, y1 = (round(v) for v in candidate.box)
    rows, columns = slice(max(y0, 0), max(y1, y0) + 1), slice(max(x0, 0), max(x1, x0) + 1)
    return slice(candidate.slice, candidate.slice + 1), rows, columns


def redrawn(block: Block, found: Located, outline: Outline, judge: Judge | None) -> Located:
    """A finding with an outline that a reader corrected: measured and judged anew, its score as it was."""
    made = of_outline(block, outline, judge)
    before = found.finding
    status = Status.ACCEPTED if before.status is Status.PROPOSED else before.status
    finding = replace(made.finding, source=before.source, status=status, score=before.score)
    return replace(made, finding=finding, called=found.called, extent_mm=found.extent_mm)


def voxel(block: Block, candidate: Candidate) -> Voxel:
    """Where a candidate's score is highest."""
    _, rows, columns = block.values.shape
    row, column = round(candidate.row), round(candidate.column)
    return candidate.slice, min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


def holds(outline: Outline | None, at: Voxel) -> bool:
    """Whether a voxel of the scan belongs to an outline."""
    if outline is None:
        return False
    inside = tuple(i - s for i, s in zip(at, outline.start, strict=True))
    if not all(0 <= i < n for i, n in zip(inside, outline.mask.shape, strict=True)):
        return False
    return bool(outline.mask[inside])


def of_outline(block: Block, outline: Outline, judge: Judge | None = None) -> Located:
    """A reader's finding with all its measures; those in mm only where the picture has any.

    With the band of malignancy, and the probability where a judge may tell it: of HU in a volume.
    """
    centre = outline.centre
    plane = round(centre[0])
    first, last = sorted(block.indices[k] for k in outline.slices)
    finding = Finding(
        slices=(first, last),
        source=Source.READER,
        status=Status.ACCEPTED,
        place_mm=block.place_mm(centre) if block.place_mm else None,
        outline=outline,
    )
    nodule = Nodule(block.values, outline)
    measured = _measured(block, nodule, finding) if block.measured else finding
    judged = _judged(measured, judge(nodule)) if judge and block.deep and block.in_hu else measured
    return Located(judged, block.indices[plane], _box(outline, plane))


def _measured(block: Block, nodule: Nodule, finding: Finding) -> Finding:
    kind = density.kind(nodule) if block.in_hu else None
    axes = density.whole_axes(nodule, kind) if kind else measure.axes(nodule.outline)
    return replace(
        finding,
        long_mm=axes.long_mm,
        short_mm=axes.short_mm,
        volume_mm3=nodule.filling.volume_mm3 if block.deep and block.in_hu else None,
        density=kind.density if kind else None,
        solid_mm=kind.solid.long_mm if kind and kind.solid else None,
        solid_short_mm=kind.solid.short_mm if kind and kind.solid else None,
    )


def _judged(finding: Finding, opinion: Opinion) -> Finding:
    probability = opinion.probability if opinion.exact else None
    return replace(finding, probability=probability, band=opinion.band)


def _box(outline: Outline, plane: int) -> PixelBox:
    """Around the outline on one slice of the scan; around all of it where it is not on that one."""
    mask = outline.mask[plane - outline.start[0]]
    if not mask.any():
        mask = np.any(outline.mask, axis=0)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    _, top, left = outline.start
    return (
        float(left + columns[0]),
        float(top + rows[0]),
        float(left + columns[-1] + 1),
        float(top + rows[-1] + 1),
    )


def bare(block: Block, candidate: Candidate) -> Located:
    """The place of a candidate alone."""
    first, last = sorted(block.indices[k] for k in (candidate.first_slice, candidate.last_slice))
    at = float(candidate.slice), candidate.row, candidate.column
    place = block.place_mm(at) if block.place_mm else None
    _, rows, columns = block.values.shape
    x0, y0, x1, y1 = (v + 0.5 for v in candidate.box)  # whole numbers there are the middle of a pixel
    box = (max(x0, 0.0), max(y0, 0.0), min(x1, float(columns)), min(y1, float(rows)))
    return Located(
        Finding((first, last), Source.MODEL, Status.PROPOSED, place, score=candidate.score),
        block.indices[candidate.slice],
        box,
        extent_mm=candidate.extent_mm,
    )
