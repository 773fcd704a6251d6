"""Markdown in the parts that stand by themselves, and its words without its marks."""

from __future__ import annotations

import re

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_RULE = re.compile(r"^\|?[\s|:-]*-{3,}[\s|:-]*$")
_BETWEEN = re.compile(r"[|\\]")
_MARKS = re.compile(r"[*`]|^#+ |^[*-] ", re.MULTILINE)
_BEGINS = ("|", "* ", "- ", "#")  # a line that begins a part of its own
_FENCE = "```"
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def without_comments(markdown: str) -> str:
    """Markdown without what is for its authors alone."""
    return _COMMENT.sub("", markdown)


def blocks(markdown: str) -> tuple[str, ...]:
    """Headings, paragraphs, items of lists, rows of tables, and runs of code, one each, in their order."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in without_comments(markdown).splitlines():
        if line.startswith(_FENCE):
            fenced = not fenced
        if not fenced and (not line.strip() or line.startswith(_BEGINS)):
            found.append([])
        if line.strip():
            found[-1].append(line)
    texts = ("\n".join(lines) for lines in found)
    return tuple(text for text in texts if text and not _RULE.match(text))


def plain(markdown: str) -> str:
    """The words of Markdown in one line, without its marks."""
    return " ".join(_BETWEEN.sub(" ", _MARKS.sub("", _LINK.sub(r"\1", markdown))).split())
