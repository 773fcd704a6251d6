"""Visual order of a line that mixes directions: the Unicode Bidirectional Algorithm without embeddings.

UAX #9 rules P2–P3, W1–W7, N0–N2, I1–I2, L1–L2; explicit embeddings and isolates (X1–X8) are dropped,
names and impressions do not hold any.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_STRONG_RTL = ("R", "AL")
# Blocks with right-to-left letters, and the explicit marks: a line without any of them is in order already.
_RTL = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_NEUTRAL = ("B", "S", "WS", "ON")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_EXPLICIT = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one direction, characters still in logical order."""

    text: str
    rtl: bool


def is_rtl(text: str) -> bool:
    """Whether the first strong character is Hebrew or Arabic (P2, P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L" or kind in _STRONG_RTL:
            return kind != "L"
    return False


def visual_runs(text: str, rtl: bool) -> list[Run]:
    """The line's runs from left to right; `rtl` is the direction of its paragraph."""
    if not rtl and (text.isascii() or not _RTL.search(text)):
        return [Run(text, False)] if text else []
    text = "".join(c for c in text if unicodedata.bidirectional(c) not in _EXPLICIT)
    if not text:
        return []
    base = 1 if rtl else 0
    levels = _levels(text, base)
    for i in range(len(text) - 1, -1, -1):  # L1: trailing spaces take the paragraph's level
        if unicodedata.bidirectional(text[i]) not in ("WS", "S", "B"):
            break
        levels[i] = base
    return _reordered(_level_runs(text, levels))


def _levels(text: str, base: int) -> list[int]:
    edge = "R" if base else "L"
    kinds = _resolve_weak([unicodedata.bidirectional(c) or "L" for c in text], edge)
    _resolve_brackets(text, kinds, edge)
    kinds = _resolve_neutral(kinds, edge)
    if base:  # I2
        return [1 if k == "R" else 2 for k in kinds]
    return [{"L": 0, "R": 1}.get(k, 2) for k in kinds]  # I1


def _resolve_weak(kinds: list[str], edge: str) -> list[str]:
    return _w4_to_w7(_w1_to_w3(kinds, edge), edge)


def _w1_to_w3(kinds: list[str], edge: str) -> list[str]:
    previous, strong = edge, edge
    out: list[str] = []
    for found in kinds:
        kind = previous if found == "NSM" else found  # W1
        previous = kind
        if kind in ("L", *_STRONG_RTL):
            strong = kind
        if kind == "EN" and strong == "AL":  # W2
            kind = "AN"
        out.append("R" if kind == "AL" else kind)  # W3
    return out


def _w4_to_w7(kinds: list[str], edge: str) -> list[str]:
    out = list(kinds)
    for i in range(1, len(out) - 1):  # W4: one separator between two numbers of a kind
        if out[i] in ("ES", "CS") and out[i - 1] == out[i + 1] and out[i - 1] in ("EN", "AN"):
            out[i] = "EN" if out[i - 1] == "EN" else (out[i - 1] if out[i] == "CS" else out[i])
    _w5(out)
    strong = edge
    for i, kind in enumerate(out):
        if kind in ("ES", "CS", "ET"):
            out[i] = "ON"  # W6
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            out[i] = "L"  # W7
    return out


def _w5(kinds: list[str]) -> None:
    """A sequence of number terminators beside a European number becomes part of it."""
    i = 0
    while i < len(kinds):
        end = i
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        near = (i > 0 and kinds[i - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
        if end > i and near:
            kinds[i:end] = ["EN"] * (end - i)
        i = max(end, i + 1)


def _resolve_brackets(text: str, kinds: list[str], edge: str) -> None:
    """N0: both brackets of a pair take one direction, that of what they hold or of what surrounds them."""
    for start, end in _bracket_pairs(text, kinds):
        inside = {_side(k) for k in kinds[start + 1 : end] if k not in _NEUTRAL}
        if not inside:
            continue
        strong = [_side(k) for k in kinds[:start] if k not in _NEUTRAL]
        before = strong[-1] if strong else edge
        direction = edge if edge in inside or before == edge else before
        kinds[start] = kinds[end] = direction


def _bracket_pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """Positions of opening and closing brackets, in the order of the opening ones (BD16)."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for i, character in enumerate(text):
        if kinds[i] != "ON":
            continue
        if character in _BRACKETS:
            waiting.append((_BRACKETS[character], i))
        for depth in range(len(waiting) - 1, -1, -1):
            if waiting[depth][0] == character:
                pairs.append((waiting[depth][1], i))
                del waiting[depth:]
                break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], edge: str) -> list[str]:
    out = list(kinds)
    i = 0
    while i < len(out):
        end = i
        while end < len(out) and out[end] in _NEUTRAL:
            end += 1
        if end > i:
            before = _side(out[i - 1]) if i else edge
            after = _side(out[end]) if end < len(out) else edge
            out[i:end] = [before if before == after else edge] * (end - i)  # N1, N2
        i = max(end, i + 1)
    return out


def _side(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L"


def _level_runs(text: str, levels: list[int]) -> list[tuple[int, str]]:
    runs: list[tuple[int, str]] = []
    for character, level in zip(text, levels, strict=True):
        if runs and runs[-1][0] == level:
            runs[-1] = (level, runs[-1][1] + character)
        else:
            runs.append((level, character))
    return runs


def _reordered(runs: list[tuple[int, str]]) -> list[Run]:
    highest = max(level for level, _ in runs)
    for level in range(highest, 0, -1):  # L2
        i = 0
        while i < len(runs):
            end = i
            while end < len(runs) and runs[end][0] >= level:
                end += 1
            runs[i:end] = runs[i:end][::-1]
            i = max(end, i + 1)
    return [Run(text, level % 2 == 1) for level, text in runs]
