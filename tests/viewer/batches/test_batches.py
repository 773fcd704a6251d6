"""A batch without a window: run, stopped, gone on with, tried again, told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.batch.store import NAME, Store
from lungview.classify.outcome import Status
from lungview.model.registry import Entry
from lungview.viewer.batches import batches as all_batches
from lungview.viewer.batches.batches import Batches
from tests.batch.conftest import folder, threads, tiny
from tests.viewer.by_hand import Hand, Opened

__all__ = ["folder", "tiny"]


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def batches(opened: Opened, hand: Hand) -> Batches:
    made = Batches(opened.workspace, hand)
    made.pool = threads
    return made


def listen(batches: Batches) -> list[object]:
    told: list[object] = []
    batches.began.connect(lambda: told.append("began"))
    batches.ended.connect(lambda complete: told.append(("ended", complete)))
    batches.failed.connect(lambda error: told.append(error.message))
    return told


def test_a_batch_holds_a_row_a_file_and_says_that_it_is_through(
    batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    told = listen(batches)
    batches.start([folder], tmp_path / "out", tiny)
    assert batches.running
    hand.work()

    assert told == ["began", ("ended", True)]
    assert (len(batches.rows), len(batches.cases())) == (12, 12)
    assert (batches.running, batches.can_go_on) == (False, False)


def test_a_second_one_does_not_begin_beside_it(
    batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    batches.start([folder], tmp_path / "out", tiny)
    batches.start([folder], tmp_path / "other", tiny)
    batches.load(tmp_path / "other")
    hand.work()
    assert batches.out == tmp_path / "out"


def test_one_that_is_stopped_keeps_what_it_has_and_is_gone_on_with(
    batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    told = listen(batches)
    batches.rows_added.connect(lambda rows: batches.stop() if rows else None)
    batches.start([folder], tmp_path / "out", tiny)
    hand.work()
    assert told == ["began", ("ended", False)]
    assert batches.can_go_on
    some = len(batches.rows)
    assert 0 < some < 12

    batches.rows_added = type(batches.rows_added)()
    batches.go_on(tiny)
    hand.work()
    assert told[2:] == ["began", ("ended", True)]


def test_what_failed_is_tried_again_alone(
    batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    batches.start([folder], tmp_path / "out", tiny)
    hand.work()
    before = {path: row for path, row in batches.rows.items() if row.status is not Status.FAILED}
    assert len(before) < 12

    batches.retry_failed(tiny)
    assert batches.rows == before
    hand.work()
    assert len(batches.rows) == 12


def test_a_folder_without_results_is_said_so(batches: Batches, hand: Hand, tmp_path: Path) -> None:
    told = listen(batches)
    batches.load(tmp_path)
    hand.work()
    assert told == ["began", "there are no results of a batch in this folder"]
    assert not batches.running


def test_the_last_one_is_shown_again_when_it_was_not_finished(
    batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_batches, "results_folder", lambda: tmp_path)
    batches.start([folder], tmp_path / "out", tiny)
    hand.work()
    with Store(tmp_path / "out" / NAME) as store:
        store.note("complete", "no")
    later = Batches(batches._workspace, hand)

    later.look_for_unfinished()
    hand.work()

    assert (later.out, len(later.rows), later.card is not None) == (tmp_path / "out", 12, True)


def test_a_scheduler_of_the_settings_that_is_none_is_one_sentence(
    opened: Opened, batches: Batches, hand: Hand, folder: Path, tmp_path: Path, tiny: Entry
) -> None:
    opened.workspace.keep(batch_scheduler="local:none")
    told = listen(batches)
    batches.start([folder], tmp_path / "out", tiny)
    hand.work()
    assert told[0] == "began"
    assert "local:N" in str(told[1])
