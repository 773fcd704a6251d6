"""Brush and threshold change the chosen outline with its measures, and undo brings the old one back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from lungview.ui.outline_edit import brush, feature, threshold_dialog
from lungview.viewer.outline_edit import edits
from tests.nodules.second_reader.test_second_look import THORAX
from tests.ui.nodules.conftest import search_of
from tests.ui.nodules.test_tool import own
from tests.ui.waiting import heard


@pytest.fixture
def outlined(qtbot, window, go, thorax):
    """The phantom's nodule measured and chosen; its row and column."""
    go(window, thorax)
    index, row, column = THORAX.nodule
    window.session.stack.go(window.session.stack.series.instances.index(_instance(window, index)))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    found = search_of(window)
    with heard(qtbot, found.measured, timeout=30_000):
        from lungview.ui.nodules.tool import measure_at

        measure_at(found, window.session.viewport, QPointF(column + 0.5, row + 0.5))
    return row, column


def _instance(window, index):
    return sorted(window.session.stack.series.instances, key=lambda i: i.geometry.position[2])[index]


def _stroke(qtbot, window, start, end, modifiers=Qt.KeyboardModifier.NoModifier):
    view = window.session.viewport
    window.actions_table["tool.outline_brush"].trigger()
    a, b = (view.image_to_widget(QPointF(x + 0.5, y + 0.5)).toPoint() for x, y in (start, end))
    before = own(window)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, modifiers, a)
    for share in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(view, a + QPoint(round((b - a).x() * share), round((b - a).y() * share)))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, modifiers, b)
    qtbot.waitUntil(lambda: own(window) != before, timeout=30_000)


def volume(window):
    (listed,) = own(window)
    return listed.located.finding.volume_mm3


def voxels(window):
    (listed,) = own(window)
    return int(listed.located.finding.outline.mask.sum())


def test_a_stroke_adds_to_the_outline_and_undo_takes_it_back(qtbot, window, outlined):
    row, column = outlined
    before, mm3 = own(window), volume(window)
    count = voxels(window)
    _stroke(qtbot, window, (column, row), (column + 12, row))
    assert voxels(window) > count + 10
    assert volume(window) != mm3
    window.actions_table["edit.undo"].trigger()
    assert own(window) == before


def test_a_stroke_with_shift_rubs_out(qtbot, window, outlined):
    row, column = outlined
    count = voxels(window)
    _stroke(qtbot, window, (column - 8, row), (column + 8, row), Qt.KeyboardModifier.ShiftModifier)
    assert voxels(window) < count


def test_a_range_of_hu_keeps_what_lies_within(qtbot, window, outlined):
    count = voxels(window)
    dialog = threshold_dialog.ThresholdDialog(edits.of(window.workspace), window)
    qtbot.addWidget(dialog)
    dialog.low.setValue(-100)
    dialog.accept()
    qtbot.waitUntil(lambda: voxels(window) < count, timeout=30_000)


def test_a_range_that_nothing_lies_in_is_refused_and_the_outline_stays(qtbot, window, outlined):
    corrections, before = edits.of(window.workspace), own(window)
    with heard(qtbot, corrections.refused, timeout=30_000) as told:
        corrections.threshold(2900, 3000)
    assert "none left" in told[0][0]
    assert own(window) == before


def test_without_a_chosen_outline_a_stroke_says_what_to_do(qtbot, window, go, thorax):
    go(window, thorax)
    corrections = edits.of(window.workspace)
    with heard(qtbot, corrections.refused) as told:
        corrections.stroke(window.workspace.active, [(10.0, 10.0)], add=True)
    assert "Choose a finding" in told[0][0]


def test_the_brush_has_sizes_with_ends(window):
    corrections = edits.of(window.workspace)
    for _ in range(20):
        corrections.resize(1)
    assert corrections.radius_mm == edits.RADII_MM[-1]
    for _ in range(20):
        corrections.resize(-1)
    assert corrections.radius_mm == edits.RADII_MM[0]


def test_its_actions_are_in_the_table(window):
    assert all(row.id in window.actions_table for row in feature.ROWS)
    assert brush.BrushTool.id == feature.ROWS[0].id


def test_what_is_corrected_of_the_models_is_accepted_and_kept(qtbot, window, go, thorax, look):
    go(window, thorax)
    found = look(window)
    opened = found.opened()
    first = next(e for e in found.list_of(opened).models if e.located.finding.outline is not None)
    found.choose(first.id)
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    _, y, x = first.located.finding.outline.centre
    edits.of(window.workspace).stroke(window.workspace.active, [(y + 6, x)], add=True)
    qtbot.waitUntil(lambda: found.list_of(opened).find(first.id) != first, timeout=30_000)
    after = found.list_of(opened).find(first.id)
    assert after.status.value == "accepted"
    assert np.isclose(after.located.finding.score, first.located.finding.score)
