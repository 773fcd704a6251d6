"""The queue of what is to be sent survives a restart, retries, and gives up in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lungview.errors import NoAnswer, Refused
from lungview.sources.outgoing import Outgoing
from lungview.sources.sending import OnOutcome, Outcome, State
from lungview.sources.source import Cancel


def _sends(files: Sequence[Path], tell: OnOutcome, _cancelled: Cancel) -> None:
    for file in files:
        tell(Outcome(file, State.SENT))


def _breaks_after_one(files: Sequence[Path], tell: OnOutcome, _cancelled: Cancel) -> None:
    tell(Outcome(files[0], State.SENT))
    raise NoAnswer("the line broke")


def _states(queue: Outgoing) -> list[State]:
    return [item.state for item in queue.items("a")]


def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    with Outgoing(tmp_path / "q") as queue:
        queue.put("a", [tmp_path / "1", tmp_path / "2"])
    with Outgoing(tmp_path / "q") as queue:
        assert _states(queue) == [State.WAITING, State.WAITING]


def test_a_file_is_in_the_queue_once(tmp_path: Path) -> None:
    with Outgoing(tmp_path / "q") as queue:
        queue.put("a", [tmp_path / "1"])
        queue.drain("a", _sends)
        queue.put("a", [tmp_path / "1"])
        assert _states(queue) == [State.SENT]


def test_a_broken_line_leaves_what_was_sent_and_keeps_the_rest(tmp_path: Path) -> None:
    with Outgoing(tmp_path / "q") as queue:
        queue.put("a", [tmp_path / "1", tmp_path / "2"])
        queue.work("a", _breaks_after_one)
        assert _states(queue) == [State.SENT, State.WAITING]
        assert queue.items("a")[1].reason == "the line broke"
        assert not queue.work("a", _sends)  # it is not due yet


def test_an_object_is_given_up_after_its_tries(tmp_path: Path) -> None:
    def never(_files: Sequence[Path], _tell: OnOutcome, _cancelled: Cancel) -> None:
        raise NoAnswer("nobody there")

    with Outgoing(tmp_path / "q", tries=3, pause_s=0.0) as queue:
        queue.put("a", [tmp_path / "1"])
        queue.drain("a", never)
        (item,) = queue.items("a")
    assert (item.state, item.tries) == (State.FAILED, 3)
    assert item.reason == "given up after 3 tries: nobody there"


def test_a_refusal_is_not_tried_again(tmp_path: Path) -> None:
    def refused(_files: Sequence[Path], _tell: OnOutcome, _cancelled: Cancel) -> None:
        raise Refused("no such title")

    with Outgoing(tmp_path / "q", tries=3, pause_s=0.0) as queue:
        queue.put("a", [tmp_path / "1"])
        queue.drain("a", refused)
        assert [(i.state, i.tries) for i in queue.items("a")] == [(State.FAILED, 1)]
        queue.again("a", [tmp_path / "1"])
        queue.drain("a", _sends)
        assert _states(queue) == [State.SENT]


def test_a_commitment_follows_what_was_sent(tmp_path: Path) -> None:
    def commits(files: Sequence[Path], tell: OnOutcome, _cancelled: Cancel) -> None:
        for state in (State.SENT, State.COMMITTED):
            for file in files:
                tell(Outcome(file, state))

    with Outgoing(tmp_path / "q") as queue:
        queue.put("a", [tmp_path / "1", tmp_path / "2"])
        queue.drain("a", commits)
        assert _states(queue) == [State.COMMITTED, State.COMMITTED]


def test_the_queue_is_its_owners_alone(tmp_path: Path) -> None:
    with Outgoing(tmp_path / "q" / "outgoing.sqlite"):
        pass
    assert (tmp_path / "q").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "q" / "outgoing.sqlite").stat().st_mode & 0o777 == 0o600
