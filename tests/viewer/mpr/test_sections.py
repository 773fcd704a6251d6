"""Sections of masks for the planes in a pane, without a window: at once, or behind the picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance, Slice, Spacing
from lungview.study.volume import Volume
from lungview.viewer.mpr.crosshair import Axis, middle_of
from lungview.viewer.mpr.plane_content import PlaneContent
from lungview.viewer.mpr.sections import Same, Sections, Wanted, seen
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.viewer.by_hand import Hand
from tests.viewer.study_list.listing import series

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
ORIGIN = series(1, Path("/x/slice.dcm"))


@pytest.fixture
def masks() -> Hand:
    """Where what takes longer is cut."""
    return Hand()


@pytest.fixture
def workspace(masks: Hand) -> Workspace:
    made = Workspace(Hand(), masks=masks)
    made.keeps_settings = False
    made.add(Pane())
    return made


@pytest.fixture
def pane(workspace: Workspace) -> Pane:
    return workspace.active


@pytest.fixture
def go(workspace: Workspace) -> Callable[[int], None]:
    """Shows an axial plane of a volume, counted from the first."""
    volume = Volume(np.zeros((12, 16, 16), np.int16), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES)
    like = Slice(
        Instance(Path("a"), modality="CT"),
        np.zeros((16, 16), np.float32),
        "HU",
        Spacing(1, 1, "PixelSpacing"),
    )
    content = PlaneContent(volume, like, middle_of(volume).plane(Axis.AXIAL))
    workspace.stack.fill(content, 3, origin=ORIGIN)
    workspace.background.work()

    def show(index: int) -> None:
        workspace.stack.go(index)
        workspace.background.work()

    return show


def test_a_plane_is_seen_with_its_series_and_volume_and_nothing_else_is(
    workspace: Workspace, pane: Pane, go: Callable[[int], None]
) -> None:
    found = seen(workspace, pane)
    assert found is not None
    assert (found.series, found.shown) == (ORIGIN, pane.state.slice)
    workspace.stack.empty()
    assert seen(workspace, pane) is None


def test_what_is_quick_is_there_with_the_picture(
    workspace: Workspace, masks: Hand, pane: Pane, go: Callable[[int], None]
) -> None:
    sections = Sections(workspace, lambda _, plane: Wanted("", lambda: plane.shown, quick=True))
    sections.follow(pane)
    go(5)
    assert sections.of(pane) is pane.state.slice is not None
    assert masks.calls == []


def test_what_is_not_quick_comes_behind_it_and_is_told(
    workspace: Workspace, masks: Hand, pane: Pane, go: Callable[[int], None]
) -> None:
    told: list[tuple[Pane, int | None]] = []
    sections = Sections[int](workspace, lambda *_: Wanted("", lambda: 7), lambda *what: told.append(what))
    sections.follow(pane)
    assert (sections.of(pane), told) == (None, [])
    masks.work()
    assert (sections.of(pane), told) == (7, [(pane, 7)])


def test_of_a_picture_that_was_left_nothing_is_made_or_shown(
    workspace: Workspace, masks: Hand, pane: Pane, go: Callable[[int], None]
) -> None:
    made: list[Slice] = []
    sections = Sections[None](workspace, lambda _, plane: Wanted("", lambda: made.append(plane.shown)))
    sections.follow(pane)
    go(5)
    masks.work()
    assert made == [pane.state.slice]


def test_the_same_wish_is_made_once_and_another_one_anew(
    workspace: Workspace, pane: Pane, go: Callable[[int], None]
) -> None:
    made, kept = [], [object()]
    sections = Sections[None](workspace, lambda *_: Wanted(Same(*kept), lambda: made.append(1), quick=True))
    sections.follow(pane)
    sections.renew(pane)
    assert len(made) == 1
    kept[0] = object()
    sections.renew(pane)
    assert len(made) == 2


def test_when_nothing_is_wanted_any_more_it_is_told_and_gone(
    workspace: Workspace, pane: Pane, go: Callable[[int], None]
) -> None:
    told: list[int | None] = []
    wanted: list[Wanted[int] | None] = [Wanted("", lambda: 7, quick=True)]
    sections = Sections[int](workspace, lambda *_: wanted[0], lambda _, what: told.append(what))
    sections.follow(pane)
    wanted[0] = None
    sections.renew(pane)
    assert (told, sections.of(pane)) == ([7, None], None)


def test_what_fails_shows_nothing_and_says_so(
    workspace: Workspace, masks: Hand, pane: Pane, go: Callable[[int], None]
) -> None:
    said: list[str] = []
    workspace.news.told.connect(said.append)

    def make() -> int:
        raise MemoryError

    sections = Sections[int](workspace, lambda *_: Wanted("", make))
    sections.follow(pane)
    masks.work()
    assert (said, sections.of(pane)) == (["Masks could not be cut: MemoryError"], None)
