"""Key images and measurements for a report: from the marks a reader left to pictures with their drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from lungview.errors import LungViewError
from lungview.image.display import default_window
from lungview.image.slice import Instance, Slice
from lungview.image.window import Window
from lungview.marks.annotation import Annotation
from lungview.marks.in_series import HasInstances, candidates, doubtful
from lungview.marks.kinds import KINDS, Kind, Measures
from lungview.marks.measure_text import lines
from lungview.marks.study_marks import Drawings, StudyMarks
from lungview.report.content import Drawn, KeyImage, Measurement
from lungview.report.measured import MarkedSlice, marked_slice
from lungview.report.picture import LONGEST, fitting, window_words, windowed
from lungview.study.key import FrameKey, PictureId, frame_key, picture_id


def _word(kind: Kind) -> str:
    """Of a drawing's measure; an arrow has none, only what the reader wrote."""
    return "Remark" if KINDS[kind].measures is Measures.NOTHING else KINDS[kind].word


@dataclass(frozen=True, slots=True)
class Mark:
    """A slice that is a key image if its pixels are the marked ones.

    place: what a report calls it; window: None takes the slice's first. alone: the only slice of its series
    by its name, so that a report says something in its place where it cannot be read. number: in its series,
    from 1, as on screen; None where the series is not known.
    """

    instance: Instance
    place: str
    window: Window | None = None
    alone: bool = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """The slices of a series that may be key images, and the marks of their study that decide it."""

    possible: tuple[Mark, ...] = ()
    of_study: StudyMarks = field(default_factory=StudyMarks)


def marks(
    series: HasInstances, of_study: StudyMarks, window: Window | None = None, *, drawn: bool = False
) -> Marks:
    """The slices of a series that may be key images, in its order. drawn: or bear drawings."""
    sure = of_study.without_old(doubtful(series, of_study))
    keys = sure if drawn else replace(sure, drawn={}, old_drawn={}, early_drawn={})
    count = len(series.instances)
    possible = []
    for each in candidates(series, keys):
        number = each.index + 1 if count > 1 else None  # of a file by itself nobody knows
        possible.append(Mark(each.instance, _place(each.instance, number, count), window, each.alone, number))
    return Marks(tuple(possible), sure if possible else StudyMarks())


def _place(instance: Instance, number: int | None, count: int) -> str:
    """No file name: it may be a patient's. No Instance Number: a slice has one number, that on screen."""
    place = "Slice" if number is None else f"Slice {number} of {count}"
    if instance.frame:
        place += f", frame {instance.frame + 1}"
    if instance.geometry:
        place += f", at {instance.geometry.along_normal:.1f} mm".replace("-", "−")
    return place


def read_key_images(
    found: Iterable[Marks],
    read: Callable[[Instance], Slice],
    known: dict[FrameKey, PictureId] | None = None,
) -> tuple[list[KeyImage], list[Measurement]]:
    """The pictures, a sentence in the place of one that cannot be read, and all that was measured on them.

    known: which pictures slices are, filled in here: to read a folder of them again takes a while.
    """
    images: list[KeyImage] = []
    measured: list[Measurement] = []
    for each in found:
        for image, rows in _read(each, read, {} if known is None else known):
            images.append(image)
            measured += rows
    return images, measured


def _read(
    found: Marks, read: Callable[[Instance], Slice], known: dict[FrameKey, PictureId]
) -> Iterator[tuple[KeyImage, list[Measurement]]]:
    for mark in found.possible:
        place = frame_key(mark.instance)
        if place in known and not found.of_study.is_key(known[place]):
            continue
        try:
            slice_ = read(mark.instance)
        except LungViewError as error:
            if mark.alone:  # else nobody knows whether it was marked
                yield (
                    KeyImage(None, mark.place, f"No picture: {error.message}", person=mark.instance.person),
                    [],
                )
            continue
        known[place] = picture_id(slice_)
        if found.of_study.is_key(known[place]):
            drawn = found.of_study.annotations(known[place])
            yield key_image(slice_, mark, drawn), measurements(slice_, drawn, mark.number)


def read_drawn(
    found: Iterable[Marks],
    read: Callable[[Instance], Slice],
    known: dict[FrameKey, PictureId] | None = None,
) -> list[MarkedSlice]:
    """The slices that bear drawings, with what was measured on them. known: see `read_key_images`.

    One that cannot be read is left out: nobody sees its drawings.
    """
    made: list[MarkedSlice] = []
    pictures: dict[FrameKey, PictureId] = {} if known is None else known
    for each in found:
        for mark in each.possible:
            place = frame_key(mark.instance)
            if place in pictures and not each.of_study.annotations(pictures[place]):
                continue
            try:
                slice_ = read(mark.instance)
            except LungViewError:
                continue
            pictures[place] = picture_id(slice_)
            if drawn := each.of_study.annotations(pictures[place]):
                made.append(marked_slice(slice_, drawn, key=each.of_study.is_key(pictures[place])))
    return made


def key_image(slice_: Slice, mark: Mark, drawn: Drawings = ()) -> KeyImage:
    """The whole slice in its window with what was drawn on it."""
    window = mark.window or default_window(slice_)
    return KeyImage(
        fitting(windowed(slice_, window), LONGEST),
        mark.place,
        window_words(slice_, window),
        slice_.spacing,
        slice_.aspect,
        (slice_.rows, slice_.columns),
        tuple(Drawn(each, lines(slice_, each)) for each in drawn),
        slice_.instance.person,
        marked_slice(slice_, drawn, key=True),
    )


def of_key_images(images: Iterable[KeyImage], *, measured: bool = True) -> list[MarkedSlice]:
    """The slices that are key images; measured: with what was measured on them."""
    found = [image.marked for image in images if image.marked is not None]
    return found if measured else [replace(each, measured=()) for each in found]


def measurements(slice_: Slice, drawn: Iterable[Annotation], number: int | None = None) -> list[Measurement]:
    """A row for each annotation that says something. number: the slice's in its series, from 1."""
    found = []
    for each in drawn:
        said = ", ".join(lines(slice_, each))
        if said:
            found.append(Measurement(_word(each.kind), said, _where(number, each)))
    return found


def _where(number: int | None, drawn: Annotation) -> str:
    which = f"slice {number}, " if number is not None else ""
    return f"{which}row {drawn.points[0].y:.0f}, column {drawn.points[0].x:.0f}"
