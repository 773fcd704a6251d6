"""The fields above a plane: what they say and what they tell."""

from __future__ import annotations

import pytest

from lungview.study.space import Projection
from lungview.ui.mpr.slab_controls import SlabControls
from lungview.viewer.mpr.crosshair import Slab


@pytest.fixture
def controls(qtbot):
    made = SlabControls()
    qtbot.addWidget(made)
    return made


def test_a_slab_that_is_shown_tells_nobody(qtbot, controls):
    with qtbot.assertNotEmitted(controls.chosen):
        controls.show_slab(Slab(12.0, Projection.MAX))
    assert controls.slab == Slab(12.0, Projection.MAX)


def test_a_thickness_that_is_chosen_is_told(qtbot, controls):
    with qtbot.waitSignal(controls.chosen) as told:
        controls.thickness.setValue(5.0)
    assert told.args == [Slab(5.0, Projection.MEAN)]


def test_one_sheet_has_nothing_to_project(controls):
    assert controls.thickness.text() == "thin"
    assert not controls.projection.isVisibleTo(controls)
    controls.thickness.setValue(3.0)
    assert controls.projection.isVisibleTo(controls)
