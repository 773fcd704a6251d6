"""How the words of a search are compared: without case, accents and widths, and without spaces in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WIDE = r"[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f]"  # Chinese and Japanese letters and marks
_IS_WIDE = re.compile(_WIDE)
_LINE_BETWEEN = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t]*(?={_WIDE})")
_ACCENTS = ("\u0300", "\u036f")  # of Latin letters; the marks of kana tell words apart


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared. places: of each of its letters, the index in the text it is from."""

    text: str
    places: tuple[int, ...]


def joined(text: str) -> str:
    """A text without the line ends that stand within Chinese or Japanese, which would show as spaces."""
    return _LINE_BETWEEN.sub("", text)


@lru_cache(maxsize=8192)
def fold(text: str) -> Folded:
    """Small letters without accents, of one width; spaces beside Chinese or Japanese letters are left out."""
    letters: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        if sign.isspace() and (_wide(text, at - 1) or _wide(text, at + 1)):
            continue
        for letter in _plain(sign):
            letters.append(letter)
            places.append(at)
    return Folded("".join(letters), tuple(places))


def _wide(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(_IS_WIDE.match(text[at]))


@lru_cache(maxsize=8192)
def _plain(sign: str) -> str:
    parts = unicodedata.normalize("NFKD", sign).casefold()
    first, last = _ACCENTS
    return "".join(each for each in parts if not first <= each <= last)


def asked(wanted: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The words of a search, folded.

    texts: folded, all that is searched. What is written without spaces and stands nowhere as a whole is
    parted into the longest pieces that stand somewhere, which are words as a rule.
    """
    found: list[str] = []
    for word in wanted.split():
        folded = fold(word).text
        if folded:
            found += _pieces(folded, texts) if _IS_WIDE.search(word) else [folded]
    return tuple(found)


def _pieces(word: str, texts: Sequence[str]) -> list[str]:
    found: list[str] = []
    rest = word
    while rest:
        length = next((n for n in range(len(rest), 0, -1) if _stands(rest[:n], texts)), 0)
        if not length:
            return [word]
        found.append(rest[:length])
        rest = rest[length:]
    return found


def _stands(piece: str, texts: Iterable[str]) -> bool:
    return any(piece in text for text in texts)
