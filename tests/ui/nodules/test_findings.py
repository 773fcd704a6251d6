"""Findings in the window: looked for, decided on, undone, kept, and never on another picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF

from lungview.image.readers import read_instance
from lungview.nodules.finding import Source, Status
from lungview.nodules.second_reader.second_look import SecondReader
from lungview.sources.files.scan import scan
from lungview.ui.nodules.tool import measure_at
from lungview.viewer.nodules import work
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.search import STEPS
from tests.nodules.second_reader.test_second_look import READER, THORAX, card
from tests.ui.nodules.conftest import findings_of, panel_of, search_of
from tests.ui.waiting import heard


def nodule_index(window) -> int:
    """The phantom's nodule in the order on screen."""
    z = THORAX.position(THORAX.nodule[0])[2]
    heights = [i.geometry.position[2] for i in window.session.stack.instances]
    return int(np.argmin(np.abs(np.subtract(heights, z))))


def at_nodule(found):
    """The finding of the phantom's nodule."""
    listed = found.list_of(found.opened())
    index, row, column = THORAX.nodule
    x, y, z = THORAX.position(index)
    true = x + column * THORAX.pixel_spacing, y + row * THORAX.pixel_spacing, z
    away = [np.linalg.norm(np.subtract(e.located.finding.place_mm, true)) for e in listed.models]
    return listed.models[int(np.argmin(away))]


def measured(qtbot, window, at: QPointF):
    """The reader's click on a place of the slice on screen."""
    search = search_of(window)
    with heard(qtbot, search.measured, timeout=30_000) as told:
        measure_at(search, window.session.viewport, at)
    return told[0][0]


def on_nodule() -> QPointF:
    _, row, column = THORAX.nodule
    return QPointF(column + 0.5, row + 0.5)


