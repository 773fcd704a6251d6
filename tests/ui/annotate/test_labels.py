"""Labels of annotations cover no other, stay in sight, and lie where the reader put them."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTransform
from pytestqt.qtbot import QtBot

from lungview import languages
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.ui.annotate import labels
from lungview.ui.annotate.labels import Label
from lungview.ui.annotate.tools.select import SelectTool
from lungview.ui.language import speaking
from lungview.ui.pane import overlay_paint
from lungview.ui.shell.main_window import MainWindow
from tests.ui import pointing
from tests.ui.annotating import drawn, editing, with_ruler

SIGHT = QRectF(0, 0, 400, 300)


def ruler(x: float, y: float, **changes: object) -> Annotation:
    return Annotation(Kind.RULER, (Point(x, y), Point(x + 30, y)), **changes)  # type: ignore[arg-type]


def laid_out(*annotations: Annotation, zoom: float = 1.0, sight: QRectF = SIGHT) -> list[Label]:
    found = labels.layout(
        annotations, lambda _: ("12.5 mm",), QTransform.fromScale(zoom, zoom), QFontMetricsF(QFont()), sight
    )
    return [found[each.id] for each in annotations]


@pytest.mark.parametrize("count", [2, 5, 9])
def test_labels_of_drawings_at_one_place_do_not_cover_each_other(qapp: object, count: int) -> None:
    areas = [each.area for each in laid_out(*(ruler(100 + n, 100 + n) for n in range(count)))]
    assert not any(a.intersects(b) for a, b in combinations(areas, 2))


@pytest.mark.parametrize("place", [(-50, -50), (380, 10), (380, 290), (5, 295), (900, 900)])
@pytest.mark.parametrize("put", [False, True])
def test_no_label_leaves_the_view(qapp: object, place: tuple[float, float], put: bool) -> None:
    one = ruler(*place, label=Point(*place) if put else None)
    for label in laid_out(one, ruler(*place), ruler(*place)):
        assert SIGHT.contains(label.area)


def test_where_the_reader_put_a_label_it_stays_and_the_others_make_way(qapp: object) -> None:
    alone = laid_out(ruler(100, 100))[0].area
    put = ruler(10, 10, label=Point(alone.left(), alone.top()))
    other, placed = laid_out(ruler(100, 100), put)
    assert placed.area.topLeft() == alone.topLeft()
    assert not other.area.intersects(placed.area)


def test_a_label_that_was_put_somewhere_stays_on_its_spot_of_the_picture_at_every_zoom(qapp: object) -> None:
    put = ruler(10, 10, label=Point(60, 40))
    for zoom in (0.5, 1.0, 4.0):
        (placed,) = laid_out(put, zoom=zoom)
        assert placed.area.topLeft() == QPointF(60 * zoom, 40 * zoom)


def test_a_label_far_from_its_drawing_is_joined_to_it_by_a_line(qapp: object) -> None:
    near, far = laid_out(ruler(10, 10), ruler(10, 200, label=Point(300, 20)))
    assert near.leader is None
    assert far.leader is not None
    assert far.leader.p2().y() == pytest.approx(200, abs=4)


def test_a_drawing_moved_takes_its_label_along() -> None:
    assert ruler(10, 10, label=Point(60, 40)).moved(5, -3).label == Point(65, 37)


@pytest.fixture
def select(drawing: MainWindow) -> SelectTool:
    with_ruler(drawing)
    return editing(drawing).selection(drawing.session.viewport)


def place_of(window: MainWindow, select: SelectTool) -> tuple[float, float]:
    """The middle of the only label, in image coordinates."""
    assert select.layer is not None
    (label,) = select.layer.labels(window.session.viewport).values()
    middle = window.session.viewport.widget_to_image(label.area.center())
    return middle.x(), middle.y()


def test_a_label_is_dragged_kept_and_undone(drawing: MainWindow, select: SelectTool, qtbot: QtBot) -> None:
    x, y = place_of(drawing, select)
    points = drawn(drawing)[0].points
    pointing.drag(drawing.session.viewport, (x, y), (x - 30, y - 20))
    (moved,) = drawn(drawing)
    assert moved.points == points
    assert place_of(drawing, select) == pytest.approx((x - 30, y - 20), abs=0.5)
    with AnnotationStore() as store:
        (kept,) = store.study("1.2").drawn.values()
        assert kept[0].label == moved.label
    drawing.actions_table["edit.undo"].trigger()
    assert drawn(drawing)[0].label is None
    drawing.actions_table["edit.redo"].trigger()
    assert drawn(drawing)[0].label == moved.label


def test_escape_puts_a_label_back_that_is_being_dragged(drawing: MainWindow, select: SelectTool) -> None:
    x, y = place_of(drawing, select)
    pointing.press(drawing.session.viewport, x, y)
    pointing.move(drawing.session.viewport, x - 30, y - 20)
    assert drawn(drawing)[0].label is not None
    drawing.session.viewport.mouse.cancel()
    assert drawn(drawing)[0].label is None


def test_a_label_keeps_out_of_the_corners(drawing: MainWindow) -> None:
    viewport = drawing.session.viewport
    for area in overlay_paint.text_areas(viewport):
        middle = viewport.widget_to_image(area.center())
        place = editing(drawing).picture
        assert place is not None
        editing(drawing).annotations.add(place, ruler(middle.x(), middle.y()), "Ruler")
    layer = editing(drawing).selection(viewport).layer
    assert layer is not None
    found = [label.area for label in layer.labels(viewport).values()]
    assert len(found) == 4
    assert not any(a.intersects(b) for a in found for b in overlay_paint.text_areas(viewport))


@pytest.mark.parametrize("line", ["Area 4.3 mm²", "面積 4.3 mm²", "最小 −15  最大 324  n 10"])
def test_the_ground_holds_all_lines_whatever_font_their_letters_are_of(qapp: object, line: str) -> None:
    speaking.use(languages.load("ja"))  # brings letters where the system has none
    speaking.use(languages.ENGLISH)
    metrics, lines = QFontMetricsF(QFont()), (line,) * 3
    needed = metrics.boundingRect(QRectF(0, 0, 999, 999), int(Qt.AlignmentFlag.AlignLeft), "\n".join(lines))
    assert labels.size_of(lines, metrics).height() >= needed.height() + 4
