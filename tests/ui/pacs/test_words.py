"""What went wrong with an archive, in words that hold no patient."""

from __future__ import annotations

from pathlib import Path

from lungview.errors import NetworkError
from lungview.sources.retrying import Retry
from lungview.ui.pacs import words
from lungview.viewer.archives.work import Broken, Came


def test_an_error_of_ours_is_said_with_its_hint() -> None:
    assert words.failure(NetworkError("no such node", hint="add it")) == "no such node (add it)"


def test_of_any_other_error_only_the_kind_is_said() -> None:
    assert words.failure(ValueError("DOE^JANE")) == "It failed: ValueError"


def test_a_fault_is_a_sentence_or_an_error() -> None:
    assert words.told("Nothing of it came.") == "Nothing of it came."
    assert words.told(NetworkError("no such node", hint="add it")) == "no such node (add it)"


def test_how_far_a_retrieval_is() -> None:
    assert words.arriving(Came(Path("x"), 3, 12)) == "Retrieving: 3 of 12"
    assert words.arriving(Came(Path("x"), 3, None)) == "Retrieving: 3 of ?"


def test_a_break_says_what_is_here_and_when_the_next_try_is() -> None:
    told = Broken(Retry("%2 broke off", 2.0, 3, 5), 140, 300)
    assert words.arriving(told) == "%2 broke off. 140 of 300 are here; try 3 of 5 for the others in 2 s."


def test_what_came_before_a_failure_is_said() -> None:
    assert words.kept(7).startswith("7 objects are here;")
