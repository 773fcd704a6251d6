"""What went wrong with an archive, in words that hold no patient."""

from __future__ import annotations

from lungview.errors import NetworkError
from lungview.ui.pacs import words


def test_an_error_of_ours_is_said_with_its_hint() -> None:
    assert words.failure(NetworkError("no such node", hint="add it")) == "no such node (add it)"


def test_of_any_other_error_only_the_kind_is_said() -> None:
    assert words.failure(ValueError("DOE^JANE")) == "It failed: ValueError"