def test_the_phantoms_nodule_is_listed_and_a_choice_goes_to_its_slice(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    assert abs(window.session.stack.index - nodule_index(window)) <= 1
    assert panel_of(window).tree.ids()


def test_the_list_fills_while_the_series_is_looked_through(qtbot, window, go, thorax):
    go(window, thorax)
    counts = []
    found, search = findings_of(window), search_of(window)
    found.changed.connect(lambda: search.busy and counts.append(len(found.list_of(found.opened()).models)))
    window.actions_table["findings.look"].trigger()
    qtbot.waitUntil(lambda: not search.busy, timeout=60_000)
    assert len(counts) > 1
    assert max(counts) > 0
    assert found.answered(found.opened())


def test_what_is_told_on_the_way_says_what_is_called(monkeypatch, thorax):
    metrics = {"called": {}}
    reader = SecondReader(card(metrics=metrics), READER.network)
    monkeypatch.setattr(work.second_look, "load", lambda _: reader)
    told = []
    work.look(told.append, lambda: False, scan([thorax]).series[0], HeldVolume(), read_instance)
    found = [event for event in told if not (len(event) == 3 and event[0] in STEPS)]
    assert found
    assert {each.called for event in found for each in event} <= {True, False}


def test_a_cancelled_search_gives_no_answer(qtbot, window, go, thorax):
    go(window, thorax)
    search = search_of(window)
    with heard(qtbot, search.progressed, timeout=20_000):
        search.run()
    search.cancel()
    qtbot.waitUntil(lambda: not window.session.inference.running, timeout=20_000)
    assert not findings_of(window).answered(findings_of(window).opened())


def test_a_rejection_is_undone_and_done_again(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    chosen = at_nodule(found)
    found.choose(chosen.id)
    window.actions_table["findings.reject"].trigger()
    status = lambda: found.list_of(found.opened()).find(chosen.id).status  # noqa: E731
    assert status() is Status.REJECTED
    window.actions_table["edit.undo"].trigger()
    assert status() is Status.PROPOSED
    window.actions_table["edit.redo"].trigger()
    assert status() is Status.REJECTED


def test_what_the_reader_decided_is_there_in_the_next_session_before_the_model_speaks(make, go, look, thorax):
    first = make()
    go(first, thorax)
    found = look(first)
    found.choose(at_nodule(found).id)
    found.decide(Status.ACCEPTED)
    found.rename("RUL 1")
    first.close()
    second = make()
    go(second, thorax)
    again = findings_of(second)
    (kept,) = again.list_of(again.opened()).models
    assert (kept.name, kept.status) == ("RUL 1", Status.ACCEPTED)
    assert kept.located.finding.outline is not None
    assert abs(kept.located.index - nodule_index(second)) <= 1


def test_decisions_are_not_shown_on_another_patients_series(window, go, look, thorax, other):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.decide(Status.ACCEPTED)
    go(window, other)
    assert found.list_of(found.opened()).all == ()
    assert panel_of(window).tree.ids() == ()


def test_a_click_on_the_nodule_measures_it(qtbot, window, go, thorax):
    go(window, thorax)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    listed = measured(qtbot, window, on_nodule())
    finding = listed.located.finding
    assert finding.source is Source.READER
    assert abs(finding.long_mm - 18) < 5  # a ball of 9 mm radius with spicules
    found = findings_of(window)
    assert found.list_of(found.opened()).accepted == (listed,)


def test_a_click_in_the_air_is_refused_with_the_reason(qtbot, window, go, thorax):
    go(window, thorax)
    search = search_of(window)
    with heard(qtbot, search.refused, timeout=30_000) as told:
        measure_at(search, window.session.viewport, QPointF(3, 3))
    assert "outside the body" in told[0][0]
    assert "outside the body" in window.session.viewport.notice
    assert findings_of(window).list_of(findings_of(window).opened()).all == ()


def test_the_same_nodule_clicked_twice_is_one_finding(qtbot, window, go, thorax):
    go(window, thorax)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    first = measured(qtbot, window, on_nodule())
    second = measured(qtbot, window, on_nodule() + QPointF(1, 1))
    assert first == second


def test_an_own_finding_is_deleted_and_comes_back_by_undo(qtbot, window, go, thorax):
    go(window, thorax)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    measured(qtbot, window, on_nodule())
    found = findings_of(window)
    window.actions_table["findings.delete"].trigger()
    assert found.list_of(found.opened()).own == ()
    window.actions_table["edit.undo"].trigger()
    assert len(found.list_of(found.opened()).own) == 1


def test_read_first_hides_the_models_findings_until_the_reader_says_to_have_read(window, go, look, thorax):
    go(window, thorax)
    found = findings_of(window)
    found.first.set_on(True)
    look(window)
    opened = found.opened()
    assert found.list_of(opened).models == ()
    assert found.answer_of(opened) is None
    assert panel_of(window).tree.ids() == ()
    panel_of(window).read.click()
    assert found.list_of(opened).models
    window.actions_table["edit.undo"].trigger()
    assert found.list_of(opened).models == ()


def test_read_first_ends_with_a_finding_of_the_readers_own(qtbot, window, go, look, thorax):
    go(window, thorax)
    found = findings_of(window)
    found.first.set_on(True)
    look(window)
    window.session.stack.go(nodule_index(window))
    qtbot.waitUntil(lambda: not window.session.stack.pending)
    measured(qtbot, window, on_nodule())
    assert found.list_of(found.opened()).models


def test_with_the_setting_a_ct_series_is_looked_through_unasked(qtbot, window, go, thorax):
    panel_of(window).auto.setChecked(True)
    go(window, thorax)
    found = findings_of(window)
    qtbot.waitUntil(lambda: found.answered(found.opened()), timeout=60_000)


def test_without_the_setting_the_model_is_silent(qtbot, window, go, thorax):
    go(window, thorax)
    qtbot.wait(600)
    assert not search_of(window).busy
    assert not findings_of(window).answered(findings_of(window).opened())


def test_the_panel_says_why_a_picture_is_not_looked_through(window, go, tmp_path):
    from lungview.image.phantom import Thorax, write_pngs

    write_pngs(tmp_path, Thorax(slices=1, matrix=64))
    go(window, tmp_path)
    assert "CT series" in panel_of(window).sentence.text()
    assert not window.actions_table["findings.look"].isEnabled()
