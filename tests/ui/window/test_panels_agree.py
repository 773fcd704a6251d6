"""After every change of pane, series, study, layout, link, damage and failure: panels are about the picture.

A panel is compared with one made this moment, which can know of nothing but what is on screen: whatever an
older one says beside that, it says of another picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from lungview.ui.browser.series import SeriesPanel
from lungview.ui.browser.tags import TagsDialog
from lungview.ui.report.dialog import ReportDialog
from lungview.ui.second_reader.panels.curve import Curve
from lungview.ui.second_reader.panels.heatmap import Seen
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start import features
from lungview.viewer.second_reader import reader as second_reader
from lungview.viewer.second_reader import series_run
from tests.ui.window.odd_headers import write
from tests.ui.window.test_one_picture import FIRST, SECOND, damage

MAKE = {panel.id: panel.make for panel in features.PANELS}
PANELS = ("prediction", "heat_map", "opinion", "compare", "series_curve", "findings", "lungs")


def content(panel: QWidget) -> list[object]:
    """All that a panel says of a picture."""
    return [
        *(label.text() for label in panel.findChildren(QLabel) if not label.isHidden()),
        *(each.currentText() for each in panel.findChildren(QComboBox)),
        *(table.columnCount() for table in panel.findChildren(QTableWidget)),
        *(len(curve.points) for curve in panel.findChildren(Curve)),
        *(None if seen.pixels is None else seen.pixels.tobytes() for seen in panel.findChildren(Seen)),
    ]


class Reading:
    """A window with the tiny model, and what a reader does in it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        self.reader = second_reader.of(window.workspace)
        self.reader.list_models()

    def settle(self) -> None:
        session = self.session
        self.qtbot.waitUntil(
            lambda: (
                not (
                    session.scanning
                    or session.stack.pending
                    or session.inference.running
                    or self.reader.first.earlier.pending
                )
            ),
            timeout=20_000,
        )

    def classify(self) -> None:
        """Answer the slice on screen."""
        self.reader.run(override=True)
        self.settle()

    def do(self, act: Callable[..., object], *values: object) -> None:
        act(*values)
        self.settle()
        self.agree()

    def agree(self) -> None:
        """Every panel says what one made now would say."""
        for name in PANELS:
            panel = self.window.panels[name]
            fresh = MAKE[name](self.window)
            self.qtbot.addWidget(fresh)
            assert content(panel) == content(fresh), name
        tree = self.window.panels["series"]
        assert isinstance(tree, SeriesPanel)
        current, series = tree.tree.currentItem(), self.session.stack.series
        listed = series is not None and any(each.key == series.key for each in self.session.series)
        assert (current is not None) == listed


@pytest.fixture
def reading(qtbot: QtBot, models: None, real: MainWindow) -> Iterator[Reading]:
    return Reading(qtbot, real)


def test_all_panels_are_about_the_slice_that_was_scrolled_to(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path, **FIRST)
    go(tmp_path)
    reading.settle()
    reading.classify()
    for index in (2, 0, 3):
        reading.do(reading.session.stack.go, index)
        reading.classify()


def test_all_panels_are_about_the_active_view_whatever_layout_and_link(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path / "a", **FIRST)
    write(tmp_path / "b", 2, **SECOND)
    session, actions = reading.session, reading.window.actions_table
    go(tmp_path)
    reading.settle()
    reading.classify()
    reading.do(actions["view.layout_2"].trigger)
    first, second = session.viewports
    reading.do(session.activate, second)  # empty
    reading.do(session.show, session.series[1])
    reading.classify()
    reading.do(session.activate, first)
    reading.do(session.link, True)
    reading.do(session.stack.go, 1)
    reading.do(actions["series.next"].trigger)
    reading.do(actions["view.layout_4"].trigger)
    reading.do(actions["view.layout_1"].trigger)


@pytest.mark.parametrize("layout", ["thorax", "mpr", "compare"])
def test_all_panels_are_about_the_active_view_of_a_named_layout(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
    layout: str,
) -> None:
    write(tmp_path / "a", 6, **FIRST)
    go(tmp_path)
    reading.settle()
    reading.classify()
    session = reading.session
    reading.do(reading.window.actions_table[f"view.{layout}"].trigger)
    for viewport in [each for each in session.viewports if each.isVisible()]:
        reading.do(session.activate, viewport)
        reading.do(session.stack.go, 1)
    reading.do(reading.window.actions_table["view.layout_1"].trigger)


