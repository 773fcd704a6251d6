"""A day's work in the window: two dates of a synthetic patient, from the drop to the signed report.

One nodule grows by a known volume, one is stable, one is part-solid, one is new, one is gone. Only the hands
of a reader are used: drops, clicks on pictures and widgets, choices in fields.
"""

from __future__ import annotations

from pathlib import Path

import highdicom
import numpy as np
import pytest
from pypdf import PdfReader
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from lungview.nodules.guidelines.advice import Recommendation
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.nodules import findings as all_findings
from tests.nodules.growth import two_dates
from tests.nodules.growth.two_dates import GONE, GROWN, NEW, STABLE, Ball
from tests.ui.nodules.conftest import make, window  # noqa: F401
from tests.ui.pointing import click
from tests.ui.shell.test_drop_zones import drop
from tests.ui.work_up.conftest import panel_of, say

PART = (-24.2, -60.0, -281.0)
GLASS, CORE = Ball(PART, 7.0, -550.0), Ball(PART, 2.7)
BEFORE = (Ball(GROWN, 5.0), Ball(STABLE, 3.5), Ball(GONE, 4.0), GLASS, CORE)
NOW = (Ball(GROWN, 6.2), Ball(STABLE, 3.5), Ball(NEW, 3.4), GLASS, CORE)
# Days in which a ball of 5.0 mm radius doubles that has 6.2 mm after 365: ln 2 · 365 / ln(6.2³ / 5³)
DOUBLING = 392.0
MOVED = {"before": two_dates.TABLE_MM, "now": (0.0, 0.0, 0.0)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    return two_dates.write(tmp_path_factory.mktemp("day"), BEFORE, NOW)


class Reader:
    """What a reader does at the window, counted."""

    def __init__(self, qtbot, window: MainWindow) -> None:  # noqa: F811
        self.qtbot, self.window, self.hands = qtbot, window, 0
        self.found = all_findings.of(window.workspace)
        self.panel = panel_of(window)

    def drop(self, *folders: Path) -> None:
        self.hands += 1
        with self.qtbot.waitSignal(self.window.session.scan_ended, timeout=60_000):
            drop(self.window, folders, QPointF(300, 300))
        self._settle()

    def show(self, date: str) -> None:
        """Click on the series of a date in the list."""
        self.hands += 1
        (series,) = [s for s in self.window.session.series if s.study.date == date]
        tree = self.window.panels["series"].tree
        item = self.window.panels["series"]._items[series.key]
        place = tree.visualItemRect(item).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.qtbot.waitUntil(lambda: self.window.session.stack.series.key == series.key)
        self._settle()

    def measure(self, place: tuple[float, float, float], name: str) -> None:
        """Scroll to a place in mm, click on it with the measuring tool, name it."""
        self.hands += 3
        stack, viewport = self.window.session.stack, self.window.session.viewport
        stack.go(stack.content.nearest(place))
        self._settle()
        shown = viewport.state.slice
        column, row = (
            (place[k] - shown.instance.geometry.position[k]) / mm + 0.5
            for k, mm in ((0, shown.spacing.column), (1, shown.spacing.row))
        )
        count = len(self.found.list_of(self.found.opened()).own)
        click(viewport, (column, row))
        self.qtbot.waitUntil(
            lambda: len(self.found.list_of(self.found.opened()).own) == count + 1, timeout=30_000
        )
        self.found.rename(name)

    def choose(self, name: str) -> None:
        self.hands += 1
        listed = self.found.list_of(self.found.opened())
        (found,) = [each for each in listed.all if each.name == name]
        self.found.choose(found.id)
        self._settle()

    def answer(self, **answers: str) -> None:
        for name, text in answers.items():
            self.hands += 1
            say(self.qtbot, self.panel, f"screening.{name}", text)

    def compare(self) -> None:
        self.hands += 2
        QTest.mouseClick(self.panel.compare, Qt.MouseButton.LeftButton)
        (menu,) = [m for m in self.panel.findChildren(QMenu) if m.isVisible()]
        (action,) = [a for a in menu.actions() if a.isEnabled()]
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        here = self.panel._desks.here()
        self.qtbot.waitUntil(lambda: here[1].comparison is not None, timeout=120_000)
        self._settle()

    def save(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hands += 2
        was = self.panel.sentence.text()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        QTest.mouseClick(self.panel.exam.save, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(lambda: self.panel.sentence.text() not in ("", was), timeout=20_000)
        assert self.panel.sentence.text() == f"Written: {path.name}"

    def made(self, name: str):
        """The work-up of a finding by its name."""
        self.choose(name)
        return self.panel._desks.work_up()

    def _settle(self) -> None:
        session = self.window.session
        self.qtbot.waitUntil(lambda: not session.stack.pending and not session.tasks.running, timeout=60_000)
        self.qtbot.waitUntil(lambda: not self.panel._soon.isActive())


def moved(place: tuple[float, float, float], scan: str) -> tuple[float, float, float]:
    x, y, z = np.add(place, MOVED[scan])
    return float(x), float(y), float(z)


@pytest.fixture
def day(qtbot, window, folders, tmp_path, monkeypatch) -> Reader:  # noqa: F811
    """The whole work; the reports lie in tmp_path."""
    reader = Reader(qtbot, window)
    reader.drop(*folders)
    window.actions_table["tool.nodule"].trigger()
    reader.show("20230131")
    for place, name in ((GROWN, "A"), (STABLE, "B"), (GONE, "C"), (PART, "D")):
        reader.measure(moved(place, "before"), name)
    reader.show("20240131")
    for place, name in ((GROWN, "A"), (STABLE, "B"), (NEW, "N"), (PART, "D")):
        reader.measure(place, name)
    reader.compare()
    for name in ("B", "D"):
        reader.choose(name)
        reader.answer(previous="3")
    reader.panel.exam.impression.setPlainText("Growing nodule in the right lung.")
    reader.panel.exam.reader.setText("Dr. Test")
    reader.panel.exam.reader.editingFinished.emit()
    reader.hands += 2
    for name in ("day.pdf", "day.dcm", "day.csv"):
        reader.save(tmp_path / name, monkeypatch)
    return reader


def category(found) -> str:
    assert isinstance(found.advice, Recommendation), str(found.advice)
    return found.advice.category


def test_a_day_from_drop_to_signed_report(day: Reader, tmp_path: Path) -> None:
    grown, stable, new, part = (day.made(name) for name in "ABND")
    assert grown.change.doubling_days == pytest.approx(DOUBLING, rel=0.03)
    assert [f.change.trend.value for f in (grown, stable, new, part)] == [
        "growing",
        "stable",
        "new",
        "stable",
    ]
    # Lung-RADS v2022: growing from 8 mm on 4B; 3 and stable for a year 2; new of 6 to below 8 mm 4A; the same
    # for a part-solid one that was 3.
    assert [category(f) for f in (grown, stable, new, part)] == ["4B", "2", "4A", "2"]
    assert part.finding.solid_mm == pytest.approx(5.4, abs=1.2)
    assert day.panel.exam.overall.text().startswith("Exam: Lung-RADS v2022, category 4B")
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "day.pdf").pages)
    for said in (
        "Read by",
        "Dr. Test",
        "resolved since the prior scan: C",
        "Growing nodule in the right lung.",
    ):
        assert said in text
    groups = highdicom.sr.srread(tmp_path / "day.dcm").content.get_volumetric_roi_measurement_groups()
    numbers = [{m.name.meaning: m.value for m in group.get_measurements()} for group in groups]
    assert numbers[0]["Volume doubling time"] == pytest.approx(grown.change.doubling_days, abs=1e-3)
    assert (tmp_path / "day.csv").read_text("utf-8-sig").count("\n") == 5  # the head, four nodules
    assert day.hands <= 50  # of two seconds each: under two minutes
