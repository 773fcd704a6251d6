"""A place that a reader names, a point in mm or a box: outlined and measured, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lungview.errors import GeometryError, InputError, NoNodule
from lungview.image.readers import read_instance
from lungview.image.slice import Slice
from lungview.nodules.answer import Answer, PixelBox
from lungview.nodules.outlining import segment
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.voxels import Window
from lungview.nodules.second_reader import block as blocks
from lungview.nodules.second_reader import gaps, located, picture, steps
from lungview.nodules.second_reader.block import Block, Point
from lungview.nodules.second_reader.scanned import scanned
from lungview.nodules.second_reader.second_look import Read, installed_judge
from lungview.nodules.second_reader.steps import Steps
from lungview.study.series import Series
from lungview.study.volume import Volume


def at_point(series: Series, point_mm: Point, read: Read = read_instance) -> Answer:
    """The nodule at (x, y, z) mm of the patient. Raises ReadError; a refusal is in the answer."""
    return at_point_of(series, lambda: scanned(series, read), point_mm)


def at_point_of(series: Series, scan_of: Callable[[], Volume], point_mm: Point) -> Answer:
    """The same with the series' volume from elsewhere. Raises what `scan_of` raises but GeometryError."""

    def outline(block: Block, scan: Volume) -> Outline:
        z, y, x = (round(float(i)) for i in scan.index(point_mm))
        return segment.outline(block.values, block.spacing_mm, (z, y, x))

    return _in_series(series, scan_of, outline)


def in_box(series: Series, box: PixelBox, index: int, read: Read = read_instance) -> Answer:
    """The nodule that a box encloses on slice `index` of a series. Raises ReadError."""
    return in_box_of(series, lambda: scanned(series, read), box, index)


def in_box_of(series: Series, scan_of: Callable[[], Volume], box: PixelBox, index: int) -> Answer:
    """The same with the series' volume from elsewhere. Raises what `scan_of` raises but GeometryError."""

    def outline(block: Block, _: Volume) -> Outline:
        if index not in block.indices:
            raise InputError(f"expected a slice from 0 to {len(series.instances) - 1}, found {index}")
        z = block.indices.index(index)
        return segment.outline_in_box(block.values, block.spacing_mm, _window(box, z))

    return _in_series(series, scan_of, outline)


def in_box_of_picture(slice_: Slice, box: PixelBox) -> Answer:
    """The nodule that a box encloses on a picture alone."""
    watch = Steps()
    answer = Answer((slice_.instance,), seconds=watch.seconds)
    return _judged(
        answer,
        watch,
        lambda: picture.block_of(slice_),
        lambda block: segment.outline_in_box(block.values, block.spacing_mm, _window(box, 0)),
    )


def _in_series(
    series: Series, scan_of: Callable[[], Volume], outline: Callable[[Block, Volume], Outline]
) -> Answer:
    watch = Steps()
    answer = Answer(series.instances, seconds=watch.seconds)
    try:
        with watch.step(steps.READ):
            scan = scan_of()
        if scan.unit != "HU":
            raise InputError(f"nodules are outlined by HU, found a volume in {scan.unit or 'no unit'}")
    except (GeometryError, InputError) as error:
        return replace(answer, reasons=(error.message,))
    return _judged(
        replace(answer, notes=(*scan.notes, *gaps.notes(scan))),
        watch,
        lambda: blocks.of_volume(scan, series),
        lambda block: outline(block, scan),
    )


def _judged(
    answer: Answer, watch: Steps, block_of: Callable[[], Block], outline: Callable[[Block], Outline]
) -> Answer:
    try:
        with watch.step(steps.OUTLINE):
            block = block_of()
            found = located.of_outline(block, outline(block), installed_judge())
    except (NoNodule, InputError) as error:
        return replace(answer, reasons=(error.message,))
    return replace(answer, findings=(found,), indices=block.indices)


def _window(box: PixelBox, z: int) -> Window:
    """The pixels that a box touches, on slice z."""
    x0, y0, x1, y1 = box
    rows, columns = slice(int(y0 // 1), -int(-y1 // 1)), slice(int(x0 // 1), -int(-x1 // 1))
    return slice(z, z + 1), rows, columns
