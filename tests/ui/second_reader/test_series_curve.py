"""Series curve: every n-th slice judged, a point each, and the rule over all of them."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from lungview.viewer.second_reader import series_run
from tests.ui.reading import answered, install, thorax_slices


@pytest.fixture
def curve(show, reader):
    window = show(*thorax_slices())
    panel = window.panels["series_curve"]
    panel.step.setValue(1)
    return panel


def test_the_curve_has_a_point_a_slice_and_the_rule_beside_it(qtbot, curve, reader):
    curve.start.click()
    qtbot.waitUntil(lambda: curve.sentence.text() != "", timeout=20_000)
    assert [p.index for p in curve.curve.points] == [0, 1, 2, 3, 4]
    assert "3 neighbouring judged slices" in curve.rule.text()


def test_a_click_on_the_curve_goes_to_that_slice(qtbot, curve, window, reader):
    window.docks["series_curve"].show()
    curve.start.click()
    qtbot.waitUntil(lambda: curve.sentence.text() != "", timeout=20_000)
    at = QPointF(curve.curve.x_of(3), curve.curve.plot().center().y()).toPoint()
    QTest.mouseClick(curve.curve, Qt.MouseButton.LeftButton, pos=at)
    assert window.session.stack.index == 3


def test_answers_of_the_series_are_there_when_its_slices_are_shown(qtbot, curve, window, reader):
    curve.start.click()
    qtbot.waitUntil(lambda: curve.sentence.text() != "", timeout=20_000)
    window.session.stack.go(2)
    assert reader.case() is not None


def test_a_stopped_series_says_nothing_about_the_series(qtbot, curve, monkeypatch):
    begun, gate = threading.Event(), threading.Event()

    def slow(emit, cancelled, *_):
        begun.set()
        gate.wait(10)

    monkeypatch.setattr(series_run, "classify", slow)
    curve.start.click()
    assert begun.wait(10)
    curve.stop.click()
    gate.set()
    assert curve.sentence.text() == "Stopped: no word about the series."
    assert curve.curve.points == []


def test_a_single_slice_is_answered_while_a_series_runs(qtbot, curve, reader, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(series_run, "classify", lambda *_: gate.wait(10))
    curve.start.click()
    found = answered(qtbot, reader)
    curve.stop.click()
    gate.set()
    assert found.prediction is not None


def test_a_nodule_model_has_no_series_and_says_so(curve, reader):
    install("nodule", preparation="box", task="nodule")
    reader.list_models()
    reader.choose("nodule")
    curve.run()
    assert not curve.stop.isEnabled()
    assert curve.sentence.text() == "This model judges one nodule in a box, not a series."


def test_the_curve_is_hidden_while_the_reader_reads_first(curve, reader):
    reader.first.set_on(True)
    assert not curve.start.isEnabled()
    assert not curve.curve.isVisibleTo(curve)
