"""The first tour on the synthetic thorax: it sees what was done, and Esc leaves it at any step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from lungview import settings
from lungview.marks.annotation import Annotation, Kind, Point
from lungview.ui.help.feature import Help
from lungview.ui.help.steps import STEPS
from lungview.ui.help.tour import Tour
from lungview.ui.shell.message_bar import MessageBar
from tests.ui.conftest import make_slice


@pytest.fixture
def guide(window, monkeypatch) -> Help:
    monkeypatch.setattr(window.session, "open", lambda *_: None)  # its slices are the test's
    found = window.workspace.services.find(Help)
    assert found is not None
    return found


def test_it_opens_the_synthetic_sample(window, monkeypatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(window.session, "open", lambda paths: opened.extend(paths))
    window.actions_table["help.tour"].trigger()
    assert [path.name for path in opened] == ["sample"]  # type: ignore[attr-defined]


def test_a_step_is_ticked_once_it_was_done(qtbot, show, guide: Help) -> None:
    show(make_slice(0), make_slice(1))
    guide.begin_tour()
    tour = guide.tour
    assert tour is not None
    tour.next.click()
    assert not tour.done
    guide._host.session.stack.step(1)
    qtbot.waitUntil(lambda: tour.done)
    assert "✓" in tour.label.text()


def test_a_line_that_was_drawn_is_seen(qtbot, show, guide: Help) -> None:
    window = show(make_slice(0), make_slice(1))
    guide.begin_tour()
    tour = guide.tour
    assert tour is not None
    while "Press D" not in tour.label.text():
        tour.next.click()
    held, shown = window.session.workspace.annotations, window.session.viewport.state.slice
    held.add(held.picture(shown), Annotation(Kind.RULER, (Point(1, 2), Point(3, 4))), "Ruler")
    qtbot.waitUntil(lambda: tour.done)


def test_next_goes_through_all_steps_and_ends(guide: Help) -> None:
    guide.begin_tour()
    tour = guide.tour
    assert tour is not None
    said = []
    for _ in STEPS:
        said.append(tour.label.text())
        tour.next.click()
    assert len(set(said)) == len(STEPS)
    assert guide.tour is None


def test_back_goes_back(guide: Help) -> None:
    guide.begin_tour()
    tour = guide.tour
    assert tour is not None
    assert not tour.back.isEnabled()
    tour.next.click()
    tour.back.click()
    assert tour.step == 0


@pytest.mark.parametrize("at", range(len(STEPS)))
def test_esc_leaves_at_any_step(qtbot, window, guide: Help, at: int) -> None:
    guide.begin_tour()
    tour = guide.tour
    assert tour is not None
    for _ in range(at):
        tour.next.click()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert guide.tour is None


def test_a_second_begin_is_one_tour(qtbot, window, guide: Help) -> None:
    guide.begin_tour()
    guide.begin_tour()
    qtbot.wait(10)
    assert len(window.findChildren(Tour)) == 1


def test_it_is_offered_once(window, guide: Help) -> None:
    bar = guide.offer_tour()
    assert isinstance(bar, MessageBar)
    bar.buttons[1].click()
    assert guide.tour is None
    assert window.session.settings.tour_offered
    assert guide.offer_tour() is None


def test_the_offer_begins_it(guide: Help) -> None:
    bar = guide.offer_tour()
    assert bar is not None
    bar.buttons[0].click()
    assert guide.tour is not None
    guide.tour.end()


def test_that_it_was_offered_is_kept(window, guide: Help) -> None:
    guide.offer_tour()
    assert settings.load().settings.tour_offered


def test_the_empty_window_says_what_can_be_done(window) -> None:
    placeholder = window.grid.frames[0].placeholder
    assert placeholder.help.isVisible()
    texts = [placeholder._help_row.itemAt(at).widget().text() for at in range(placeholder._help_row.count())]
    assert texts == ["First tour (three minutes)", "Manual"]
