"""The manual's pages are the documentation, and a search finds what stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview import languages, paths
from lungview.errors import ReadError
from lungview.viewer.manual import pages
from lungview.viewer.manual.pages import NAMES, READERS, Page, search

PAGE = Page(
    "a",
    "Windows",
    "# Windows\n\nPress **2** for the [lung](lung.md) window.\n\n"
    "| key | does |\n|---|---|\n| `D` | ruler |\n",
)


WORDS = {
    "de": ("Fadenkreuz", "rundherd umriss", "verdopplungszeit", "anonymisierte"),
    "es": ("retículo", "nodulo contorno", "tiempo de duplicación", "anónimas"),
    "fr": ("réticule", "nodule contour", "temps de doublement", "anonymisées"),
    "zh": ("十字线", "结节轮廓", "倍增时间", "匿名副本"),
    "ja": ("十字線", "結節輪郭", "倍加時間", "匿名化コピー"),
}


def test_every_page_is_there_and_has_a_title() -> None:
    found = pages.read()
    assert tuple(page.name for page in found) == NAMES
    assert all(page.title and not page.title.startswith("#") for page in found)


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


@pytest.mark.parametrize("language", WORDS)
def test_words_of_each_language_are_found_in_its_pages(language: str) -> None:
    found = pages.read(language)
    for wanted in WORDS[language]:
        hits = search(found, wanted)
        assert hits, wanted
        assert {hit.page.language for hit in hits} == {language}


def test_every_language_has_words_to_find() -> None:
    assert set(WORDS) == set(languages.NAMES) - {"en"}


@pytest.mark.parametrize("language", WORDS)
def test_what_a_reader_needs_is_in_the_language_and_the_rest_in_english(language: str) -> None:
    assert [page.language for page in pages.read(language)] == [
        language if name in READERS else "en" for name in NAMES
    ]


def test_a_page_that_was_not_written_in_a_language_is_the_english_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "pacs.md").write_text("# Archives\n", "utf-8")
    (tmp_path / "reading.md").write_text("# Reading\n", "utf-8")
    (tmp_path / "de" / "reading.md").write_text("# Lesen\n\n<!-- English parts: 1 -->\n", "utf-8")
    monkeypatch.setattr(paths, "manual", lambda: tmp_path)
    assert [(page.title, page.language) for page in pages.read("de")] == [("Lesen", "de"), ("Archives", "en")]
    assert "<!--" not in pages.read("de")[0].text


def test_an_excerpt_begins_near_the_word_without_its_accents() -> None:
    page = Page("a", "A", "é" * 100 + " réticule")
    assert search([page], "reticule")[0].excerpt.endswith("réticule")
