"""Files of a batch in groups: of a patient, of a series."""

from __future__ import annotations

import dataclasses

import pytest

from lungview.ui.batch.panel import BatchPanel
from lungview.ui.batch.table import PATIENT, SERIES
from lungview.viewer.batches import offered
from tests.batch.test_store import make_row
from tests.report.conftest import make_card
from tests.ui.batch.rows import names


def two_patients(panel: BatchPanel) -> list[list[str]]:
    """Three files of A, of which two are malignant, and one of B; the groups as shown."""
    sure, less, none = {}, {"probabilities": (0.6, 0.0, 0.0, 0.4)}, {"label": "normal"}
    rows = [make_row("/a1", **sure), make_row("/a2", **less), make_row("/a3", **none), make_row("/b", **less)]
    panel.table.card = offered.of(panel._workspace).card = make_card()
    panel.table.add([dataclasses.replace(row, patient_id=who) for row, who in zip(rows, "AAAB", strict=True)])
    panel.group.setCurrentIndex(panel.group.findData(PATIENT))
    panel.group.activated.emit(panel.group.currentIndex())
    return groups(panel)


def groups(panel: BatchPanel) -> list[list[str]]:
    shown = panel.view.group_table
    return [[shown.index(r, c).data() for c in range(4)] for r in range(shown.rowCount())]


def test_patients_come_with_their_most_suspicious_first(panel: BatchPanel) -> None:
    assert two_patients(panel) == [["A", "3", "2", "0.970"], ["B", "1", "1", "0.600"]]


def test_the_files_of_a_chosen_patient_are_shown_and_stay_chosen(qtbot, panel: BatchPanel) -> None:
    two_patients(panel)
    panel.view.groups.selectRow(1)
    assert names(panel) == ["b [4]"]
    panel.table.add([dataclasses.replace(make_row("/b2"), patient_id="B")])
    qtbot.waitUntil(lambda: groups(panel)[1][1] == "2")
    assert names(panel) == ["b [4]", "b2 [4]"]
    panel.group.setCurrentIndex(panel.group.findData(-1))
    panel.group.activated.emit(panel.group.currentIndex())
    assert len(names(panel)) == 5
    assert not panel.view.groups.isVisibleTo(panel)


def people(panel: BatchPanel, column: int, *those: tuple[str, str]) -> list[str]:
    """The names of the groups of files of these people: code and Patient ID."""
    rows = []
    for n, (person, patient_id) in enumerate(those):
        row = make_row(f"/{n}")
        instance = dataclasses.replace(row.case.instance, person=person)
        case = dataclasses.replace(row.case, instance=instance)
        rows.append(dataclasses.replace(row, case=case, patient_id=patient_id))
    panel.table.card = offered.of(panel._workspace).card = make_card()
    panel.table.add(rows)
    panel.view.group_by(column)
    return sorted(row[0] for row in groups(panel))


@pytest.mark.parametrize(("said", "shown"), [("7", "7"), ("", "not said in the file")])
def test_two_people_under_one_patient_id_or_none_are_two_groups(
    panel: BatchPanel, said: str, shown: str
) -> None:
    found = people(panel, PATIENT, ("one", said), ("two", said), ("one", said))
    assert found == [f"{shown} (person 1)", f"{shown} (person 2)"]


def test_one_series_uid_of_two_people_is_two_groups(panel: BatchPanel) -> None:
    assert len(people(panel, SERIES, ("one", "7"), ("two", "7"), ("one", "7"))) == 2


def test_the_files_of_one_of_two_people_under_one_id_are_shown_alone(panel: BatchPanel) -> None:
    people(panel, PATIENT, ("one", "7"), ("two", "7"), ("two", "7"))
    shown = panel.view.group_table
    panel.view.groups.selectRow(next(r for r in range(2) if shown.index(r, 1).data() == "1"))
    assert len(names(panel)) == 1


def test_hiding_the_patient_hides_the_groups_names(panel: BatchPanel) -> None:
    two_patients(panel)
    panel.view.hide_patient(True)
    assert [row[0] for row in groups(panel)] == ["hidden", "hidden"]
