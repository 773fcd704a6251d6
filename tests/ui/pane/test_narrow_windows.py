"""Windows of fractions, far narrower than 1, by hand and in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.image.window import VoiLutFunction, Window
from lungview.ui.pane.tools.window import dragged
from lungview.ui.shell.window_fields import WindowFields
from tests.ui.conftest import make_slice

NARROW = Window(0.00095, 0.0019, VoiLutFunction.LINEAR_EXACT)


def test_a_drag_changes_a_narrow_window_in_proportion():
    found = dragged(NARROW, 400, 0)
    assert (found.center, found.width) == (NARROW.center, pytest.approx(0.0038))


def test_a_drag_leaves_a_window_of_whole_numbers_at_least_one_wide():
    assert dragged(Window(40, 2), -10_000, 0).width == 1.0


def test_the_fields_show_a_narrow_window_s_digits(show):
    window = show(make_slice(values=np.linspace(0, 0.0019, 2400, dtype=np.float32).reshape(40, 60)))
    (fields,) = window.findChildren(WindowFields)
    window.session.change(lambda state: state.windowed(NARROW), "Window")

    assert fields.width_field.value() == pytest.approx(0.0019)
    assert fields.level_field.value() == pytest.approx(0.00095)