def test_all_panels_are_about_what_is_shown_after_studies_failures_and_damage(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path / "a", **FIRST)
    damaged = write(tmp_path / "b", **SECOND)
    damage(damaged[-1])  # the highest is shown first
    (tmp_path / "bad.dcm").write_bytes(b"no picture")
    session = reading.session
    go(tmp_path / "a")
    reading.settle()
    reading.classify()
    reading.do(session.open, [tmp_path / "bad.dcm"])
    assert session.viewport.state.slice is not None
    reading.do(session.open, [tmp_path / "b"])
    assert session.viewport.state.error is not None
    reading.do(session.stack.go, 1)
    reading.classify()
    reading.do(session.stack.go, 0)
    reading.do(session.open, [tmp_path / "a"])


def test_all_panels_are_about_the_series_shown_after_curves_and_comparisons(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path / "a", **FIRST)
    write(tmp_path / "b", 2, **SECOND)
    panels = reading.window.panels
    go(tmp_path)
    reading.settle()
    for act in (panels["series_curve"].run, panels["compare"].run):  # type: ignore[attr-defined]
        act()
        reading.settle()
    series = series_run.of(reading.window.workspace)
    first = series.answer
    assert first is not None
    reading.do(reading.window.actions_table["series.next"].trigger)
    reading.do(reading.reader.first.set_on, True)
    reading.do(reading.reader.first.set_on, False)
    panels["series_curve"].run()  # type: ignore[attr-defined]
    reading.window.actions_table["series.previous"].trigger()
    reading.settle()
    assert series.answer is first
    assert len(panels["series_curve"].curve.points) == 4  # type: ignore[attr-defined]


def test_a_remark_begun_about_one_slice_is_not_recorded_with_the_next(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path, **FIRST)
    go(tmp_path)
    remark = reading.window.panels["opinion"].remark  # type: ignore[attr-defined]
    remark.setText("beside the hilum")
    reading.do(reading.session.stack.go, 2)
    assert remark.text() == ""


def test_a_report_under_way_closes_when_another_picture_takes_its_place(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path, **FIRST)
    go(tmp_path)
    reading.window.actions_table["file.report"].trigger()
    (dialog,) = reading.window.findChildren(ReportDialog)
    with reading.qtbot.waitSignals([dialog.finished, reading.session.told]):
        reading.session.stack.go(2)  # as when files that were being read arrive


def test_the_work_up_says_what_it_did_of_the_series_on_screen_alone(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path / "a", 6, **FIRST)
    write(tmp_path / "b", 6, **SECOND)
    go(tmp_path)
    panel = reading.window.panels["work_up"]
    panel.exam.copy.click()  # type: ignore[attr-defined]
    assert panel.sentence.text() == "Copied as text"  # type: ignore[attr-defined]
    reading.do(reading.session.stack.go, 2)
    assert panel.sentence.text() == "Copied as text"  # type: ignore[attr-defined]
    reading.session.show(reading.session.series[1])
    reading.settle()
    assert panel.sentence.text() == ""  # type: ignore[attr-defined]


def test_tags_that_were_closed_read_no_other_picture(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    write(tmp_path, **FIRST)
    go(tmp_path)
    reading.window.actions_table["file.tags"].trigger()
    (dialog,) = reading.window.findChildren(TagsDialog)
    dialog.reject()
    dialog.follow(None)  # a slice arrives before the dialog is gone
    assert dialog.message.text() == "Reading…"


def test_the_tags_follow_the_picture(
    reading: Reading,
    go: Callable[..., None],
    tmp_path: Path,
) -> None:
    files = write(tmp_path, **FIRST)
    go(tmp_path)
    reading.window.actions_table["file.tags"].trigger()
    (dialog,) = reading.window.findChildren(TagsDialog)
    reading.do(reading.session.stack.go, 2)
    reading.qtbot.waitUntil(lambda: dialog.model.rowCount() > 0)
    assert dialog.windowTitle().endswith(files[1].name)  # the third from the head of four
    numbers = {
        dialog.model.item(row, 1).text(): dialog.model.item(row, 3).text()
        for row in range(dialog.model.rowCount())
    }
    assert numbers["Instance Number"] == "2"
