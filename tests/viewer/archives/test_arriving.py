"""A study that is still arriving, without a window: opened once, listed again while it fills, then left."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.viewer.archives.arriving import Arriving
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.viewer.by_hand import Hand, HandTimer

SLICES = 6


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def workspace(hand: Hand) -> Iterator[Workspace]:
    made = Workspace(hand)
    made.add(Pane())
    yield made
    made.close()


@pytest.fixture
def arriving(workspace: Workspace) -> Arriving:
    return Arriving(workspace)


@pytest.fixture
def clock(hand: Hand, arriving: Arriving) -> HandTimer:
    """That of the arriving study."""
    return hand.timers[-1]


@pytest.fixture
def complete(arriving: Arriving) -> list[int]:
    heard: list[int] = []
    arriving.complete.connect(lambda: heard.append(1))
    return heard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "arriving"
    made.mkdir()
    return made


@pytest.fixture
def come(tmp_path: Path, folder: Path, arriving: Arriving) -> Callable[[int], None]:
    """Has so many more objects come."""
    files = iter(write_series(tmp_path / "all", Thorax(slices=SLICES, matrix=32)))

    def more(count: int) -> None:
        for file in [next(files) for _ in range(count)]:
            os.link(file, folder / file.name)
            arriving.came(folder)

    return more


def test_the_first_object_opens_the_study_and_the_others_grow_it_in_place(
    hand: Hand, workspace: Workspace, come: Callable[[int], None], clock: HandTimer
) -> None:
    openings: list[tuple[Path, ...]] = []
    workspace.news.opening.connect(openings.append)
    come(3)
    hand.work()
    assert (len(openings), workspace.stack.count) == (1, 3)
    workspace.stack.go(2)
    hand.work()
    shown = workspace.stack.instances[2].sop_instance_uid
    come(SLICES - 3)
    clock.ring()
    hand.work()
    assert (len(openings), workspace.stack.count) == (1, SLICES)
    assert workspace.stack.instances[workspace.stack.index].sop_instance_uid == shown
    assert clock.started


def test_the_end_lists_a_last_time_and_tells_when_that_is_done(
    hand: Hand,
    workspace: Workspace,
    arriving: Arriving,
    come: Callable[[int], None],
    clock: HandTimer,
    complete: list[int],
) -> None:
    told: list[str] = []
    workspace.news.told.connect(told.append)
    come(1)
    assert arriving.ended()  # while the first is still read
    hand.work()
    assert complete == [1]
    assert told[-1] == "Series: 1, slices: 1"
    assert not clock.started
    assert not arriving.ended()


def test_what_cannot_be_listed_is_at_an_end_too(
    hand: Hand, arriving: Arriving, come: Callable[[int], None], complete: list[int], folder: Path
) -> None:
    come(1)
    hand.work()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert arriving.ended()
    hand.work()
    assert complete == [1]


def test_an_end_without_an_object_lists_nothing(hand: Hand, arriving: Arriving, complete: list[int]) -> None:
    assert not arriving.ended()
    assert (hand.calls, complete) == ([], [])


def test_once_closed_nothing_more_is_listed_or_told(
    hand: Hand,
    workspace: Workspace,
    arriving: Arriving,
    come: Callable[[int], None],
    clock: HandTimer,
    complete: list[int],
) -> None:
    come(1)
    hand.work()
    arriving.ended()
    arriving.close()
    hand.work()
    workspace.news.stopped.emit()
    clock.ring()
    assert (hand.calls, complete) == ([], [])
