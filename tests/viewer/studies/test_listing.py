"""From paths to the first picture, without a window: on files, and on what cannot be read."""

from __future__ import annotations

import pytest

from lungview.image import phantom
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.viewer.by_hand import Hand


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("thorax")
    phantom.write_series(made, phantom.Thorax(slices=4, matrix=64))
    return made


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def workspace(hand):
    made = Workspace(hand)
    made.add(Pane())
    yield made
    made.close()


@pytest.fixture
def told(workspace):
    """What is told of the listing, by name."""
    seen = []
    for name in ("opening", "replaced", "found", "ended", "stopped", "failed"):
        getattr(workspace.news, name).connect(lambda *_, name=name: seen.append(name))
    return seen


def test_a_folder_is_listed_and_its_stack_shown(workspace, hand, told, folder):
    workspace.open([folder])
    assert told == ["opening"]

    hand.work()

    assert told[1] == "found"
    assert told[-1] == "ended"
    assert [len(each.instances) for each in workspace.studies.series] == [4]
    assert workspace.active.state.slice is not None
    assert workspace.studies.paths == (folder,)


def test_a_second_folder_is_added_or_takes_the_place_as_is_wished(workspace, hand, told, folder, tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=2, matrix=64, seed=5))
    workspace.open([folder])
    hand.work()

    workspace.open([tmp_path], add=True)
    hand.work()
    assert [len(each.instances) for each in workspace.studies.series] == [4, 2]
    assert "replaced" not in told

    workspace.open([tmp_path], add=False)
    hand.work()
    assert [len(each.instances) for each in workspace.studies.series] == [2]
    assert "replaced" in told


def test_where_nothing_can_be_shown_the_empty_pane_says_why(workspace, hand, told, tmp_path):
    (tmp_path / "notes.dcm").write_bytes(b"no picture")

    workspace.open([tmp_path])
    hand.work()

    assert workspace.active.state.error is not None
    assert "failed" not in told
    assert len(workspace.studies.skipped) == 1


def test_where_something_is_open_it_stays_and_the_reason_is_told(workspace, hand, told, folder, tmp_path):
    workspace.open([folder])
    hand.work()
    shown = workspace.active.state.slice
    (tmp_path / "notes.dcm").write_bytes(b"no picture")

    workspace.open([tmp_path], add=False)
    hand.work()

    assert "failed" in told
    assert workspace.active.state.slice is shown
    assert workspace.studies.paths == (folder,)


def test_what_was_stopped_changes_nothing(workspace, hand, told, folder):
    workspace.open([folder])
    workspace.listing.stop()
    hand.work()

    assert told == ["opening", "stopped"]
    assert workspace.studies.series == []
    assert workspace.listing.asked_for == ()


def test_what_is_added_while_something_is_read_comes_after_it_and_nothing_is_lost(
    workspace, hand, folder, tmp_path
):
    folders = [folder, *(tmp_path / str(n) for n in (1, 2))]
    for at, made in enumerate(folders[1:], 1):
        phantom.write_series(made, phantom.Thorax(slices=1 + at, matrix=64, seed=at))
    for each in folders:
        workspace.open([each], add=True)
    hand.work()

    assert [len(each.instances) for each in workspace.studies.series] == [4, 2, 3]
    assert workspace.studies.paths == tuple(folders)


def test_stopped_it_goes_on_with_what_waits(workspace, hand, folder, tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=2, matrix=64, seed=5))
    workspace.open([folder])
    workspace.open([tmp_path], add=True)
    workspace.listing.stop()
    hand.work()

    assert [len(each.instances) for each in workspace.studies.series] == [2]


def test_what_takes_the_place_of_all_is_read_at_once(workspace, hand, folder, tmp_path):
    phantom.write_series(tmp_path, phantom.Thorax(slices=2, matrix=64, seed=5))
    workspace.open([folder])
    workspace.open([folder], add=True)
    workspace.open([tmp_path], add=False)
    hand.work()

    assert [len(each.instances) for each in workspace.studies.series] == [2]
