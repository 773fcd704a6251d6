"""What the gate refused is on no panel and in no picture that leaves the window; an override is in each."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from lungview.classify.case import Verdict
from lungview.study.by_picture import ByPicture
from lungview.ui.layout import export
from lungview.ui.pane import overlay_paint
from lungview.ui.report import reports
from lungview.ui.second_reader.heat_map_layer import gate_area
from lungview.viewer.second_reader.answers import Answers
from tests.ui.reading import answered, square

CLASSES = ("bright", "dark", "plain")


def picture(window) -> np.ndarray:
    return reports.pixels(export.rendered(window.session.viewport, patient=False))


def test_asking_about_a_refused_slice_changes_no_pixel_of_an_exported_picture(qtbot, show, reader):
    window = show(square())
    before = picture(window)
    answered(qtbot, reader)
    assert np.array_equal(picture(window), before)


def test_an_exported_picture_says_that_the_gate_was_overridden_even_without_the_heat_map(qtbot, show, reader):
    window = show(square())
    window.session.viewport.change(lambda s: s.over(replace(s.overlays, heat_map=False)))
    before = picture(window)
    answered(qtbot, reader, override=True)
    changed = np.argwhere((picture(window) != before).any(axis=2))
    assert len(changed)
    assert changed[:, 0].min() > before.shape[0] / 2  # words at the foot, no map on the square


def test_the_report_of_a_refused_slice_holds_no_number_and_no_heat_map(qtbot, show, reader):
    window = show(square())
    answered(qtbot, reader)
    content = reports.draft_of(window.session, None).case
    assert content.heat is None
    assert content.case.prediction.probabilities == ()


def test_the_comparison_shows_no_number_of_what_each_model_refuses(qtbot, show, reader):
    window = show(square())
    panel = window.panels["compare"]
    panel.run()
    qtbot.waitUntil(lambda: panel.table.columnCount() == 1 and panel.start.isEnabled(), timeout=10_000)
    texts = [panel.table.item(row, 0).text() for row in (1, 2)]
    assert texts == ["Not suitable for this model", "–"]
    assert panel.table.item(0, 0) is None


@pytest.mark.parametrize("panel", ["prediction", "heat_map"])
def test_the_panels_name_no_class_of_a_refused_slice(qtbot, show, reader, panel):
    window = show(square())
    answered(qtbot, reader)
    assert reader.case().prediction.verdict is Verdict.NOT_SUITABLE
    labels = [each for each in window.panels[panel].findChildren(QLabel) if each.isVisibleTo(window)]
    lines = "\n".join(each.text() for each in labels).splitlines()
    said = " ".join(line for line in lines if not line.startswith("•")).casefold()  # reasons speak of "dark"
    assert not any(word in said for word in CLASSES)
    assert window.panels["prediction"].bars.bars == {}


def begin_anew(qtbot, reader):
    """As a new program does: with what the record holds."""
    reader._answers, reader.first._opinions = Answers(), ByPicture()
    reader.first.earlier.begin()
    qtbot.waitUntil(lambda: not reader.first.earlier.pending)


def test_an_overridden_answer_is_there_after_a_restart_with_its_date(qtbot, show, reader):
    window = show(square())
    given = answered(qtbot, reader, override=True).judged
    begin_anew(qtbot, reader)
    again = reader.visible()
    assert again is not given
    assert (again.probabilities, again.suitability) == (given.probabilities, given.suitability)
    reader.answer_changed.emit()
    said = window.panels["prediction"].hint.text()
    assert said.startswith("The gate was overridden; this is recorded. Answered on 20")


def test_an_overridden_answer_is_in_the_exported_log_after_a_restart(
    qtbot, show, reader, monkeypatch, tmp_path
):
    panel = show(square()).panels["opinion"]
    given = answered(qtbot, reader, override=True).judged
    begin_anew(qtbot, reader)
    log = tmp_path / "log.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(log), ""))
    panel.export.click()
    _, *lines = log.read_text(encoding="utf-8-sig").splitlines()  # the first is the notice
    row = [row for row in csv.DictReader(lines) if row["kind"] == "answer"][-1]
    assert (row["overridden"], row["reasons"]) == ("True", "; ".join(given.suitability.reasons))


def test_asking_again_leaves_an_overridden_answer_and_says_so(qtbot, show, reader):
    window = show(square())
    given = answered(qtbot, reader, override=True)
    with qtbot.waitSignal(window.session.told, timeout=10_000) as told:
        reader.run()
    assert "overridden answer stays" in told.args[0]
    assert reader.case() is given


def test_an_opinion_is_there_after_a_restart(qtbot, show, reader):
    show(square())
    reader.first.record(reader.slice, "dark", None)
    begin_anew(qtbot, reader)
    assert reader.first.opinion(reader.slice) == "dark"


def test_the_words_of_an_override_cover_no_corner(show):
    viewport = show(square()).session.viewport
    area = gate_area(
        viewport, "The suitability check was overridden by the reader.\nReason: " + "a reason " * 30
    )
    corners = overlay_paint.text_areas(viewport)
    assert len(corners) >= 3
    assert not any(area.intersects(corner) for corner in corners)
    assert viewport.rect().contains(area.toRect())
