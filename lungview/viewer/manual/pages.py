"""The pages of the manual, which are the project's own documentation, and the search in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lungview import paths
from lungview.errors import ReadError
from lungview.viewer.manual.blocks import blocks, plain, without_comments
from lungview.viewer.manual.words import asked, fold, joined

# What a reader of scans looks up: files of docs/, and of the folder of each language there.
READERS = ("reading", "first-case", "guidelines", "anonymise", "pacs", "results")
# What is looked up besides, in English alone: how models were measured, commands, how it is installed.
ENGLISH_ALONE = ("models", "imaging", "codecs", "command-line", "node", "program")
NAMES = READERS + ENGLISH_ALONE
_EXCERPT = 90  # characters


@dataclass(frozen=True)
class Page:
    """name: of the file, without .md. text: Markdown. language: a code of `languages.NAMES`."""

    name: str
    title: str
    text: str
    language: str = "en"

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """What stands by itself, as it reads; rows of tables and items of lists each."""
        return tuple(said for each in blocks(self.text) if (said := plain(each)))


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph in which all that was asked for stands. start: its first words, to find it by."""

    page: Page
    excerpt: str
    start: str


def read(language: str = "en") -> tuple[Page, ...]:
    """All pages there are, each in a language where it is written in it, else in English.

    ReadError when none can be read.
    """
    found = [each for name in NAMES if (each := _page(name, language) or _page(name, "en")) is not None]
    if not found:
        raise ReadError("the manual is not there; expected its pages", paths.manual())
    return tuple(found)


def _page(name: str, language: str) -> Page | None:
    folder = paths.manual() if language == "en" else paths.manual() / language
    try:
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
    except OSError:
        return None
    text = joined(without_comments(text))
    heading = next((line[2:] for line in text.splitlines() if line.startswith("# ")), name)
    return Page(name, plain(heading), text, language)


def search(pages: Sequence[Page], wanted: str, most: int = 50) -> tuple[Hit, ...]:
    """Paragraphs that hold every word of `wanted`, small or capital, with accents or without; in the order
    of the pages. Chinese and Japanese words need no spaces between them."""
    every = [(page, paragraph, fold(paragraph)) for page in pages for paragraph in page.paragraphs]
    words = asked(wanted, [folded.text for _, _, folded in every])
    found: list[Hit] = []
    for page, paragraph, folded in every if words else ():
        if all(word in folded.text for word in words):
            at = folded.places[folded.text.find(words[0])]
            found.append(Hit(page, _around(paragraph, at), paragraph[:40]))
            if len(found) == most:
                break
    return tuple(found)


def _around(paragraph: str, at: int) -> str:
    """The paragraph near a place in it."""
    start = max(0, at - _EXCERPT // 2)
    cut = paragraph[start : start + _EXCERPT]
    return ("…" if start else "") + cut.strip() + ("…" if start + _EXCERPT < len(paragraph) else "")
