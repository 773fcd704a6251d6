"""Words that are longer than a panel is wide, as identifiers are: their middle goes, both ends stay."""

from __future__ import annotations

import re

MOST = 28  # characters: as many as the narrowest panel has room for


def shortened(text: str, most: int = MOST) -> str:
    """The text with no word of more than `most` characters; UIDs differ at their ends more than within."""

    def cut(found: re.Match[str]) -> str:
        word = found.group()
        if len(word) <= most:
            return word
        head = (most - 1) // 2
        return f"{word[:head]}…{word[head + 1 - most :]}"

    return re.sub(r"\S+", cut, text)
