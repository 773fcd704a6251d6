"""The manual's pages are the documentation, and a search finds what stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview import paths
from lungview.errors import ReadError
from lungview.viewer.manual import pages
from lungview.viewer.manual.pages import NAMES, Page, plain, search

PAGE = Page(
    "a",
    "Windows",
    "# Windows\n\nPress **2** for the [lung](lung.md) window.\n\n"
    "| key | does |\n|---|---|\n| `D` | ruler |\n",
)


def test_every_page_is_there_and_has_a_title() -> None:
    found = pages.read()
    assert tuple(page.name for page in found) == NAMES
    assert all(page.title and not page.title.startswith("#") for page in found)


def test_marks_of_markdown_are_no_words() -> None:
    assert plain("Press **2** for the [lung](lung.md) `window`.") == "Press 2 for the lung window ."


def test_all_words_stand_in_one_paragraph_small_or_capital() -> None:
    assert [hit.page.name for hit in search([PAGE], "LUNG press")] == ["a"]
    assert search([PAGE], "lung ruler") == ()


def test_a_row_of_a_table_is_found_by_itself() -> None:
    assert [hit.excerpt for hit in search([PAGE], "ruler")] == ["D ruler"]


def test_nothing_asked_for_finds_nothing() -> None:
    assert search([PAGE], "  ") == ()


def test_no_more_are_found_than_can_be_read() -> None:
    many = Page("b", "B", "\n\n".join(["lung"] * 80))
    assert len(search([many], "lung", most=50)) == 50


def test_the_words_a_reader_would_look_for_are_found() -> None:
    found = pages.read()
    for wanted in ("heat map", "ruler", "Lung-RADS", "anonymised", "crosshair", "I read first"):
        assert search(found, wanted), wanted


def test_a_manual_that_is_not_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "manual", lambda: tmp_path)
    with pytest.raises(ReadError, match="the manual is not there"):
        pages.read()
