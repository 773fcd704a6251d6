"""Key images and measurements for a report: from the marks a reader left to pictures with their drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from lungview.errors import LungViewError
from lungview.image.annotation import Annotation, Kind, Picture, picture
from lungview.image.measure_text import lines
from lungview.image.slice import Instance, Slice
from lungview.image.window import Window, default_window
from lungview.report.blocks import window_words
from lungview.report.content import Drawn, KeyImage, Measurement
from lungview.report.picture import LONGEST, fitting, windowed

Drawings = tuple[Annotation, ...]
_NAMES = {
    Kind.RULER: "Length",
    Kind.ANGLE: "Angle",
    Kind.ELLIPSE: "Ellipse",
    Kind.RECTANGLE: "Rectangle",
    Kind.POLYGON: "Polygon",
    Kind.ARROW: "Remark",
    Kind.PROBE: "Value",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A key image still to be read. place: what a report calls it; window: None takes the slice's first."""

    instance: Instance
    place: str
    drawn: Drawings = ()
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """The key images of a series.

    certain: known by their UID. possible: instances without one; those whose pixels are a picture of
    `wanted` are key images, with the drawings there.
    """

    certain: tuple[Mark, ...] = ()
    possible: tuple[Mark, ...] = ()
    wanted: Mapping[Picture, Drawings] = field(default_factory=dict)


def marks(
    instances: Sequence[Instance],
    keys: Iterable[Picture],
    drawn: Callable[[Picture], Drawings],
    window: Window | None = None,
) -> Marks:
    """The key images among the instances of a series, in its order. keys: those of its study."""
    wanted = {(key.instance, key.frame): key for key in keys}
    certain, possible = [], []
    for number, instance in enumerate(instances, 1):
        place = _place(instance, number, len(instances))
        key = wanted.get((instance.sop_instance_uid, instance.frame))
        if not instance.sop_instance_uid:
            possible.append(Mark(instance, place, window=window))
        elif key is not None:
            certain.append(Mark(instance, place, drawn(key), window))
    by_pixels = {key: drawn(key) for key in wanted.values() if key.instance.startswith("sha256:")}
    return Marks(tuple(certain), tuple(possible) if by_pixels else (), by_pixels)


def _place(instance: Instance, number: int, count: int) -> str:
    """No file name: it may be a patient's."""
    place = (
        f"Slice {number} of {count}"
        if instance.instance_number is None
        else f"Image {instance.instance_number}"
    )
    if instance.frame:
        place += f", frame {instance.frame + 1}"
    if instance.geometry:
        place += f", at {instance.geometry.along_normal:.1f} mm".replace("-", "−")
    return place


def read_key_images(
    found: Iterable[Marks],
    read: Callable[[Instance], Slice],
    known: MutableMapping[Instance, Picture] | None = None,
) -> tuple[list[KeyImage], list[Measurement]]:
    """The pictures, a sentence in the place of one that cannot be read, and all that was measured on them.

    known: pictures of instances without a UID, filled in here: hashing a folder of them takes a while.
    """
    images: list[KeyImage] = []
    measured: list[Measurement] = []
    for each in found:
        for mark in (*each.certain, *_recognised(each, read, {} if known is None else known)):
            try:
                slice_ = read(mark.instance)
            except LungViewError as error:
                images.append(KeyImage(None, mark.place, f"No picture: {error.message}"))
                continue
            images.append(key_image(slice_, mark))
            measured += measurements(slice_, mark.drawn)
    return images, measured


def _recognised(
    found: Marks, read: Callable[[Instance], Slice], known: MutableMapping[Instance, Picture]
) -> Iterator[Mark]:
    for mark in found.possible:
        if mark.instance not in known:
            try:
                known[mark.instance] = picture(read(mark.instance))
            except LungViewError:  # what cannot be read was never marked
                continue
        drawn = found.wanted.get(known[mark.instance])
        if drawn is not None:
            yield Mark(mark.instance, mark.place, drawn, mark.window)


def key_image(slice_: Slice, mark: Mark) -> KeyImage:
    """The whole slice in its window with what was drawn on it."""
    window = mark.window or default_window(slice_)
    return KeyImage(
        fitting(windowed(slice_, window), LONGEST),
        mark.place,
        window_words(slice_, window),
        slice_.spacing,
        (slice_.rows, slice_.columns),
        tuple(Drawn(each, lines(slice_, each)) for each in mark.drawn),
    )


def measurements(slice_: Slice, drawn: Iterable[Annotation]) -> list[Measurement]:
    """A row for each annotation that says something."""
    found = []
    for each in drawn:
        said = ", ".join(lines(slice_, each))
        if said:
            found.append(Measurement(_NAMES[each.kind], said, _where(slice_.instance, each)))
    return found


def _where(instance: Instance, drawn: Annotation) -> str:
    number = f"image {instance.instance_number}, " if instance.instance_number is not None else ""
    return f"{number}row {drawn.points[0].y:.0f}, column {drawn.points[0].x:.0f}"
