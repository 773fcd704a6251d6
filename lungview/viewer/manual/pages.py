"""The pages of the manual, which are the project's own documentation, and the search in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.errors import ReadError

# What a reader of scans looks up, in the order of the list; files of docs/.
NAMES = (
    "reading", "first-case", "guidelines", "models", "imaging", "anonymise", "pacs", "results", "codecs",
    "command-line", "program",
)  # fmt: skip
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`#|\\]|^-{3,}$|:?-{3,}:?", re.MULTILINE)
_EXCERPT = 90  # characters


@dataclass(frozen=True, slots=True)
class Page:
    """name: of the file, without .md. text: Markdown."""

    name: str
    title: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What stands between empty lines, as it reads; rows of tables each by itself."""
        found = []
        for block in re.split(r"\n\s*\n", self.text):
            rows = block.splitlines() if block.lstrip().startswith("|") else [block]
            found += [plain(row) for row in rows]
        return tuple(each for each in found if each)


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph in which all that was asked for stands. start: its first words, to find it by."""

    page: Page
    excerpt: str
    start: str


def plain(markdown: str) -> str:
    """The words of Markdown in one line, without its marks."""
    return " ".join(_MARKS.sub(" ", _LINK.sub(r"\1", markdown)).split())


def read() -> tuple[Page, ...]:
    """All pages there are. ReadError when none can be read."""
    folder = paths.manual()
    found = [page for name in NAMES if (page := _page(folder / f"{name}.md")) is not None]
    if not found:
        raise ReadError("the manual is not there; expected its pages", folder)
    return tuple(found)


def _page(path: Path) -> Page | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    heading = next((line[2:] for line in text.splitlines() if line.startswith("# ")), path.stem)
    return Page(path.stem, plain(heading), text)


def search(pages: Sequence[Page], wanted: str, most: int = 50) -> tuple[Hit, ...]:
    """Paragraphs that hold every word of `wanted`, small or capital; in the order of the pages."""
    words = wanted.casefold().split()
    if not words:
        return ()
    found = []
    for page in pages:
        for paragraph in page.paragraphs:
            if all(word in paragraph.casefold() for word in words):
                found.append(Hit(page, _around(paragraph, words[0]), paragraph[:40]))
                if len(found) == most:
                    return tuple(found)
    return tuple(found)


def _around(paragraph: str, word: str) -> str:
    """The paragraph near a word."""
    at = paragraph.casefold().find(word)
    start = max(0, at - _EXCERPT // 2)
    cut = paragraph[start : start + _EXCERPT]
    return ("…" if start else "") + cut.strip() + ("…" if start + _EXCERPT < len(paragraph) else "")
