"""The second reader's look at a series or a picture: read, lungs, candidates, outlines, measures.

A series without an answer has the reason in it. What cannot be read is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from lungview.errors import GeometryError, InputError, ModelError
from lungview.image.readers import read_instance
from lungview.image.slice import Instance, Slice
from lungview.lung.grid import Turn, turn
from lungview.lung.lungs import lungs
from lungview.lung.one_slice import is_other_part
from lungview.lung.quantify import quantify
from lungview.model import registry
from lungview.model.card import FINDINGS, MALIGNANCY, ModelCard
from lungview.model.registry import Entry
from lungview.network import dense
from lungview.nodules import judge
from lungview.nodules.answer import Answer, Located
from lungview.nodules.detector.candidate import Candidate
from lungview.nodules.detector.candidates import Search
from lungview.nodules.detector.tiles import Maps
from lungview.nodules.judge import Judge
from lungview.nodules.layers import ScoreMaps, layers, score_maps
from lungview.nodules.second_reader import block as blocks
from lungview.nodules.second_reader import gaps, located, steps
from lungview.nodules.second_reader.block import Block
from lungview.nodules.second_reader.scanned import scanned
from lungview.nodules.second_reader.steps import Progress, Steps
from lungview.nodules.sensitivity import conclusion
from lungview.study.series import Series
from lungview.study.volume import Volume

_TOLD_EVERY = 16  # slices; to look for the peaks of all maps takes as long as a few of them
_OUTLINED = 8  # candidates; an outline takes a second, and the others are seldom looked at

Read = Callable[[Instance], Slice]


@dataclass(frozen=True, slots=True, eq=False)
class SecondReader:
    """A findings model that is loaded. network: its maps, see `tiles.Maps`. judge: of malignancy, if any."""

    card: ModelCard
    network: Maps
    judge: Judge | None = None


def load(entry: Entry) -> SecondReader:
    """The second reader of an installed findings model. Raises ModelError, WeightsError."""
    return SecondReader(entry.card, dense.load(entry), installed_judge())


def installed_reader() -> Entry | None:
    """The findings model to ask where none was chosen; None where none is installed."""
    try:
        return registry.default(FINDINGS)
    except ModelError:
        return None


def installed_judge() -> Judge | None:
    """The judge of the first installed calibrated model of malignancy. Raises WeightsError."""
    entry = installed_judge_entry()
    return None if entry is None else judge.load(entry)


def installed_judge_entry() -> Entry | None:
    """The first installed calibrated model of malignancy."""
    fitting = (e for e in registry.entries() if e.card.task == MALIGNANCY and e.card.calibrated)
    return next(fitting, None)


def models_of(reader: Entry | None) -> tuple[Entry, ...]:
    """Every model that a second reader's answers come from: its own, and the judge of outlines."""
    judging = installed_judge_entry() if reader is not None else None
    return tuple(each for each in (reader, judging) if each is not None)


