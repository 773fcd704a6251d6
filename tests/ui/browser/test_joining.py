"""One Series UID a slice: joined and parted in the window, by button and by undo; never another patient's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset
from PySide6.QtWidgets import QPushButton

from lungview.image import phantom
from lungview.ui.shell.main_window import MainWindow

UID = "1.2.826.0.1.3680043.8.498.9"


@pytest.fixture
def loose(tmp_path: Path, go: Callable[..., None]) -> Path:
    """Four slices of one stack, each a series of its own, and one of another patient behind them."""

    def change(dataset: Dataset, n: int) -> None:
        dataset.PatientID = "2002" if n == 4 else "1001"
        dataset.SeriesInstanceUID = f"{UID}.{n}"

    phantom.write_series(tmp_path / "loose", phantom.Thorax(slices=5, matrix=64), change=change)
    where = tmp_path / "loose"
    go(where)
    return where


def counts(window: MainWindow) -> list[int]:
    """Slices of each series listed."""
    return [len(series.instances) for series in window.session.series]


def buttons(window: MainWindow) -> list[str]:
    panel = window.panels["series"]
    return [each.text() for each in panel.findChildren(QPushButton) if each.isVisibleTo(panel)]


def press(window: MainWindow, text: str) -> None:
    (found,) = [each for each in window.panels["series"].findChildren(QPushButton) if each.text() == text]
    found.click()


JOIN, PART = "Join as one stack", "Part the stack again"


def test_the_button_joins_the_slices_of_one_patient_alone(real: MainWindow, loose: Path) -> None:
    press(real, JOIN)

    assert sorted(counts(real)) == [1, 4]
    assert real.session.stack.count == 4


def test_the_slice_on_screen_stays_when_its_series_is_joined(real: MainWindow, loose: Path) -> None:
    third = next(s for s in real.session.series if s.uid == f"{UID}.2")
    real.session.show(third)
    press(real, JOIN)

    assert real.session.stack.instances[real.session.stack.index] == third.instances[0]


def test_a_joined_stack_is_parted_by_its_button(real: MainWindow, loose: Path) -> None:
    before = real.session.series
    press(real, JOIN)
    press(real, PART)

    assert real.session.series == before


def test_undo_parts_and_redo_joins(real: MainWindow, loose: Path) -> None:
    press(real, JOIN)
    real.actions_table["edit.undo"].trigger()
    assert counts(real) == [1, 1, 1, 1, 1]
    real.actions_table["edit.redo"].trigger()
    assert sorted(counts(real)) == [1, 4]


def test_the_list_shows_the_joined_stack_in_place_of_its_parts(real: MainWindow, loose: Path) -> None:
    press(real, JOIN)
    tree = real.panels["series"].tree  # type: ignore[attr-defined]
    said = [tree.topLevelItem(at).child(0).child(n).text(0)
            for at in range(tree.topLevelItemCount())
            for n in range(tree.topLevelItem(at).child(0).childCount())]  # fmt: skip

    assert sum("4 slices" in text for text in said) == 1
    assert len(said) == 2
    assert "4 slices" in tree.currentItem().text(0)


def test_only_what_is_possible_has_a_button(real: MainWindow, loose: Path) -> None:
    assert buttons(real) == [JOIN]
    press(real, JOIN)
    assert buttons(real) == [PART]
    real.session.show(next(s for s in real.session.series if s.patient.patient_id == "2002"))
    assert buttons(real) == []


def test_every_view_follows_its_slice(real: MainWindow, loose: Path) -> None:
    real.actions_table["view.layout_2"].trigger()
    left, right = real.session.viewports[:2]
    real.session.show(real.session.series[1], viewport=right)
    wanted = real.session.series[1].instances[0]
    press(real, JOIN)
    stack = real.session.stack_of(right)

    assert (stack.count, stack.instances[stack.index]) == (4, wanted)
    assert real.session.stack_of(left).count == 4


def test_closing_a_study_leaves_nothing_to_undo(real: MainWindow, loose: Path) -> None:
    press(real, JOIN)
    real.session.close_series(real.session.series)

    assert not real.actions_table["edit.undo"].isEnabled()


@pytest.mark.shared
def test_six_real_slices_of_six_series_are_joined_to_six(
    real: MainWindow, go: Callable[..., None], shared_cases: Path
) -> None:
    go(shared_cases / "headers" / "series_uid_each")
    press(real, JOIN)

    assert counts(real) == [6]
    assert real.session.series[0].slice_spacing == 45.0
