"""Where text is painted: the corners, the letters and the scale bar."""

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF

from lungview.image.slice import Patient, Spacing
from lungview.ui.pane import overlay_paint
from lungview.ui.pane.viewport import Viewport
from lungview.viewer.orientation import edges
from lungview.viewer.state import Camera, TextLevel
from tests.ui.conftest import make_slice


@pytest.fixture
def view(qtbot):
    made = Viewport()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show_slice(make_slice(values=np.full((40, 60), -2000, np.float32)), 0, 1)
    return made


@pytest.fixture
def painted(view, monkeypatch):
    """Everything written: (text, place); of the fill, not of the halo."""
    found = []
    real = overlay_paint.text

    def text(painter, area, where, lines, *colour):
        found.extend((line, where, area) for line in lines if line)
        real(painter, area, where, lines, *colour)

    monkeypatch.setattr(overlay_paint, "text", text)
    return lambda: (found.clear(), view.grab(), list(found))[-1]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [None, "flipped_horizontally", "flipped_vertically"])
def test_the_four_letters_are_painted_at_their_edges(view, painted, rotation, flip):
    camera = Camera(rotation=rotation)
    camera = getattr(camera, flip)() if flip else camera
    view.change(lambda s: s.seen_by(camera))
    letters = [(line, where) for line, where, _ in painted() if line in set("APLRHF")]
    flags = overlay_paint.Qt.AlignmentFlag
    middle, center = flags.AlignHCenter, flags.AlignVCenter
    wanted = edges(view.state.slice.instance.geometry, camera)
    assert letters == [
        (wanted.top, middle | flags.AlignTop),
        (wanted.bottom, middle | flags.AlignBottom),
        (wanted.left, flags.AlignLeft | center),
        (wanted.right, flags.AlignRight | center),
    ]


@pytest.mark.parametrize("at", [(8, 8), (450, 8), (8, 330), (450, 330)])
def test_all_four_corners_have_ink(view, at):
    image = view.grab().toImage()
    x0, y0 = at
    bright = [
        (x, y) for x in range(x0, x0 + 240) for y in range(y0, y0 + 160) if image.pixelColor(x, y).red() > 200
    ]
    assert bright


def test_a_long_name_in_a_narrow_view_leaves_the_letter_free(view, painted):
    view.resize(260, 300)
    shown = make_slice(patient=Patient("A very long family name^And given names", "ID-7"))
    view.show_slice(shown, 0, 1)
    metrics = QFontMetricsF(view.font())
    name = next(line for line, *_ in painted() if line.startswith("A very"))
    assert metrics.horizontalAdvance(name) <= 260 / 2 - overlay_paint.MARGIN - overlay_paint.LETTER_ROOM


def test_a_view_too_small_for_all_texts_has_the_short_ones(view, painted):
    view.show_slice(make_slice(lossy="JPEG 10:1"), 0, 1)
    whole = {line for line, *_ in painted()}
    view.resize(200, 170)
    short = {line for line, *_ in painted()}
    assert any(line.startswith("Zoom") for line in whole)
    assert not any(line.startswith(("Zoom", "Pixel", "Position", "Thickness")) for line in short)
    assert any(line.startswith("Slice") for line in short)
    assert "Lossy: JPEG 10:1" in short
    assert view.state.overlays.text is TextLevel.FULL


def test_other_texts_are_told_where_the_corners_and_marks_are(view):
    view.show_slice(make_slice(), 0, 1)
    corners = overlay_paint.text_areas(view)
    view.show_slice(make_slice(lossy="JPEG 10:1"), 0, 1)
    *_, mark = areas = overlay_paint.text_areas(view)
    assert len(areas) == len(corners) + 1
    assert mark.center().x() == pytest.approx(view.width() / 2, abs=1)
    assert not any(mark.intersects(corner) for corner in corners)


def test_letters_and_marks_stay_when_all_other_text_is_off(view, painted):
    view.change(lambda s: s.over(type(s.overlays)(text=TextLevel.NONE)))
    view.show_slice(make_slice(lossy="JPEG 10:1"), 0, 1)
    assert {line for line, *_ in painted()} == {"A", "P", "R", "L", "Lossy: JPEG 10:1"}


@pytest.mark.parametrize(
    ("mm_per_pixel", "room", "length"),
    [(0.7, 150, 100.0), (0.1, 150, 10.0), (0.01, 150, 1.0), (1.5, 150, 200.0)],
)
def test_the_scale_bar_is_the_longest_round_length_that_fits(mm_per_pixel, room, length):
    assert overlay_paint.bar_length(mm_per_pixel, room) == length


def test_the_scale_bar_measures_what_it_says(view, painted, monkeypatch):
    lines = []
    monkeypatch.setattr(
        overlay_paint.QPainter, "drawLine", lambda _, start, end: lines.append((start, end)), raising=True
    )
    view.change(lambda s: s.seen_by(Camera(zoom=4.0)))  # 0.7 mm a pixel: 0.175 mm a screen pixel
    said = [line for line, *_ in painted() if line.endswith("cm") or line.endswith(" mm")]
    start, end = max(lines, key=lambda line: line[1].y() - line[0].y())
    assert said[-1] == "2 cm"
    assert (end.y() - start.y()) * 0.175 == pytest.approx(20.0)


def test_without_spacing_there_is_no_scale_bar(view, painted):
    bar = ("5 mm",)  # 700 pixels for 60 columns of 0.7 mm leave no room for 10
    view.show_slice(make_slice(spacing=None), 0, 1)
    assert not any(line in bar for line, *_ in painted())
    view.show_slice(make_slice(spacing=Spacing(0.7, 0.7, "PixelSpacing")), 0, 1)
    assert any(line in bar for line, *_ in painted())
