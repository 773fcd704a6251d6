"""A study that is opened hangs by the first rule that fits; what the reader chose stays; ways can be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from lungview.image.window import BONE, LUNG, MEDIASTINUM
from lungview.ui.hanging.hanging import Hanging
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.hanging import file
from lungview.viewer.hanging.rules import Rule

Study, Open = Callable[..., Path], Callable[..., None]


def windows(window: MainWindow) -> list[object]:
    return [each.state.presentation.window for each in window.session.viewports if each.isVisible()]


def shown(window: MainWindow) -> list[str]:
    stacks = [window.session.stack_of(each) for each in window.session.viewports if each.isVisible()]
    return [stack.series.uid if stack.series is not None else "" for stack in stacks]


def test_by_the_shipped_rules_a_ct_stays_in_one_view(window: MainWindow, study: Study, opened: Open) -> None:
    opened(study("a", 2))
    assert window.grid.shape == (1, 1)


def test_two_radiographs_hang_side_by_side_by_the_shipped_rules(
    window: MainWindow, study: Study, opened: Open
) -> None:
    opened(study("a", 2, Modality="DX"))
    assert window.grid.shape == (1, 2)
    assert shown(window) == ["1.1.0", "1.1.1"]


def test_the_first_rule_that_fits_gives_layout_series_and_windows(
    window: MainWindow, hanging: Hanging, study: Study, opened: Open
) -> None:
    hanging.save(
        [
            Rule("not this", "3x3", modality=("MR",)),
            Rule("this", "2x2", words=("thorax",), series="2+", windows=("lung", "bone")),
        ]
    )
    opened(study("a", 3))
    assert window.grid.shape == (2, 2)
    assert shown(window) == ["1.1.0", "1.1.1", "1.1.2", ""]
    assert windows(window)[:3] == [LUNG, BONE, BONE]


def test_a_layout_chosen_while_a_study_is_read_stays(
    qtbot, window: MainWindow, hanging: Hanging, study: Study
) -> None:
    hanging.save([Rule("", "3x3")])
    window.session.open([study("a")])
    window.actions_table["view.layout_2"].trigger()
    qtbot.waitUntil(lambda: not window.session.scanning, timeout=20_000)
    assert window.grid.shape == (1, 2)


def test_a_study_added_beside_others_changes_no_views_but_by_a_rule_for_priors(
    window: MainWindow, hanging: Hanging, study: Study, opened: Open
) -> None:
    opened(study("a"))
    hanging.save([Rule("", "3x3")])
    opened(study("bb", PatientName="Someone^Else"))
    assert window.grid.shape == (1, 1)
    hanging.save([Rule("", "compare", prior=True)])
    opened(study("ccc", StudyDate="20990101"))
    assert window.grid.shape == (1, 2)
    assert shown(window) == ["1.3.0", "1.1.0"]


def test_the_next_study_that_no_rule_fits_is_in_one_view_again(
    window: MainWindow, hanging: Hanging, study: Study, opened: Open
) -> None:
    hanging.save([Rule("", "2x2", modality=("DX",))])
    opened(study("a", Modality="DX"))
    assert window.grid.shape == (2, 2)
    opened(study("bb"), add=False)
    assert window.grid.shape == (1, 1)
    assert shown(window) == ["1.2.0"]


def test_a_thorax_hangs_as_lung_and_mediastinum(
    window: MainWindow, hanging: Hanging, study: Study, opened: Open
) -> None:
    hanging.save([Rule("", "thorax", modality=("CT",))])
    opened(study("a"))
    assert windows(window) == [LUNG, MEDIASTINUM]
    assert shown(window) == ["1.1.0", "1.1.0"]


def test_planes_begin_at_the_slice_that_a_series_opens_with(
    qtbot, window: MainWindow, hanging: Hanging, study: Study, opened: Open
) -> None:
    hanging.save([Rule("", "planes", modality=("CT",))])
    opened(study("a"))
    qtbot.waitUntil(lambda: window.grid.shape == (2, 2), timeout=20_000)
    qtbot.waitUntil(lambda: window.session.stack.series is None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.stack.pending, timeout=20_000)
    assert window.session.stack.index == 0


def test_the_way_a_study_hangs_is_kept_for_its_like(window: MainWindow, study: Study, opened: Open) -> None:
    opened(study("a", 2))
    window.actions_table["view.layout_2"].trigger()
    window.session.viewports[0].change(lambda state: state.windowed(BONE))
    window.actions_table["view.keep_layout"].trigger()
    first = file.load().rules[0]
    assert (first.layout, first.modality, first.windows) == ("1x2", ("CT",), ("bone", "file"))
    assert first.name.startswith("CT")
    window.actions_table["view.layout_1"].trigger()
    window.session.close_series(window.session.series)
    opened(study("bb", 2))
    assert window.grid.shape == (1, 2)
    assert windows(window)[0] == BONE


def test_a_broken_file_is_said_once_and_the_shipped_rules_hang(
    window: MainWindow, study: Study, opened: Open
) -> None:
    told: list[str] = []
    window.session.told.connect(told.append)
    file.own_path().parent.mkdir(parents=True, exist_ok=True)
    file.own_path().write_text("[[rule]\n")
    opened(study("a", 2, Modality="DX"))
    opened(study("bb", 2, Modality="DX"), add=False)
    QCoreApplication.processEvents()
    assert len([said for said in told if "hanging rules could not be used" in said]) == 1
    assert window.grid.shape == (1, 2)
