"""What is done in the background for findings: look through a series, measure a place, find what was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lungview.image.slice import Instance, Slice
from lungview.marks.finding_store import FindingStore
from lungview.model import registry
from lungview.model.card import FINDINGS, ModelCard
from lungview.nodules.answer import Answer, Located, PixelBox
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.second_reader import block as blocks
from lungview.nodules.second_reader import located, named_place, second_look, steps
from lungview.nodules.second_reader.block import Point
from lungview.nodules.second_reader.scanned import scanned
from lungview.nodules.second_reader.steps import Steps
from lungview.study.key import FrameKey, PictureId, frame_key, name_in, picture_id
from lungview.study.series import Series
from lungview.study.volume import Volume
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.kept import Indices, holds, in_series
from lungview.viewer.nodules.listed import Listed

Read = Callable[[Instance], Slice]
Pictures = dict[FrameKey, PictureId]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """An answer, which picture each slice is that a finding lies on, and the card of the model."""

    answer: Answer
    pictures: Pictures
    card: ModelCard | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was kept of a series. looked: the reader said to have read it."""

    listed: tuple[Listed, ...]
    looked: bool
    pictures: Pictures


def look(
    emit: Callable[[Any], None],
    cancelled: Callable[[], bool],
    series: Series,
    held: HeldVolume,
    read: Read,
) -> Told:
    """The second reader's answer; emits steps as (name, done, of), and findings as tuples of Located.

    Raises LungViewError.
    """
    reader = second_look.load(registry.default(FINDINGS))

    def on_found(found: tuple[Located, ...]) -> None:
        emit(tuple(second_look.told(each, reader.card) for each in found))

    watch = Steps(lambda *step: emit(step), cancelled, on_found)

    def scan(watch: Steps) -> Volume:
        with watch.step(steps.READ) as tell:
            build = partial(scanned, series, read, on_slice=tell, cancelled=watch.cancelled)
            return held.get(series, build)

    return replace(_told(second_look.of_volume(series, scan, reader, watch), read), card=reader.card)


def at_point(series: Series, held: HeldVolume, read: Read, point_mm: Point) -> Told:
    """The nodule that a reader clicked on; a refusal is in the answer. Raises LungViewError."""
    scan = partial(held.get, series, partial(scanned, series, read))
    return _told(named_place.at_point_of(series, scan, point_mm), read)


def in_box(series: Series, held: HeldVolume, read: Read, box: PixelBox, index: int) -> Told:
    """The nodule that a reader drew a box around; a refusal is in the answer. Raises LungViewError."""
    scan = partial(held.get, series, partial(scanned, series, read))
    return _told(named_place.in_box_of(series, scan, box, index), read)


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A finding whose outline a reader corrected, and which picture its slice is."""

    located: Located
    pictures: Pictures


def redrawn(
    series: Series,
    held: HeldVolume,
    read: Read,
    found: Located,
    change: Callable[[Outline, np.ndarray], Outline],
) -> Redrawn:
    """A finding measured anew with its outline changed. change: of the outline and the scan's HU.

    Raises LungViewError.
    """
    scan = held.get(series, partial(scanned, series, read))
    block = blocks.of_volume(scan, series)
    assert found.finding.outline is not None
    outline = change(found.finding.outline, block.values)
    made = located.redrawn(block, found, outline, second_look.installed_judge())
    instance = series.instances[made.index]
    return Redrawn(made, {frame_key(instance): picture_id(read(instance))})


def hold(series: Series, held: HeldVolume, read: Read) -> None:
    """Build the volume before the first click asks for it. Raises LungViewError."""
    held.get(series, partial(scanned, series, read))


def remembered(store: FindingStore, series: Series, indices: Indices, read: Read) -> Remembered:
    """What the reader made of findings of a series before. Raises LungViewError."""
    pictures: Pictures = {}

    def picture_of(instance: Instance) -> PictureId:
        place = frame_key(instance)
        if place not in pictures:
            pictures[place] = picture_id(read(instance))
        return pictures[place]

    name = name_in(series, series.instances[0])
    whose = name.patient, name.study, name.unissued
    kept = store.of_study(*whose)
    listed = in_series(kept, series, indices, picture_of)
    looked = any(holds(series, picture, picture_of) for picture in store.looked(*whose))
    return Remembered(listed, looked, pictures)


def _told(answer: Answer, read: Read) -> Told:
    on = {answer.instances[each.index] for each in answer.findings}
    return Told(answer, {frame_key(instance): picture_id(read(instance)) for instance in on})
