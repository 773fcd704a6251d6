"""Reference lines and the shared cursor: one place in the patient, seen in every view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF

from lungview.image.slice import Geometry
from lungview.ui.layout.cursor import Cursor
from lungview.ui.layout.reference_lines import ReferenceLines
from lungview.viewer.links import Linked
from tests.ui.conftest import MemorySeries, make_slice

AXIAL, CORONAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


@dataclass(frozen=True)
class PlacedSeries(MemorySeries):
    frame_of_reference_uid: str = "1.9"


def _show(window, viewport, key, orientation, position, frame="1.9"):
    plain = make_slice(0)  # 40 rows, 60 columns of 0.7 mm
    instance = replace(plain.instance, path=Path(key), geometry=Geometry(position, orientation))
    made = replace(plain, instance=instance)
    window.session.cache.slices[instance] = made
    window.session.show(PlacedSeries((instance,), key=key, frame_of_reference_uid=frame), 0, viewport)


@pytest.fixture
def two(window):
    """An axial slice at z = 0 beside a coronal one at y = 7 mm, z from 14 mm down."""
    window.grid.show_views(2)
    first, second = window.session.viewports
    _show(window, first, "a", AXIAL, (0.0, 0.0, 0.0))
    _show(window, second, "c", CORONAL, (0.0, 7.0, 14.0))
    return window


def _child(window, kind):
    return next(each for each in window.children() if isinstance(each, kind))


def test_each_view_shows_where_the_other_crosses_it(two):
    lines = _child(two, ReferenceLines)
    axial, coronal = two.session.viewports
    ((other, (first, last)),) = lines.lines_on(axial)
    assert other is coronal
    assert (first[1], last[1]) == pytest.approx((10.5, 10.5))  # 7 mm are ten rows
    assert abs(first[0] - last[0]) == pytest.approx(60.0)
    ((_, (first, _last)),) = lines.lines_on(coronal)
    assert first[1] == pytest.approx(20.5)  # 14 mm above


def test_pictures_of_another_frame_of_reference_have_no_line(two):
    axial, coronal = two.session.viewports
    _show(two, coronal, "x", CORONAL, (0.0, 7.0, 14.0), frame="1.8")
    assert list(_child(two, ReferenceLines).lines_on(axial)) == []


def test_reference_lines_can_be_hidden(two):
    two.actions_table["view.reference_lines"].trigger()
    assert list(_child(two, ReferenceLines).lines_on(two.session.viewports[0])) == []


def test_the_cursor_is_shown_at_its_place_in_a_view_that_shares_it(two):
    cursor = _child(two, Cursor)
    axial, coronal = two.session.viewports
    for viewport in (axial, coronal):
        two.session.link_view(viewport, Linked.CURSOR)
    axial.pointed.emit(QPointF(12.5, 30.5))
    assert cursor.point_on(coronal) == pytest.approx((12.5, 20.5))
    assert cursor.point_on(axial) is None
    axial.pointed.emit(None)
    assert cursor.point_on(coronal) is None


def test_a_view_that_does_not_share_it_shows_no_cursor(two):
    axial, coronal = two.session.viewports
    two.session.link_view(axial, Linked.CURSOR)
    axial.pointed.emit(QPointF(12.5, 30.5))
    assert _child(two, Cursor).point_on(coronal) is None
