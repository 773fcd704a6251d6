"""Tries after a line that broke: how many, with which pauses, and what is told of them."""

from __future__ import annotations

import pytest

from lungview.errors import NoAnswer, Refused
from lungview.remote_nodes import DicomNode
from lungview.sources import retrying
from lungview.sources.retrying import Retry, retried

NODE = DicomNode("archive", "PACS", "127.0.0.1", 104, tries=3)


@pytest.fixture(autouse=True)
def pauses_kept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(retrying, "_wait", lambda seconds, _cancelled: pauses.append(seconds))
    return pauses


def _breaks() -> None:
    raise NoAnswer("archive broke off")


def test_each_pause_is_told_before_it_begins_and_is_twice_the_last(pauses_kept: list[float]) -> None:
    told: list[Retry] = []
    with pytest.raises(NoAnswer):
        retried(NODE, _breaks, on_retry=told.append)
    assert told == [Retry("archive broke off", 1.0, 2, 3), Retry("archive broke off", 2.0, 3, 3)]
    assert pauses_kept == [1.0, 2.0]


def test_a_line_that_brings_something_each_time_is_never_given_up(pauses_kept: list[float]) -> None:
    came: list[int] = []

    def work() -> str:
        came.append(1)
        if len(came) < 20:
            _breaks()
        return "all"

    assert retried(NODE, work, came=lambda: len(came)) == "all"
    assert pauses_kept == [1.0] * 19


def test_a_line_that_brings_no_more_is_given_up_after_the_tries_it_has() -> None:
    came: list[int] = []
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) <= 2:
            came.append(1)
        _breaks()

    with pytest.raises(NoAnswer):
        retried(NODE, work, came=lambda: len(came))
    assert len(tries) == 4  # the second brought something and is the first of three


def test_what_is_refused_is_not_tried_again() -> None:
    told: list[Retry] = []

    def refused() -> None:
        raise Refused("no such title")

    with pytest.raises(Refused):
        retried(NODE, refused, on_retry=told.append)
    assert told == []
