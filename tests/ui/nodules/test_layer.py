"""What lies over the picture: outlines, map and emphysema where they were found, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.nodules.second_reader.test_second_look import THORAX
from tests.ui.nodules.conftest import findings_of
from tests.ui.nodules.test_findings import at_nodule, nodule_index


def painted(window) -> np.ndarray:
    """The view as an array (rows, columns, 3)."""
    image = (
        window.session.viewport.grab()
        .toImage()
        .convertToFormat(window.session.viewport.grab().toImage().Format.Format_RGB888)
    )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def coloured(window) -> np.ndarray:
    """Where the view is not grey, within the picture's body."""
    return np.ptp(painted(window), axis=2) > 60


@pytest.fixture
def on_nodule(qtbot, window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    return found


def around_nodule(window, radius: float = 30.0) -> np.ndarray:
    """bool like the view: near the phantom's nodule."""
    viewport = window.session.viewport
    _, row, column = THORAX.nodule
    from PySide6.QtCore import QPointF

    at = viewport.image_to_widget(QPointF(column + 0.5, row + 0.5))
    ys, xs = np.ogrid[: viewport.height(), : viewport.width()]
    per_px = viewport.zoom / viewport.devicePixelRatioF()
    return (xs - at.x()) ** 2 + (ys - at.y()) ** 2 <= (radius * per_px) ** 2


def test_the_outline_runs_around_the_nodule_and_not_over_it(on_nodule, window):
    on_nodule.heard(on_nodule.opened(), (at_nodule(on_nodule).located,), "")  # it alone
    with_ = coloured(window)
    on_nodule.look(replace(on_nodule.shown, outlines=False))
    drawn = with_ & ~coloured(window)
    assert (drawn & around_nodule(window, 20.0)).sum() > 50
    assert not (drawn & around_nodule(window, 5.0)).any()  # its radius is 9 mm


def test_on_a_slice_far_away_its_outline_is_not_drawn(qtbot, on_nodule, window):
    found = on_nodule
    _, last = at_nodule(found).located.finding.slices
    window.session.stack.go(last + 3)
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    before = coloured(window)
    found.choose("", go=False)
    assert not (before & ~coloured(window)).any()


def test_the_detectors_map_is_strongest_at_the_nodule(on_nodule, window):
    on_nodule.look(replace(on_nodule.shown, outlines=False))
    plain = painted(window)
    on_nodule.look(replace(on_nodule.shown, scores=True, opacity=1.0))
    change = np.abs(painted(window) - plain).sum(axis=2)
    near = around_nodule(window, 12.0)
    assert change[near].mean() > 10 * max(change[~near].mean(), 0.1)


def test_emphysema_is_painted_only_in_the_lungs(on_nodule, window):
    shown = window.session.viewport.state.slice
    answer = on_nodule.answer_of(on_nodule.opened())
    lungs = answer.layers.lungs_on(window.session.viewport.state.index)
    plain = painted(window)
    on_nodule.look(replace(on_nodule.shown, emphysema=True))
    change = np.abs(painted(window) - plain).sum(axis=2) > 0
    share = (lungs & (shown.values < -950)).sum() / lungs.sum()
    assert change.any() == bool(share)
    assert change.mean() < lungs.mean()


def test_of_another_series_nothing_is_painted(on_nodule, window, go, other):
    on_nodule.look(replace(on_nodule.shown, scores=True, emphysema=True))
    go(window, other)
    with_ = painted(window)
    on_nodule.look(replace(on_nodule.shown, outlines=False, scores=False, emphysema=False))
    assert np.array_equal(with_, painted(window))


@pytest.mark.parametrize("name", ["outlines", "scores", "emphysema"])
def test_each_layer_has_an_action_that_turns_it_on_and_off(window, name):
    shown = findings_of(window).shown
    window.actions_table[f"view.{name}"].trigger()
    assert getattr(findings_of(window).shown, name) is not getattr(shown, name)
    window.actions_table[f"view.{name}"].trigger()
    assert findings_of(window).shown == shown
