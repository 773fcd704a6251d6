"""The series browser: what it lists, and that choosing there shows."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from lungview.image.slice import Patient, Study
from lungview.ui.browser.series_tree import SERIES_DRAGGED
from tests.ui.conftest import MemorySeries, make_slice


@pytest.fixture
def panel(window, monkeypatch):
    monkeypatch.setattr("lungview.study.series.thumbnail", lambda _: np.zeros((72, 72), np.uint8))
    return window.panels["series"]


def add(window, key, slices=3, patient="Nobody^Ann", study="1", warnings=()):
    made = [make_slice(index) for index in range(slices)]
    window.session.cache.slices.update({each.instance: each for each in made})
    series = MemorySeries(
        tuple(each.instance for each in made), key=key, description=f"Series {key}", warnings=warnings,
        patient=Patient(patient, patient), study=Study(study, "Thorax", "20240102"),
    )  # fmt: skip
    window.session.workspace.listing.add(series)
    return series


def tree_of(panel):
    """Texts of patients → studies → series."""
    top = [panel.tree.topLevelItem(at) for at in range(panel.tree.topLevelItemCount())]
    return {
        patient.text(0): {
            patient.child(at).text(0): [
                patient.child(at).child(n).text(0) for n in range(patient.child(at).childCount())
            ]
            for at in range(patient.childCount())
        }
        for patient in top
    }


def test_series_are_listed_under_their_study_and_patient(window, panel):
    add(window, "a")
    add(window, "b", slices=1)
    add(window, "c", patient="Other^Bob")
    assert tree_of(panel) == {
        "Nobody, Ann": {"2024-01-02  Thorax": ["Series a\nCT  3 slices", "Series b\nCT  1 slice"]},
        "Other, Bob": {"2024-01-02  Thorax": ["Series c\nCT  3 slices"]},
    }


def test_a_series_that_grew_is_listed_once_with_its_new_count(window, panel):
    add(window, "a", slices=3)
    add(window, "a", slices=9)
    assert tree_of(panel)["Nobody, Ann"]["2024-01-02  Thorax"] == ["Series a\nCT  9 slices"]


def test_warnings_are_counted_and_told_in_the_tool_tip(window, panel):
    add(window, "a", warnings=("gap of 10 mm after slice 3", "gantry tilt"))
    item = panel.tree.topLevelItem(0).child(0).child(0)
    assert "⚠ Warnings: 2" in item.text(0)
    assert item.toolTip(0) == "gap of 10 mm after slice 3\ngantry tilt"


def test_the_series_shown_is_the_one_marked(window, panel):
    add(window, "a")
    second = add(window, "b")
    window.session.show(second)
    assert panel.tree.currentItem().text(0).startswith("Series b")


def test_choosing_a_series_shows_it_and_gives_the_keys_to_the_picture(window, panel):
    add(window, "a")
    add(window, "b")
    panel.tree.itemActivated.emit(panel.tree.topLevelItem(0).child(0).child(1), 0)
    assert window.session.stack.series.key == "b"
    assert window.focusWidget() is window.session.viewport


def test_thumbnails_arrive_while_the_window_stays_usable(window, panel, qtbot):
    add(window, "a")
    item = panel.tree.topLevelItem(0).child(0).child(0)
    qtbot.waitUntil(lambda: not item.icon(0).isNull())


def test_opening_something_else_empties_the_list(window, panel):
    add(window, "a")
    window.session.opening.emit(())
    assert tree_of(panel) != {}  # nothing of it is found yet
    window.session.replaced.emit()
    assert tree_of(panel) == {}


def test_the_patient_is_not_named_in_the_list_while_hidden(window, panel):
    add(window, "a")
    window.actions_table["view.patient"].trigger()
    assert list(tree_of(panel)) == ["Patient 1"]
    window.actions_table["view.patient"].trigger()
    assert list(tree_of(panel)) == ["Nobody, Ann"]


def test_the_list_has_a_name_for_screen_readers(panel):
    assert panel.tree.accessibleName() == "Series"
    assert panel.tree.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_panel_made_late_lists_what_was_found_before_it(window, panel, qtbot):
    add(window, "a")
    late = type(panel)(window.session)
    qtbot.addWidget(late)
    assert tree_of(late) == tree_of(panel)
    assert late.tree.currentItem().text(0).startswith("Series a")


def of(series, **who):
    return replace(series, patient=replace(series.patient, **who))


def test_two_people_of_one_name_and_id_are_two_rows_told_apart_by_birth_date(window, panel):
    first = add(window, "a")
    window.session.workspace.listing.add(of(replace(first, key="b"), birth_date="19500102"))
    window.session.workspace.listing.add(of(replace(first, key="c"), birth_date="19710304"))
    assert [name.split()[-1] for name in tree_of(panel)] == ["Nobody^Ann", "1950-01-02", "1971-03-04"]


def test_ways_of_writing_one_person_are_one_row(window, panel):
    first = add(window, "a")
    window.session.workspace.listing.add(of(replace(first, key="b"), name="NOBODY^ANN^^^"))
    assert list(tree_of(panel)) == ["Nobody, Ann"]


def _menu_texts(menu):
    return [action.text() for action in menu.actions()]


def test_a_study_is_closed_in_the_menu_of_its_row(window, panel):
    add(window, "a", study="1")
    add(window, "b", study="2")
    row = panel.tree.topLevelItem(0).child(1)
    menu = panel.tree.menu_for(row)
    assert _menu_texts(menu) == ["Close study", "Close all of this patient"]
    menu.actions()[0].trigger()
    assert [each.key for each in window.session.series] == ["a"]
    assert tree_of(panel) == {"Nobody, Ann": {"2024-01-02  Thorax": ["Series a\nCT  3 slices"]}}


def test_closing_a_patient_leaves_no_empty_row(window, panel):
    add(window, "a")
    add(window, "b", patient="Other^Bob", study="2")
    panel.tree.menu_for(panel.tree.topLevelItem(0)).actions()[-1].trigger()
    assert list(tree_of(panel)) == ["Other, Bob"]


def test_the_study_in_view_is_closed_by_its_key(window, panel):
    add(window, "a", study="1")
    window.session.show(add(window, "b", study="2"))
    window.actions_table["file.close_study"].trigger()
    assert [each.key for each in window.session.series] == ["a"]
    assert window.session.stack.series.key == "a"


def test_closing_all_leaves_nothing_to_close(window, panel):
    add(window, "a")
    window.actions_table["file.close_all"].trigger()
    assert tree_of(panel) == {}
    assert not window.actions_table["file.close_all"].isEnabled()
    assert not window.actions_table["file.close_study"].isEnabled()
    assert "DICOM" in window.grid.frames[0].placeholder.sentence.text()


def test_a_series_is_dragged_by_its_key_and_a_study_is_not(window, panel):
    add(window, "a")
    study = panel.tree.topLevelItem(0).child(0)
    assert bytes(panel.tree.mimeData([study.child(0)]).data(SERIES_DRAGGED).data()) == b"a"
    assert not panel.tree.mimeData([study]).hasFormat(SERIES_DRAGGED)