def of_series(
    series: Series,
    reader: SecondReader,
    read: Read = read_instance,
    *,
    on_progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """The answer to a series of slices with positions. Raises ReadError, ModelError, Cancelled.

    on_progress: called from this thread with the step, how much is done, and of how much.
    """

    def scan(watch: Steps) -> Volume:
        with watch.step(steps.READ) as tell:
            return scanned(series, read, on_slice=tell, cancelled=watch.cancelled)

    return of_volume(series, scan, reader, Steps(on_progress, cancelled))


def of_volume(series: Series, scan: Callable[[Steps], Volume], reader: SecondReader, watch: Steps) -> Answer:
    """The same with the series' volume from elsewhere. Raises what `scan` raises, ModelError, Cancelled."""
    answer = Answer(series.instances, reader.card.reference, seconds=watch.seconds)
    try:
        of_series_or_refuse(series)
        return _answered(answer, series, scan(watch), reader, watch)
    except (GeometryError, InputError) as error:
        return replace(answer, reasons=(error.message,))


def _answered(answer: Answer, series: Series, scan: Volume, reader: SecondReader, watch: Steps) -> Answer:
    turned = axial(scan)
    with watch.step(steps.LUNGS):
        mask = gaps.measured(scan, lungs(scan, cancelled=watch.cancelled))
        quantities = quantify(scan, mask)
    block, inside = blocks.of_volume(scan, series), mask.values > 0
    found = searched(block, inside, reader.network, watch, turned)
    findings = outlined(block, found.candidates, reader, watch)
    thickness = max(series.thickness or 0.0, scan.spacing_mm[0])
    return replace(
        answer,
        notes=(*scan.notes, *gaps.notes(scan), *mask.notes, *_of_another_part(series)),
        lungs=quantities,
        conclusion=concluded(reader.card, findings, len(block.values), thickness),
        findings=findings,
        slice_scores=_by_instance(scan, series, block, found.slice_scores),
        layers=layers(block.indices, inside, found.maps),
        indices=block.indices,
    )


def _of_another_part(series: Series) -> tuple[str, ...]:
    """What the reader must know of a header that names no chest, once lungs were found all the same."""
    if not is_other_part(series.body_part):
        return ()
    return (f"the header says the body part is {series.body_part}, yet lungs were found and searched",)


def of_series_or_refuse(series: Series) -> None:
    """Raise InputError for what is no CT, or no stack of slices, by its header."""
    if series.modality != "CT":
        raise InputError(f"findings are looked for in CT, found the modality {series.modality or 'unknown'}")
    if series.localizer:
        raise InputError("findings are looked for in axial slices, found a localizer")


def axial(scan: Volume) -> Turn:
    """How the slices turn to the patient's axes. Raises InputError for coronal and sagittal ones."""
    turned = turn(scan)
    if turned.order != (0, 1, 2):
        raise InputError("findings are looked for in axial slices, found slices in another plane")
    return turned


@dataclass(frozen=True, slots=True)
class Searched:
    """candidates: by falling score. slice_scores: the highest score of each slice of the block."""

    candidates: tuple[Candidate, ...]
    slice_scores: tuple[float, ...]
    maps: ScoreMaps | None


def searched(
    block: Block, inside: np.ndarray, network: Maps, watch: Steps, turned: Turn | None = None
) -> Searched:
    """What the detector says of a block.

    inside: bool like the block's values, the lungs. turned: to what the network has learned to look at.
    """
    values = block.values
    if turned is not None:
        values, inside = turned.to_patient(values), turned.to_patient(inside)
    with watch.step(steps.SEARCH) as tell:
        search = Search(values, block.spacing_mm, inside, network)
        for seen in search:
            tell(seen.done, seen.of)
            if watch.on_found and seen.done % _TOLD_EVERY == 0:
                watch.on_found(_bare(block, _candidates(block, search, turned)))
    scores = search.slice_scores()
    if turned is not None and turned.flipped[0]:
        scores = scores[::-1]
    return Searched(_candidates(block, search, turned), scores, _maps(block, search, turned))


def _candidates(block: Block, search: Search, turned: Turn | None) -> tuple[Candidate, ...]:
    found = search.candidates()
    return found if turned is None else tuple(_turned_back(c, turned, block.values.shape) for c in found)


def _maps(block: Block, search: Search, turned: Turn | None) -> ScoreMaps | None:
    if search.seen is None:
        return None
    seen, looked, maps = search.seen
    return score_maps(maps, looked, seen, block.values.shape, turned)


def _bare(block: Block, found: Iterable[Candidate]) -> tuple[Located, ...]:
    return tuple(located.bare(block, candidate) for candidate in found)


def _turned_back(c: Candidate, turned: Turn, shape: tuple[int, ...]) -> Candidate:
    """A candidate found in the patient's axes, in those of the slices as they are stored."""
    slices, rows, columns = shape
    x0, y0, x1, y1 = c.box
    if turned.flipped[0]:
        scores = tuple((slices - 1 - k, s) for k, s in reversed(c.slice_scores))
        first, last = slices - 1 - c.last_slice, slices - 1 - c.first_slice
        c = replace(c, slice=slices - 1 - c.slice, first_slice=first, last_slice=last, slice_scores=scores)
    if turned.flipped[1]:
        c = replace(c, row=rows - 1 - c.row)
        y0, y1 = rows - 1 - y1, rows - 1 - y0
    if turned.flipped[2]:
        c = replace(c, column=columns - 1 - c.column)
        x0, x1 = columns - 1 - x1, columns - 1 - x0
    return replace(c, box=(x0, y0, x1, y1))


def outlined(
    block: Block, found: tuple[Candidate, ...], reader: SecondReader, watch: Steps
) -> tuple[Located, ...]:
    """Candidates as findings; one that lies inside the outline of a higher one is the same finding."""
    findings: list[Located] = []
    with watch.step(steps.OUTLINE) as tell:
        for done, candidate in enumerate(found, start=1):
            at = located.voxel(block, candidate)
            if not any(located.holds(f.finding.outline, at) for f in findings):
                findings.append(_told(block, candidate, reader, done))
            tell(done, len(found))
            if watch.on_found and done <= _OUTLINED:
                watch.on_found((*findings, *_bare(block, found[done:])))
    return tuple(findings)


def _told(block: Block, candidate: Candidate, reader: SecondReader, rank: int) -> Located:
    card, found = reader.card, located.bare(block, candidate)
    if rank <= _OUTLINED:
        likely = rank == 1 or candidate.score >= card.operating_point.uncertain[0]
        found = located.of_candidate(block, candidate, reader.judge, masses=likely)
    return told(found, card)


def told(found: Located, card: ModelCard) -> Located:
    """A finding with whether the model's operating point calls it; None where that was never measured."""
    score = found.finding.score
    if score is None or "called" not in card.metrics:
        return found
    return replace(found, called=card.operating_point.calls(score, found.extent_mm))


def concluded(card: ModelCard, findings: tuple[Located, ...], slices: int, thickness_mm: float | None) -> str:
    """What the call comes to: see `sensitivity.conclusion`."""
    return conclusion(card, sum(f.called is True for f in findings), slices, thickness_mm)


def _by_instance(
    scan: Volume, series: Series, block: Block, scores: tuple[float, ...]
) -> tuple[tuple[int, float], ...]:
    """Every slice's score; of one that the volume left out, the score at its place."""
    left_out = set(range(len(series.instances))) - set(block.indices)
    highest = {k: scores[_nearest(scan, series.instances[k])] for k in left_out}
    for index, score in zip(block.indices, scores, strict=True):
        highest[index] = max(score, highest.get(index, 0.0))
    return tuple(sorted(highest.items()))


def _nearest(scan: Volume, instance: Instance) -> int:
    """The slice of a volume that is nearest to a slice of its series."""
    assert instance.geometry is not None
    place = round(float(scan.index(instance.geometry.position)[0]))
    return min(max(place, 0), len(scan.values) - 1)
