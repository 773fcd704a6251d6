"""The panels beside the picture: what the list says, the names that are offered, the lungs' numbers."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QInputDialog, QLabel

from lungview.nodules.finding import Status
from lungview.ui.nodules.actions import ROWS
from lungview.ui.nodules.lungs_panel import LungsPanel
from lungview.ui.nodules.naming import ask_name
from lungview.ui.nodules.tree import SAID, SIGN
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.assembly import begin
from lungview.ui.studies.session import Session
from lungview.viewer.nodules import words
from lungview.viewer.nodules.opened import opened_of
from tests.ui.conftest import MemorySeries, make_slice
from tests.ui.nodules.conftest import panel_of, search_of
from tests.ui.nodules.test_findings import at_nodule


def rows(window):
    """The texts of all findings in the tree."""
    tree = panel_of(window).tree
    groups = [tree.topLevelItem(k) for k in range(tree.topLevelItemCount())]
    return [group.child(k) for group in groups for k in range(group.childCount())]


def test_a_row_says_slice_size_volume_density_and_score(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    listed = at_nodule(found)
    found.choose(listed.id)
    row, finding = panel_of(window).tree.currentItem(), listed.located.finding
    assert f"slice {window.session.stack.index + 1} " in row.text(SAID)
    assert f"{finding.long_mm:.1f} × {finding.short_mm:.1f} mm" in row.text(SAID)
    assert f"{finding.volume_mm3:,.0f} mm³" in row.text(SAID)
    assert "solid" in row.text(SAID)
    assert row.text(SIGN)[:4] == words.score(finding)


def test_of_a_ct_that_was_opened_before_the_window_was_equipped_findings_are_in_front(qtbot, thorax):
    session, scanned = Session(), []
    session.scan_ended.connect(lambda _: scanned.append(True))

    def slowly(window):
        *first, last = begin(window)
        yield from first
        while not scanned:
            yield lambda: None
        yield last

    window = MainWindow(slowly, session)
    qtbot.addWidget(window)
    window.show()
    session.open([thorax])
    qtbot.waitUntil(lambda: window.finished, timeout=20_000)
    qtbot.waitUntil(lambda: not window.docks["findings"].visibleRegion().isEmpty())
    assert window.docks["prediction"].visibleRegion().isEmpty()
    window.close()


def test_an_accepted_finding_has_a_tick_and_a_rejected_one_a_cross(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    signs = []
    for status in (Status.ACCEPTED, Status.REJECTED):
        found.decide(status)
        signs.append(panel_of(window).tree.currentItem().text(SIGN)[-1])
    assert signs == ["✓", "✗"]


def test_a_click_in_the_list_goes_to_the_slice(qtbot, window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    row = rows(window)[-1]
    panel_of(window).tree.setCurrentItem(row)
    chosen = found.list_of(found.opened()).find(found.chosen)
    assert window.session.stack.index == chosen.located.index


def test_the_next_free_name_of_each_lobe_is_offered(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.rename("RUL 1")
    ask_name(found, window)
    dialog = window.findChild(QInputDialog)
    assert dialog.comboBoxItems() == ["RUL 1", "RUL 2", "RML 1", "RLL 1", "LUL 1", "LLL 1"]
    dialog.reject()


def test_who_looks_at_a_name_and_says_ok_keeps_it(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.rename("RUL 1")
    ask_name(found, window)
    dialog = window.findChild(QInputDialog)
    assert dialog.findChild(QComboBox).currentText() == "RUL 1"
    dialog.accept()
    assert found.list_of(found.opened()).find(found.chosen).name == "RUL 1"


def test_the_name_stands_in_the_list(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.rename(" RUL 1 ")
    assert panel_of(window).tree.currentItem().text(0) == "RUL 1"


def test_the_lungs_are_measured_with_the_findings(window, go, look, thorax):
    go(window, thorax)
    panel = window.panels["lungs"]
    assert isinstance(panel, LungsPanel)
    assert panel.values.rowCount() == 0
    found = look(window)
    right = found.answer_of(found.opened()).lungs.right.volume_ml
    texts = [label.text() for label in panel.findChildren(QLabel)]
    assert f"{right:,.0f} ml" in texts


def test_a_refusal_is_said_until_something_else_is_chosen(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    search_of(window).refused.emit("The place lies in a vessel")
    assert panel_of(window).sentence.text() == "The place lies in a vessel"
    assert window.session.viewport.notice == "The place lies in a vessel"
    found.choose(at_nodule(found).id)
    assert "vessel" not in panel_of(window).sentence.text()
    assert window.session.viewport.notice == ""


def test_buttons_name_their_keys_also_after_these_were_changed(window):
    accept = panel_of(window).accept
    assert accept.toolTip() == "Accept finding (Y)"
    window.actions_table.rebind({"findings.accept": ("J",)})
    assert accept.toolTip() == "Accept finding (J)"


def test_keys_of_findings_clash_with_no_others(window):
    keys = {key for row in ROWS for key in row.keys}
    assert keys
    assert not keys & set(window.actions_table.clashes())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"modality": "MR"}, "CT series"),
        ({"localizer": True}, "localizer"),
        ({}, "volume needs"),  # one slice alone
    ],
)
def test_a_series_that_is_not_looked_through_says_why(changes, why):
    assert why in opened_of(MemorySeries((make_slice().instance,), **changes)).why
