"""From an answer to the content of its report: a picture of each finding with its outline."""

from __future__ import annotations

from collections.abc import Callable

from lungview.image.display import default_window
from lungview.image.slice import Instance, Slice
from lungview.image.window import Window
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.model.card import ModelCard
from lungview.nodules.answer import Answer, Located
from lungview.nodules.outlining import contour
from lungview.report.content import Drawn, FindingsContent, KeyImage
from lungview.report.findings import words
from lungview.report.picture import windowed

MOST = 8  # pictures
_ROOM_MM = 50.0  # on each side of a finding
_ROOM_PX = 70
_CORNERS = 400  # of a line on paper
LUNG = Window(-600.0, 1500.0, name="Lung")


def content(
    answer: Answer,
    card: ModelCard | None,
    read: Callable[[Instance], Slice],
    *,
    series_uid: str = "",
    patient_id: str = "",
) -> FindingsContent:
    """The content with the pictures of what is shown, at most MOST. Raises ReadError."""
    bare = FindingsContent(answer, card, series_uid, patient_id)
    pictures = [_picture(answer, n, f, read(answer.instances[f.index])) for n, f in bare.shown[:MOST]]
    return FindingsContent(answer, card, series_uid, patient_id, pictures)


def lines(answer: Answer, found: Located, index: int) -> tuple[Annotation, ...]:
    """The outline on a slice of the series; of a bare place the box on its own slice."""
    outline = found.finding.outline
    if outline is None or index not in answer.indices:
        return _box(found) if index == found.index else ()
    lines = contour.on_slice(outline, answer.indices.index(index))
    return tuple(
        Annotation(
            Kind.POLYGON, tuple(Point(float(x), float(y)) for x, y in line[:: -(-len(line) // _CORNERS)])
        )
        for line in lines
    ) or (_box(found) if index == found.index else ())


def _box(found: Located) -> tuple[Annotation, ...]:
    x0, y0, x1, y1 = found.box
    return (Annotation(Kind.RECTANGLE, (Point(x0, y0), Point(x1, y1))),)


def _picture(answer: Answer, number: int, found: Located, slice_: Slice) -> KeyImage:
    """The part of the slice around a finding, in the lung window where it is in HU."""
    window = LUNG if slice_.unit == "HU" else default_window(slice_)
    x0, y0, x1, y1 = found.box
    room = _ROOM_MM / slice_.spacing.column if slice_.spacing else _ROOM_PX
    left, top = max(0, int(x0 - room)), max(0, int(y0 - room))
    right, bottom = min(slice_.columns, int(x1 + room)), min(slice_.rows, int(y1 + room))
    drawn = [each.moved(-left, -top) for each in lines(answer, found, found.index)]
    where = (
        f"slice {found.index + 1} of {len(answer.instances)}" if len(answer.instances) > 1 else "this slice"
    )
    known = [w for w in (words.size(found.finding), words.density(found.finding)) if w != words.UNKNOWN]
    said = ", ".join([*known, f"{window.name or 'own'} window"])
    return KeyImage(
        windowed(slice_, window)[top:bottom, left:right],
        f"Finding {words.named(number, found)}, {where}",
        said,
        slice_.spacing,
        slice_.aspect,
        (bottom - top, right - left),
        tuple(Drawn(each, ()) for each in drawn),
        slice_.instance.person,
    )
