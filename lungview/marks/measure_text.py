"""What stands beside an annotation, on screen and in a report: its measures as lines of text."""

from __future__ import annotations

from collections.abc import Callable

from lungview.image.slice import Slice
from lungview.marks import measure
from lungview.marks.annotation import Annotation
from lungview.marks.kinds import KINDS, Measures
from lungview.marks.measure import Quantity

# PS3.3 10.7.1.3, C.8.6.1: larger than in the patient by an unknown magnification.
_WHERE = {"ImagerPixelSpacing": "%1 (at the detector)", "NominalScannedPixelSpacing": "%1 (on the film)"}
Translate = Callable[[str], str]


def lines(slice_: Slice, annotation: Annotation, tr: Translate = str) -> tuple[str, ...]:
    """The reader's text, then the measures with their units.

    mm only where the file says how large a pixel is, and of what that is the size; HU only where the values
    are HU, else the file's own unit or none. tr: gives the words in the reader's language.
    """
    measured = _LINES[KINDS[annotation.kind].measures](slice_, annotation, tr)
    return (annotation.text, *measured) if annotation.text else measured


def quantity(found: Quantity, tr: Translate = str) -> str:
    """ "12.3 mm", "12.3 mm (at the detector)", "40.0 px"."""
    text = f"{found.value:.1f} {found.unit}"
    where = _WHERE.get(found.source)
    return tr(where).replace("%1", text) if where else text


def number(value: float, unit: str) -> str:
    """A value as a reader wants it: whole where values are whole or large."""
    digits = f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}"
    return f"{digits} {unit}".strip().replace("-", "−")


def _ruler(slice_: Slice, drawn: Annotation, tr: Translate) -> tuple[str, ...]:
    return (quantity(measure.length(slice_, *drawn.points), tr),)


def _angle(slice_: Slice, drawn: Annotation, _: Translate) -> tuple[str, ...]:
    found = measure.angle(slice_, *drawn.points)
    return () if found is None else (f"{found:.1f}°",)


def _path(slice_: Slice, drawn: Annotation, tr: Translate) -> tuple[str, ...]:
    return (quantity(measure.path_length(slice_, drawn.points), tr),)


def _axes(slice_: Slice, drawn: Annotation, tr: Translate) -> tuple[str, ...]:
    long, short = (quantity(measure.length(slice_, *line), tr) for line in measure.axes(slice_, drawn.points))
    return (tr("Long %1").replace("%1", long), tr("Short %1").replace("%1", short))


def _between(slice_: Slice, drawn: Annotation, _: Translate) -> tuple[str, ...]:
    found = measure.between(slice_, drawn.points)
    return () if found is None else (f"{found:.1f}°",)


def _region(slice_: Slice, drawn: Annotation, tr: Translate) -> tuple[str, ...]:
    area = tr("Area %1").replace("%1", quantity(measure.area(slice_, drawn), tr))
    found = measure.statistics(slice_, drawn)
    if found is None:
        return (area,)
    unit = slice_.unit
    spread = tr("Mean %1  SD %2")
    ends = tr("Min %1  Max %2  n %3")
    return (
        spread.replace("%1", number(found.mean, unit)).replace("%2", f"{found.deviation:.1f}"),
        ends.replace("%1", number(found.minimum, ""))
        .replace("%2", number(found.maximum, ""))
        .replace("%3", str(found.count)),
        area,
    )


def _probe(slice_: Slice, drawn: Annotation, tr: Translate) -> tuple[str, ...]:
    found = measure.value_at(slice_, drawn.points[0])
    if found is None:
        return ()
    if slice_.colour:
        return (tr("RGB %1").replace("%1", " ".join(str(int(v)) for v in found)),)
    return (number(float(found), slice_.unit),)


def _nothing(_: Slice, __: Annotation, ___: Translate) -> tuple[str, ...]:
    return ()


_LINES = {
    Measures.LENGTH: _ruler,
    Measures.PATH: _path,
    Measures.AXES: _axes,
    Measures.ANGLE: _angle,
    Measures.BETWEEN: _between,
    Measures.REGION: _region,
    Measures.VALUE: _probe,
    Measures.NOTHING: _nothing,
}
