"""The second reader in the window: it answers beside the slice, and never in its way."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lungview import paths
from lungview.classify.case import Verdict
from lungview.classify.classify import classify
from lungview.classify.kept import opinions
from lungview.image.slice import Instance
from lungview.network import runtime
from lungview.viewer.second_reader import judging
from lungview.viewer.second_reader import reader as second_reader
from tests.ui.conftest import make_slice
from tests.ui.reading import answered, install, panel, square
from tests.ui.waiting import heard


def test_the_window_says_what_the_core_says(qtbot, show, reader):
    show(square())
    found = answered(qtbot, reader, override=True).prediction
    alone = classify(reader.slice, reader.entry, override=True).prediction
    assert found.probabilities == alone.probabilities
    assert np.array_equal(found.cams, alone.cams)


def test_enter_classifies_the_slice_on_screen(qtbot, show, reader):
    window = show(square())
    QTest.keyClick(window.session.viewport, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reader.case() is not None, timeout=10_000)
    assert reader.case().prediction is not None


def test_a_refusal_shows_its_reasons_and_neither_bars_nor_a_heat_map(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader)
    assert reader.case().prediction.verdict is Verdict.NOT_SUITABLE
    assert panel(window).verdict.text() == "Not suitable for this model"
    assert "•" in panel(window).sentence.text()
    assert panel(window).bars.bars == {}
    assert reader.visible() is None


def test_judging_anyway_shows_the_numbers_and_says_that_it_is_recorded(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader)
    with heard(qtbot, reader.busy_changed):
        panel(window).override.click()
    qtbot.waitUntil(lambda: reader.visible() is not None, timeout=10_000)
    assert set(panel(window).bars.bars) == {"bright", "dark", "plain"}
    assert "overridden" in panel(window).hint.text()


def test_uncalibrated_numbers_are_not_called_probabilities(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader, override=True)
    assert panel(window).numbers.text() == "Scores, not calibrated probabilities"


def test_the_malignancy_bar_carries_the_operating_point_and_the_band(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader, override=True)
    total = panel(window).bars.total
    assert (total.marks, total.band) == ((0.5,), (0.4, 0.6))


def test_another_slice_shows_no_answer_of_the_one_before(qtbot, show, reader):
    window = show(square(0), square(1))
    answered(qtbot, reader, override=True)
    window.session.stack.step(1)
    assert reader.visible() is None
    assert panel(window).bars.bars == {}
    window.session.stack.step(-1)
    assert reader.visible() is not None


def test_esc_gives_up_a_run_and_its_answer_never_arrives(qtbot, show, reader, monkeypatch):
    window = show(square())
    begun, gate = threading.Event(), threading.Event()

    def slow(slice_, entry, box, override):
        begun.set()
        gate.wait(10)
        return classify(slice_, entry)

    monkeypatch.setattr(judging, "classify", slow)
    reader.run()
    assert begun.wait(10)
    assert reader.busy
    QTest.keyClick(window.session.viewport, Qt.Key.Key_Escape)
    assert not reader.busy
    gate.set()
    qtbot.waitUntil(lambda: window.session.inference.running == 0, timeout=10_000)
    assert reader.case() is None


def test_on_every_slice_runs_by_itself_when_another_slice_is_shown(qtbot, show, reader):
    window = show(square(0), square(1))
    panel(window).auto.setChecked(True)
    qtbot.waitUntil(lambda: reader.case() is not None, timeout=10_000)
    window.session.stack.step(1)
    qtbot.waitUntil(lambda: reader.case() is not None, timeout=10_000)


def test_read_first_hides_the_answer_until_an_opinion_is_recorded(qtbot, show, reader):
    window = show(square())
    reader.first.set_on(True)
    answered(qtbot, reader, override=True)
    assert reader.visible() is None
    assert panel(window).verdict.text() == "Your opinion first"
    reader.first.record(reader.slice, "bright", reader.case())
    assert reader.visible() is not None
    (kept,) = opinions.read()
    assert (kept.reader_label, kept.read_first, kept.label) == ("bright", True, "")


def test_agreeing_is_kept_with_both_opinions(qtbot, show, reader):
    show(square())
    reader.first.set_on(True)
    answered(qtbot, reader, override=True)
    reader.first.record(reader.slice, "dark", reader.case())
    reader.first.agree(reader.slice, reader.case(), False)
    kept = opinions.read()[-1]
    assert (kept.reader_label, kept.label, kept.agrees, kept.read_first) == ("dark", "bright", False, True)


@pytest.mark.parametrize("break_it", ["hash", "gone"])
def test_a_model_that_cannot_run_is_one_sentence_and_the_next_run_works(qtbot, show, reader, break_it):
    window = show(square())
    runtime.forget()
    file = paths.user_models() / "tiny" / "model.tflite"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1])) if break_it == "hash" else file.unlink()
    case = answered(qtbot, reader)
    assert case.error.reason == "WeightsError"
    assert panel(window).verdict.text() == "No answer"
    assert case.error.message in panel(window).sentence.text()
    file.write_bytes(whole)
    reader.run()
    qtbot.waitUntil(lambda: reader.case().prediction is not None, timeout=10_000)


def test_a_bug_in_the_worker_becomes_a_sentence_and_the_viewer_lives(qtbot, show, reader, monkeypatch):
    window = show(square())

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "classify", broken)
    answered(qtbot, reader)
    assert "ZeroDivisionError" in panel(window).sentence.text()
    assert window.isVisible()


@pytest.mark.parametrize("shape", [(16, 16), (64, 64, 3), (3000, 3000)])
def test_pictures_of_any_size_and_colour_get_a_sentence_or_an_answer(qtbot, show, reader, shape):
    pixels = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    instance = Instance(Path("odd.png"), rows=shape[0], columns=shape[1])
    show(make_slice(instance=instance, values=pixels, unit="", windows=(), spacing=None))
    found = answered(qtbot, reader).prediction
    assert found.verdict is Verdict.NOT_SUITABLE
    assert found.suitability.reasons


def test_without_a_model_the_panel_says_so(window, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "models", lambda: tmp_path)
    second_reader.of(window.workspace).list_models()
    assert panel(window).verdict.text() == "No model is installed"
    assert not panel(window).start.isEnabled()


def test_a_damaged_card_is_named_and_hides_no_other_model(models, window):
    (paths.user_models() / "bad").mkdir()
    (paths.user_models() / "bad" / "card.json").write_text('{"schema": 1}')
    reader = second_reader.of(window.workspace)
    reader.list_models()
    assert [e.card.id for e in reader.entries] == ["tiny"]
    assert "bad" in panel(window).model.toolTip()


def test_another_model_has_its_own_answer(qtbot, show, reader):
    install("other", name="Other")
    reader.list_models()
    show(square())
    answered(qtbot, reader, override=True)
    reader.choose("other")
    assert reader.case() is None
    reader.choose("tiny")
    assert reader.visible() is not None


def test_closing_the_window_during_a_run_ends_in_time(qtbot, show, reader, monkeypatch):
    window = show(square())
    reader.run()
    window.close()
    assert window.session.closed_in_time
