"""Batches that nobody has asked for yet."""

from __future__ import annotations

from pathlib import Path

from lungview.viewer.batches.offered import Offered, of
from tests.viewer.by_hand import Hand, Opened


def test_it_is_made_once_and_found_by_whoever_asks(opened: Opened) -> None:
    offered = Offered(opened.workspace, Hand())
    opened.workspace.services.put(offered)

    assert of(opened.workspace) is offered.batches is of(opened.workspace)


def test_what_was_never_made_does_not_run_and_can_be_stopped(opened: Opened) -> None:
    offered = Offered(opened.workspace, Hand())

    offered.stop()

    assert not offered.running


def test_it_runs_while_its_batches_do(opened: Opened, tmp_path: Path) -> None:
    offered = Offered(opened.workspace, Hand())
    offered.batches.load(tmp_path)

    assert offered.running

    offered.stop()
    assert offered.batches._stop.is_set()
